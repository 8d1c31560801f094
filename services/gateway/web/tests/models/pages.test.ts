import { describe, expect, it } from "vitest";
import { browserName } from "../../src/models/browser-name";
import {
  activated,
  asked,
  backToSites,
  created,
  NEW_SETUP,
  nextRequest,
  published,
  sitesSet,
  TEMPLATES,
} from "../../src/models/setup";
import { sitesTyped } from "../../src/models/sites";
import { addressOf, isLastOwner, teamOf } from "../../src/models/team";
import type { Member } from "../../src/wire/types";

function member(id: string, more: Partial<Member> = {}): Member {
  return {
    agent_id: id,
    email: null,
    name: id,
    role: "agent",
    state: "joined",
    online: false,
    invited_at: "2026-03-04T10:00:00Z",
    joined_at: null,
    removed_at: null,
    reset_link_by: null,
    reset_link_at: null,
    ...more,
  };
}

describe("the team", () => {
  it("is told by state and name", () => {
    const members = [
      member("zoe"),
      member("b", { state: "invited", name: null, email: "b@x.io" }),
      member("Álvaro"),
      member("r", { state: "removed" }),
    ];
    const team = teamOf(members, "pt-BR");
    expect(team.joined.map((one) => one.name)).toEqual(["Álvaro", "zoe"]);
    expect(team.invited.map((one) => one.email)).toEqual(["b@x.io"]);
    expect(team.removed).toHaveLength(1);
  });

  it("knows its last owner, invited and removed ones not counted", () => {
    const ana = member("ana", { role: "owner" });
    const invited = member("ben", { role: "owner", state: "invited" });
    expect(isLastOwner(ana, [ana, invited])).toBe(true);
    expect(isLastOwner(ana, [ana, member("cai", { role: "owner" })])).toBe(false);
    expect(isLastOwner(invited, [ana, invited])).toBe(false);
  });

  it("keeps a one-time link behind the #, out of every request", () => {
    const address = addressOf("https://chat.example.com", "join", "s3cret");
    expect(address).toBe("https://chat.example.com/inbox/join#s3cret");
    expect(new URL(address).pathname).toBe("/inbox/join");
  });
});

describe("sites", () => {
  it("are read as people paste them, each once", () => {
    const text = "https://www.Example.com/shop?x=1\nexample.com, http://localhost:8080 https://example.com/";
    expect(sitesTyped(text)).toEqual({
      sites: ["https://www.example.com", "https://example.com", "http://localhost:8080"],
      mistakes: [],
    });
  });

  it("are refused where they are no site", () => {
    expect(
      sitesTyped("ftp://example.com nowhere https://u@example.com javascript:alert(1) *.example.com"),
    ).toEqual({
      sites: [],
      mistakes: [
        "ftp://example.com",
        "nowhere",
        "https://u@example.com",
        "javascript:alert(1)",
        "*.example.com",
      ],
    });
    expect(sitesTyped(" \n ,")).toEqual({ sites: [], mistakes: [] });
  });
});

describe("setting Live Chat up", () => {
  it("goes on where it stopped and carries out each step once", () => {
    let setup = NEW_SETUP;
    expect(nextRequest(setup)).toBe("create");
    setup = created(setup, "p1");
    expect(nextRequest(setup)).toBe("publish");
    setup = published(setup);
    expect([setup.step, nextRequest(setup)]).toEqual(["sites", "sites"]);
    setup = sitesSet(setup);
    expect(nextRequest(setup)).toBe("activate");
    setup = sitesSet(backToSites(setup));
    expect([setup.step, setup.playbookId, setup.published]).toEqual(["activate", "p1", true]);
    setup = activated(setup);
    expect([setup.step, nextRequest(setup), setup.playbookId]).toEqual(["installed", null, "p1"]);
  });
});

describe("what a playbook is made from", () => {
  const typed = { name: " Shop ", language: "en", wait: "90" } as const;

  it("is Live Chat where nothing else is picked", () => {
    expect(asked(NEW_SETUP, typed)).toEqual({
      name: "Shop",
      template: "live_chat",
      language: "en",
      wait_time_s: 90,
    });
  });

  it("names each template, and a wait time only where somebody can be waited for", () => {
    const bodies = TEMPLATES.map((template) => asked({ ...NEW_SETUP, template }, typed));
    expect(bodies.map((one) => [one.template, one.wait_time_s])).toEqual([
      ["live_chat", 90],
      ["lead_qualification", undefined],
      ["support", 90],
      ["blank", undefined],
    ]);
  });
});

describe("a browser's name", () => {
  it("is told by its own words", () => {
    const safari =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
    expect(browserName(safari)).toEqual({ browser: "Safari", system: "iPhone" });
    const edge =
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0";
    expect(browserName(edge)).toEqual({ browser: "Edge", system: "Windows" });
    const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
    expect(browserName(firefox)).toEqual({ browser: "Firefox", system: "Linux" });
    expect(browserName("python-httpx/0.28")).toBeNull();
    expect(browserName("")).toBeNull();
  });
});
