import { expect, test } from "vitest";
import { asksToSave, COMMANDS, commandOf, KEYS, type Press, ranked } from "../../src/models/keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrl: false,
  meta: false,
  alt: false,
  shift: false,
  inField: false,
  inDialog: false,
  single: true,
  ...more,
});

test("each command has a key of its own", () => {
  expect(new Set(Object.values(KEYS)).size).toBe(COMMANDS.length);
  for (const command of COMMANDS.filter((one) => one !== "palette")) {
    expect(commandOf(press(KEYS[command].toLowerCase()))).toBe(command);
  }
});

test("in a field letters are text, and the palette opens all the same", () => {
  expect(commandOf(press("a", { inField: true }))).toBeNull();
  expect(commandOf(press("k", { ctrl: true, inField: true }))).toBe("palette");
  expect(commandOf(press("K", { meta: true }))).toBe("palette");
});

test("whoever switched single keys off has the palette alone", () => {
  expect(commandOf(press("a", { single: false }))).toBeNull();
  expect(commandOf(press("?", { single: false, shift: true }))).toBeNull();
  expect(commandOf(press("k", { single: false, ctrl: true }))).toBe("palette");
});

test("keys of the browser, capitals and keys of dialogs are left alone", () => {
  expect(commandOf(press("a", { ctrl: true }))).toBeNull();
  expect(commandOf(press("e", { alt: true }))).toBeNull();
  expect(commandOf(press("A", { shift: true }))).toBeNull();
  expect(commandOf(press("?", { shift: true }))).toBe("help");
  expect(commandOf(press("k", { ctrl: true, inDialog: true }))).toBeNull();
});

test("Ctrl+S asks to save, also in fields and with capitals on", () => {
  expect(asksToSave(press("s", { ctrl: true, inField: true }))).toBe(true);
  expect(asksToSave(press("S", { meta: true }))).toBe(true);
  for (const more of [{}, { ctrl: true, meta: true }, { ctrl: true, shift: true }, { ctrl: true, alt: true }])
    expect(asksToSave(press("s", more))).toBe(false);
  expect(asksToSave(press("d", { ctrl: true }))).toBe(false);
});

test("what begins with what was typed comes first, without accents", () => {
  const all = ["Go to Closed", "Close the conversation", "Não atribuídas"];
  expect(ranked("clo", all, (one) => one)).toEqual(["Close the conversation", "Go to Closed"]);
  expect(ranked("nao atrib", all, (one) => one)).toEqual(["Não atribuídas"]);
  expect(ranked("", all, (one) => one)).toEqual(all);
  expect(ranked("nothing", all, (one) => one)).toEqual([]);
});
