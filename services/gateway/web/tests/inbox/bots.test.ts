import { expect, test, vi } from "vitest";
import { Bots } from "../../src/inbox/thread/bots";
import type { Api } from "../../src/wire/api";

test("a bot is asked for once, and again only where it could not be told", async () => {
  const get = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue({ name: "Robô" });
  const bots = new Bots({ get } as unknown as Api);

  expect(bots.of("one").value).toBeNull();
  await vi.waitFor(() => expect(get).toHaveBeenCalledTimes(1));
  await Promise.resolve();
  const held = bots.of("one");
  await vi.waitFor(() => expect(held.value).toBe("Robô"));
  expect(bots.of("one")).toBe(held);
  expect(bots.of("one").value).toBe("Robô");

  expect(get.mock.calls).toEqual([["gateway/playbooks/one/bot"], ["gateway/playbooks/one/bot"]]);
});
