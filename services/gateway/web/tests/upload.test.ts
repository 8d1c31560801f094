import { expect, test } from "vitest";
import { dispositionOf } from "../src/wire/upload";

test("a file's name goes into a header, whatever its letters", () => {
  expect(dispositionOf("café (1).png")).toBe("attachment; filename*=UTF-8''caf%C3%A9%20%281%29.png");
  expect(dispositionOf("a'*b.txt")).toBe("attachment; filename*=UTF-8''a%27%2Ab.txt");
  expect(dispositionOf("\ud800.txt")).toBe("attachment; filename*=UTF-8''%EF%BF%BD.txt");
});
