import { expect, test } from "vitest";
import { Allowing } from "../../src/inbox/notices/allowing";
import type { Api } from "../../src/wire/api";
import type { Kept } from "../../src/wire/noticing";
import { KeptInMemory } from "../kept";

/** A database that others hold: what is changed is kept once they let go of it. */
class Held extends KeptInMemory {
  letGo: () => void = () => {};
  private free: Promise<void> = Promise.resolve();

  hold(): void {
    this.free = new Promise((resolve) => {
      this.letGo = resolve;
    });
  }

  override async change<T>(how: (kept: Kept) => readonly [Kept, T]): Promise<T> {
    await this.free;
    return await super.change(how);
  }
}

const asked = async (kept: KeptInMemory) => {
  const allowing = new Allowing({} as Api, kept, async () => null);
  await allowing.start();
  return allowing;
};

test("what is dismissed stands until that is kept, so that who sees it gone is not asked again", async () => {
  const kept = new Held();
  const allowing = await asked(kept);
  expect(allowing.dismissed.value).toEqual([]);

  kept.hold();
  const dismissing = allowing.dismiss({ is: "default" });
  await Promise.resolve();
  expect(allowing.dismissed.value).toEqual([]);
  kept.letGo();
  await dismissing;

  expect(allowing.dismissed.value).toEqual(["default"]);
  expect((await asked(kept)).dismissed.value).toEqual(["default"]);
});

test("what another tab has dismissed stays so", async () => {
  const kept = new KeptInMemory();
  const [one, other] = [await asked(kept), await asked(kept)];
  await one.dismiss({ is: "default" });
  await other.dismiss({ is: "denied" });

  expect(kept.now.dismissed).toEqual(["default", "denied"]);
});
