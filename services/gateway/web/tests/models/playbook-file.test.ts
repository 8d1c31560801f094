import { expect, test } from "vitest";
import { FILE_BYTES_MAX, fileNameOf, readFile } from "../../src/models/playbook-file";

const file = (text: string) => new Blob([text], { type: "application/json" });

test("a file's document is read, whatever it holds", async () => {
  expect(await readFile(file('{"name":"Shop"}'))).toEqual({ is: "document", document: { name: "Shop" } });
  expect(await readFile(file("[]"))).toEqual({ is: "document", document: [] });
});

test("what is no JSON is told with its place", async () => {
  const broken: [string, number, number][] = [
    ['{\n  "name": "Shop",\n  oops\n}', 3, 3],
    ['{\n  "name": oops\n}', 2, 11],
    ["", 1, 1],
    ["{", 1, 2],
    ['{"a": 1,}', 1, 9],
    ["[1, 2", 1, 6],
    ["[1, ]", 1, 5],
    ["[] []", 1, 4],
    ['{"a" 1}', 1, 6],
    ['["a\nb"]', 1, 2],
    ["[01]", 1, 3],
    ["]", 1, 1],
  ];
  for (const [text, line, column] of broken)
    expect([text, await readFile(file(text))]).toEqual([text, { is: "no_json", at: { line, column } }]);
});

test("a file that no playbook can fill is not read at all", async () => {
  expect(await readFile(file(" ".repeat(FILE_BYTES_MAX + 1)))).toEqual({ is: "too_large" });
});

test("a file that is gone meanwhile is told as one", async () => {
  const gone = { size: 3, text: () => Promise.reject(new DOMException("gone", "NotFoundError")) };
  expect(await readFile(gone as unknown as Blob)).toEqual({ is: "unreadable" });
});

test("a playbook's name makes the name of a file that every system takes", () => {
  expect(fileNameOf("Café & Bar: São João")).toBe("cafe-bar-sao-joao.json");
  expect(fileNameOf("../../etc/passwd")).toBe("etc-passwd.json");
  expect(fileNameOf("???")).toBe("playbook.json");
  expect(fileNameOf("a".repeat(200)).length).toBe(65);
});
