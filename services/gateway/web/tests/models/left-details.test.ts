import { expect, test } from "vitest";
import { leftDetails } from "../../src/models/left-details";
import { AWAY, accepted, failed, sending, wrote } from "../../src/models/outgoing";

const MARK = "E-mail: ";
const MISSED = { by: "note", text: "Sorry", note: "missed" };
const DETAILS = { by: "visitor", text: "E-mail: vera@example.com" };
const written = wrote([], { key: "k", text: DETAILS.text, writtenAt: 1, after: 0 });

test("details have arrived when they were accepted or stand in the chat, and not before", () => {
  const on = sending(written, "k");
  expect(leftDetails([MISSED], [], MARK)).toEqual({ is: "no" });
  expect(leftDetails([MISSED], written, MARK)).toMatchObject({ is: "going" });
  expect(leftDetails([MISSED], on, MARK)).toMatchObject({ is: "going" });
  expect(leftDetails([MISSED], failed(on, "k", AWAY), MARK)).toMatchObject({ is: "failed" });
  expect(leftDetails([MISSED], failed(on, "k", "blocked"), MARK)).toMatchObject({ is: "failed" });
  expect(leftDetails([MISSED], accepted(on, "k", "m"), MARK)).toEqual({ is: "yes" });
  expect(leftDetails([MISSED, DETAILS], [], MARK)).toEqual({ is: "yes" });
});

test("what was left before somebody was missed once more is asked for again, other messages are no details", () => {
  expect(leftDetails([MISSED, DETAILS, MISSED], [], MARK)).toEqual({ is: "no" });
  const other = wrote([], { key: "o", text: "Hello?", writtenAt: 1, after: 0 });
  expect(leftDetails([MISSED], other, MARK)).toEqual({ is: "no" });
});
