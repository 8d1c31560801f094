import { expect, test } from "vitest";
import { conversationPath, knownOf, nameOf } from "../../src/models/leads";

const ID = "0c6f1c7e-4a7c-4a53-9f4e-5b8f3c9d1e2f";

const person = (...details: [field: string, value: string, label?: string][]) => ({
  person: details.map(([field, value, label]) => ({ field, value, label: label ?? null })),
});

test("who it is comes first, whatever was asked first, and then what a playbook asked beside that", () => {
  const known = knownOf(
    person(
      ["size", "12", "How many are you?"],
      ["company", "ACME"],
      ["email", "ada@example.com"],
      ["name", "Ada"],
    ),
  );

  expect(known).toEqual([
    { field: "name", value: "Ada" },
    { field: "email", value: "ada@example.com" },
    { field: "company", value: "ACME" },
    { field: null, label: "How many are you?", value: "12" },
  ]);
  expect(nameOf(known)).toBe("Ada");
});

test("a field without a label is called as the playbook calls it, and what is empty is left out", () => {
  const known = knownOf(person(["name", " "], ["size", "12"], ["colour", ""], ["phone", " 123 "]));

  expect(known).toEqual([
    { field: "phone", value: "123" },
    { field: null, label: "size", value: "12" },
  ]);
  expect(nameOf(known)).toBeNull();
});

test("what was said last of a field is what is known", () => {
  expect(knownOf(person(["name", "Ada"], ["name", "Ada Lovelace"]))).toEqual([
    { field: "name", value: "Ada Lovelace" },
  ]);
});

test("a closed conversation is in Closed, an open one is found from any folder, and a visit alone has none", () => {
  const path = (conversation_id: string | null, conversation_status: "open" | "closed" | null) =>
    conversationPath({ conversation_id, conversation_status });

  expect(path(ID, "closed")).toBe(`/inbox/live-chat/closed/${ID}`);
  expect(path(ID, "open")).toBe(`/inbox/live-chat/unassigned/${ID}`);
  expect(path(ID, null)).toBe(`/inbox/live-chat/unassigned/${ID}`);
  expect(path(null, null)).toBeNull();
});
