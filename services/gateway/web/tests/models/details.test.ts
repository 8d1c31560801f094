import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkOf, textMistake } from "../../src/models/detail-texts";
import {
  byBot,
  chosen,
  dealMistake,
  emptyDetails,
  inLanguage,
  isVerified,
  savedDeal,
  submit,
  unsaved,
  withDeal,
  withRead,
  withRefusal,
  withSaved,
  withText,
} from "../../src/models/details";
import { draftsOf, withDrafts } from "../../src/models/drafts";
import { overtaking, shown } from "../../src/models/field";
import { AWAY, Problem } from "../../src/wire/problem";
import type { ShownDetails } from "../../src/wire/types";

function told(version: number, more: Partial<ShownDetails> = {}): ShownDetails {
  return {
    conversation_id: "c1",
    version,
    person_id: null,
    organization_id: null,
    deal_value: null,
    person: {},
    organization: {},
    free: [],
    by_bot: [],
    verified: [],
    notes: { items: [] },
    ...more,
  };
}

describe("the details panel", () => {
  it("sends one field with the version that was on the screen, and null for an empty one", () => {
    let details = withRead(emptyDetails("en"), told(4, { person: { name: "Ana", email: "a@b.co" } }));
    details = withText(details, "person.name", "  Ana Lima ");
    expect(submit(details, "person.name").save).toEqual({
      field: "person.name",
      path: "person",
      body: { name: "Ana Lima", expected_version: 4 },
    });
    details = withText(details, "person.email", " ");
    expect(submit(details, "person.email").save?.body).toEqual({ email: null, expected_version: 4 });
    expect(submit(details, "organization.name").save).toBeNull();
  });

  it("keeps a field's text while the panel is read again, and shows the others at once", () => {
    let details = withRead(emptyDetails("en"), told(1, { person: { name: "Ana" } }));
    details = withText(details, "person.name", "Ana L");
    details = withRead(details, told(2, { person: { name: "Ana", phone: "+55 11 5555" } }));
    expect(shown(details.texts["person.name"])).toBe("Ana L");
    expect(shown(details.texts["person.phone"])).toBe("+55 11 5555");
    expect(unsaved(details)).toEqual(["person.name"]);
    expect(submit(details, "person.name").save?.body).toEqual({ name: "Ana L", expected_version: 2 });
  });

  it("lets the person choose after 409, with what stands there", () => {
    let details = withText(withRead(emptyDetails("en"), told(1)), "person.name", "Ana");
    details = submit(details, "person.name").details;
    const changed = new Problem(409, "details_changed", "", {
      current: { name: "Bea" },
      by: "agent-2",
      version: 2,
    });
    details = withRefusal(details, "person.name", changed).details;
    expect(overtaking(details.texts["person.name"])).toEqual({ now: "Bea", by: "agent-2" });
    const again = withRead(details, told(3, { person: { name: "Bea" } }));
    expect(overtaking(again.texts["person.name"])).toEqual({ now: "Bea", by: "agent-2" });
    const other = withRead(details, told(3, { person: { name: "Cai" } }));
    expect(overtaking(other.texts["person.name"])).toEqual({ now: "Cai" });
    expect(shown(details.texts["person.name"])).toBe("Ana");
    const mine = submit(chosen(details, "person.name", true), "person.name");
    expect(mine.save?.body).toEqual({ name: "Ana", expected_version: 2 });
    expect(shown(chosen(details, "person.name", false).texts["person.name"])).toBe("Bea");
  });

  it("keeps what could not be sent, to be tried again", () => {
    let details = withText(withRead(emptyDetails("en"), told(1)), "organization.name", "Acme");
    details = submit(details, "organization.name").details;
    details = withRefusal(details, "organization.name", new Problem(0, AWAY, "")).details;
    expect(details.texts["organization.name"].saving.is).toBe("failed");
    const again = submit(details, "organization.name");
    expect(again.save?.body).toEqual({ name: "Acme", expected_version: 1 });
    const done = withSaved(again.details, "organization.name", 2);
    expect(done.details.texts["organization.name"].saving.is).toBe("saved");
    expect(unsaved(done.details)).toEqual([]);
  });

  it("says what the bot captured until a person sets it", () => {
    const details = withRead(
      emptyDetails("en"),
      told(1, { person: { name: "Ana" }, by_bot: ["person.name"] }),
    );
    expect(byBot(details, "person.name")).toBe(true);
    expect(byBot(details, "person.email")).toBe(false);
    const sent = submit(withText(details, "person.name", "Bea"), "person.name").details;
    expect(byBot(withSaved(sent, "person.name", 2).details, "person.name")).toBe(false);
  });
});

it("says what the customer's own server has signed for", () => {
  const details = withRead(
    emptyDetails("en"),
    told(1, { person: { name: "Ana" }, verified: ["person.name"] }),
  );
  expect(isVerified(details, "person.name")).toBe(true);
  const sent = submit(withText(details, "person.name", "Bea"), "person.name").details;
  expect(isVerified(withSaved(sent, "person.name", 2).details, "person.name")).toBe(false);
});

describe("a deal's value", () => {
  it("goes over the wire in whole minor units, in any currency and language", () => {
    const cases = fc.record({
      minor: fc.integer({ min: 0, max: 1_000_000_000_000 }),
      currency: fc.constantFrom("JPY", "BRL", "KWD"),
      language: fc.constantFrom("en" as const, "pt-BR" as const),
      other: fc.constantFrom("en" as const, "pt-BR" as const),
    });
    fc.assert(
      fc.property(cases, ({ minor, currency, language, other }) => {
        const money = { value_minor: minor, currency };
        const read = withRead(emptyDetails(language), told(1, { deal_value: money }));
        expect(savedDeal(inLanguage(read, other))).toEqual({ minor, currency });
        const { text } = read.deal.read;
        const typed = withDeal(withRead(emptyDetails(language), told(3)), { text, currency });
        expect(submit(inLanguage(typed, other), "deal_value").save?.body).toEqual({
          value_minor: minor,
          currency,
          expected_version: 3,
        });
      }),
    );
  });

  it("that nobody has set yet is taken for nobody's change in another language", () => {
    const typed = withDeal(withRead(emptyDetails("en"), told(3)), { text: "10", currency: "USD" });
    const again = withRead(inLanguage(typed, "pt-BR"), told(4));
    expect(overtaking(again.deal)).toBeNull();
    expect(shown(again.deal)).toEqual({ text: "10,00", currency: "USD" });
  });

  it("is not sent while it is no amount, and stays on the screen", () => {
    const details = withDeal(withRead(emptyDetails("en"), told(1)), { text: "1,50", currency: "USD" });
    expect(dealMistake(details)).toBe("not_an_amount");
    expect(submit(details, "deal_value").save).toBeNull();
    expect(shown(submit(details, "deal_value").details.deal).text).toBe("1,50");
  });

  it("waits for its amount where only the currency was chosen", () => {
    const details = withDeal(withRead(emptyDetails("en"), told(1)), { text: "", currency: "EUR" });
    expect(submit(details, "deal_value").save).toBeNull();
    expect(shown(submit(details, "deal_value").details.deal).currency).toBe("EUR");
  });

  it("is cleared by null, and typing the same amount in another way changes nothing", () => {
    const money = { value_minor: 120_000, currency: "USD" };
    const read = withRead(emptyDetails("en"), told(1, { deal_value: money }));
    expect(submit(withDeal(read, { text: "", currency: "USD" }), "deal_value").save?.body).toEqual({
      value_minor: null,
      currency: "USD",
      expected_version: 1,
    });
    const same = submit(withDeal(read, { text: "$1200", currency: "USD" }), "deal_value");
    expect(same.save).toBeNull();
    expect(unsaved(same.details)).toEqual([]);
  });

  it("is chosen after 409 like any other field", () => {
    let details = withDeal(withRead(emptyDetails("pt-BR"), told(1)), { text: "10", currency: "BRL" });
    details = submit(details, "deal_value").details;
    const facts = { current: { value_minor: 2_050, currency: "EUR" }, version: 5 };
    details = withRefusal(details, "deal_value", new Problem(409, "details_changed", "", facts)).details;
    expect(overtaking(details.deal)).toEqual({ now: { text: "20,50", currency: "EUR" } });
    expect(submit(chosen(details, "deal_value", true), "deal_value").save?.body).toEqual({
      value_minor: 1_000,
      currency: "BRL",
      expected_version: 5,
    });
  });
});

describe("texts of fields", () => {
  it("are checked as the services do", () => {
    expect(textMistake("person.email", "ana@acme.io")).toBeNull();
    expect(textMistake("person.email", "ana@acme")).toBe("not_this_form");
    expect(textMistake("person.phone", "+55 (11) 91234-5678")).toBeNull();
    expect(textMistake("person.phone", "call me")).toBe("not_this_form");
    expect(textMistake("organization.website", "pão.com.br/loja")).toBeNull();
    expect(textMistake("organization.website", "javascript:alert(1)")).toBe("not_this_form");
    expect(textMistake("person.name", "x".repeat(201))).toBe("too_long");
    expect(textMistake("person.name", "😀".repeat(200))).toBeNull();
    expect(textMistake("person.phone", "  ")).toBeNull();
  });

  it("lead nowhere but to web sites", () => {
    expect(linkOf("acme.io")).toBe("https://acme.io/");
    expect(linkOf("HTTP://acme.io/x")).toBeNull();
    expect(linkOf("http://acme.io/x")).toBe("http://acme.io/x");
    expect(linkOf("javascript:alert(1)")).toBeNull();
    expect(linkOf("")).toBeNull();
  });
});

describe("what is typed and not saved", () => {
  const read = withRead(emptyDetails("pt-BR"), told(4, { person: { name: "Ana" } }));
  const typed = withDeal(withText(read, "person.name", "Ana L"), { text: "1.234,5", currency: "BRL" });

  it("is there again after the page was loaded anew", () => {
    const again = withRead(
      withDrafts(emptyDetails("en"), draftsOf(typed)),
      told(5, { person: { name: "Ana" } }),
    );
    expect(shown(again.texts["person.name"])).toBe("Ana L");
    expect(submit(again, "person.name").save?.body).toEqual({ name: "Ana L", expected_version: 5 });
    expect(submit(inLanguage(again, "en"), "deal_value").save?.body).toMatchObject({ value_minor: 123_450 });
  });

  it("overwrites nothing that was set meanwhile", () => {
    const again = withRead(
      withDrafts(emptyDetails("en"), draftsOf(typed)),
      told(5, { person: { name: "Anna" } }),
    );
    expect(overtaking(again.texts["person.name"])).toEqual({ now: "Anna" });
    expect(submit(again, "person.name").save).toBeNull();
  });

  it("is nothing where there is nothing, and no other text harms", () => {
    expect(draftsOf(read)).toBeNull();
    const empty = emptyDetails("en");
    for (const text of [null, "", "{", "[]", '{"drafts":{"person.name":1,"deal_value":{"base":1}}}']) {
      expect(unsaved(withDrafts(empty, text))).toEqual([]);
    }
  });
});
