import { expect, test } from "vitest";
import { Allowing } from "../../src/inbox/notices/allowing";
import type { Api } from "../../src/wire/api";
import { type Kept, NOTHING_KEPT } from "../../src/wire/noticing";
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

const asked = async (kept: KeptInMemory, agentId = "ana") => {
  const allowing = new Allowing({} as Api, agentId, kept, async () => null);
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

test("who comes after another agent is asked themselves, and who comes back is not asked again", async () => {
  const kept = new KeptInMemory();
  await (await asked(kept)).dismiss({ is: "default" });
  kept.now = { ...kept.now, off: true };

  const other = await asked(kept, "ben");
  expect([other.dismissed.value, kept.now.off]).toEqual([[], false]);
  await other.dismiss({ is: "denied" });

  expect((await asked(kept)).dismissed.value).toEqual(["default"]);
  expect(kept.now.off).toBe(true);
  expect((await asked(kept, "ben")).dismissed.value).toEqual(["denied"]);
  expect(kept.now.off).toBe(false);
});

test("what was kept before agents' names were stays with who is here first", async () => {
  const kept = new KeptInMemory({ ...NOTHING_KEPT, dismissed: ["default"] });

  expect((await asked(kept)).dismissed.value).toEqual(["default"]);
  expect((await asked(kept, "ben")).dismissed.value).toEqual([]);
});

test("a browser knows what its last agents said, and no more", async () => {
  const kept = new KeptInMemory();
  for (let at = 0; at < 30; at += 1) await (await asked(kept, `agent ${at}`)).dismiss({ is: "default" });

  expect(kept.now.others).toHaveLength(20);
  expect((await asked(kept, "agent 9")).dismissed.value).toEqual(["default"]);
  expect((await asked(kept, "agent 8")).dismissed.value).toEqual([]);
});
