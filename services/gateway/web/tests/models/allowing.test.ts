import { expect, test } from "vitest";
import {
  browserOf,
  isOfKey,
  isStrict,
  keyBytes,
  labelled,
  labelOf,
  type PushStanding,
  speaks,
  standing,
} from "../../src/models/allowing";

const LINUX = "Mozilla/5.0 (X11; Linux x86_64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const AGENTS = {
  chrome: `${LINUX} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36`,
  edge: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
  opera: `${MAC} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 OPR/120.0.0.0`,
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
  safari: `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.0 Safari/605.1.15`,
  phone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
  android:
    "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
};

test.each([
  ["chrome", "Chrome", "Chrome on Linux", false],
  ["edge", "Edge", "Edge on Windows", false],
  ["opera", "Opera", "Opera on macOS", false],
  ["firefox", "Firefox", "Firefox on Linux", false],
  ["safari", "Safari", "Safari on macOS", true],
  ["phone", "Chrome", "Chrome on iPhone", true],
  ["android", "Chrome", "Chrome on Android", false],
] as const)(
  "%s is known by its name and its label, and whether it counts pushes",
  (key, name, label, strict) => {
    const words = AGENTS[key];

    expect([browserOf(words, false), labelOf(words, false), isStrict(words)]).toEqual([name, label, strict]);
  },
);

test("what a label was made of is known again, and nothing of a label that was not made so", () => {
  expect(labelled(labelOf(AGENTS.chrome, false))).toEqual({ browser: "Chrome", system: "Linux" });
  expect(labelled("")).toBeNull();
  expect(labelled("My laptop")).toBeNull();
  expect(labelled("one on two on three")).toBeNull();
});

test("Brave says that it is Brave elsewhere, and what nobody knows is other", () => {
  expect([browserOf(AGENTS.chrome, true), labelOf(AGENTS.chrome, true)]).toEqual(["Brave", "Brave on Linux"]);
  expect([browserOf("curl/8", false), labelOf("curl/8", false), isStrict("curl/8")]).toEqual([
    "other",
    "",
    false,
  ]);
});

test.each([
  ["unsupported", false, "default", "unknown"],
  ["default", true, "default", "unknown"],
  ["denied", true, "denied", "subscribed"],
  ["trying", true, "granted", "unknown"],
  ["on", true, "granted", "subscribed"],
  ["off", true, "granted", "off"],
] as const)("notices stand as %s", (is, supported, permission, push) => {
  expect(standing({ supported, permission, push })).toEqual({ is });
});

test.each(["no_web_push", "unreachable", "too_many_devices", "failed"] as const)(
  "allowed, but %s: open tabs show them",
  (why) => {
    const now = standing({ supported: true, permission: "granted", push: why as PushStanding });

    expect(now).toEqual({ is: "tabs_only", why });
    expect(speaks(now, [])).toBe(why !== "no_web_push");
    expect(speaks(now, [why])).toBe(false);
  },
);

test("the inbox asks once, and says how to undo a denial once", () => {
  expect(speaks({ is: "default" }, [])).toBe(true);
  expect(speaks({ is: "default" }, ["default"])).toBe(false);
  expect(speaks({ is: "denied" }, ["default"])).toBe(true);
  for (const is of ["unsupported", "on", "trying", "off"] as const) expect(speaks({ is }, [])).toBe(false);
});

test("a subscription of another key is told apart", () => {
  const key = "BP-_AQ";

  expect([...keyBytes(key)]).toEqual([4, 255, 191, 1]);
  expect(isOfKey(keyBytes(key).buffer, key)).toBe(true);
  expect(isOfKey(keyBytes("BP-_Ag").buffer, key)).toBe(false);
  expect(isOfKey(keyBytes("BP-_").buffer, key)).toBe(false);
  expect(isOfKey(null, key)).toBe(false);
});
