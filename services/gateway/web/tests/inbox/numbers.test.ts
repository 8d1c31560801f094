import { describe, expect, test } from "vitest";
import { cameTo, type Figures, Numbers, wentOn } from "../../src/inbox/playbooks/numbers";
import { type Card, withCard } from "../../src/models/playbook-flow";
import type { Api } from "../../src/wire/api";
import type { CardFunnel, ConditionCard, Flow } from "../../src/wire/types";
import { SHOP } from "../models/playbook-flows";

const funnel = (card_id: string, arrived: number, more: Partial<CardFunnel> = {}): CardFunnel => ({
  card_id,
  arrived,
  answered: 0,
  left: 0,
  end_card: 0,
  taken_over: 0,
  conversation_closed: 0,
  paths: {},
  ...more,
});
const page = (utm: string, next: string) => ({ when: [{ of: "utm" as const, utm, is: "x" }], next });
const condition = {
  kind: "condition",
  cases: [page("source", "praise"), page("medium", "goodbye")],
  otherwise: "welcome",
} as unknown as ConditionCard;
const flow = withCard(SHOP, "where", condition);
const figures: Figures = {
  published: 2,
  flow,
  cards: new Map(
    [
      funnel("welcome", 5, { left: 1, paths: { beans: 3, browse: 1 } }),
      funnel("where", 6, { paths: { "case-1": 4, "case-2": 1, otherwise: 1 } }),
      funnel("live_chat", 3, { paths: { nobody_online: 2, wait_expired: 1 } }),
    ].map((one) => [one.card_id, one]),
  ),
};
const card = (id: string) => flow.cards[id] as Card;

describe("the numbers of a version", () => {
  test("stand at its cards, and at none that it has not", () => {
    expect(cameTo(figures, "welcome")).toEqual({ came: 5, left: 1 });
    expect(cameTo(figures, "thanks")).toEqual({ came: 0, left: 0 });
    expect(cameTo(figures, "new")).toBeNull();
    expect(cameTo(null, "welcome")).toBeNull();
  });

  test("tell how many went which way", () => {
    const went = (id: string, key: string) => wentOn(figures, id, card(id), key);
    expect(["choices/0", "choices/1", "choices/2"].map((key) => went("welcome", key))).toEqual([3, 0, 1]);
    expect(["cases/0", "cases/1", "otherwise"].map((key) => went("where", key))).toEqual([4, 1, 1]);
    expect(went("live_chat", "offline_flow")).toBe(3);
    expect(went("praise", "next")).toBeNull();
  });

  test("tell nothing of the ways of a card that is not as visitors met it", () => {
    const without = { ...condition, cases: condition.cases.slice(1) } as Card;
    expect(wentOn(figures, "where", without, "cases/0")).toBeNull();
    expect(wentOn(figures, "where", without, "otherwise")).toBeNull();
    expect(cameTo(figures, "where")).toEqual({ came: 6, left: 0 });
  });

  test("are those of the version that is asked for last, and follow only while they are shown", async () => {
    const asked: string[] = [];
    const get = async (path: string): Promise<Flow | { items: CardFunnel[] }> => {
      asked.push(path);
      await Promise.resolve();
      return path.includes("/flow") ? flow : { items: [funnel("welcome", path.includes("/2?") ? 2 : 1)] };
    };
    const numbers = new Numbers({ get } as unknown as Api, "p");
    await numbers.follow(1);
    expect(asked).toEqual([]);
    await Promise.all([numbers.show(1), numbers.show(2)]);
    expect(numbers.shown.value?.published).toBe(2);
    await numbers.follow(2);
    expect(asked).toHaveLength(4);
    await numbers.follow(1);
    expect(cameTo(numbers.shown.value, "welcome")?.came).toBe(1);
    numbers.hide();
    await numbers.follow(2);
    expect(numbers.shown.value).toBeNull();
  });
});
