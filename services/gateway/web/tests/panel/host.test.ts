import { afterEach, expect, test, vi } from "vitest";
import { meet } from "../../src/panel/host";

afterEach(() => vi.unstubAllGlobals());

/** A window of which `parent` is another one. */
function framed() {
  const [own, parent] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal("parent", parent);
  vi.stubGlobal("addEventListener", own.addEventListener.bind(own));
  vi.stubGlobal("removeEventListener", own.removeEventListener.bind(own));
  const say = (source: unknown, data: unknown, ports: unknown[]) => {
    own.dispatchEvent(
      Object.assign(new Event("message"), { source, data, ports, origin: "https://shop.test" }),
    );
  };
  return { parent, say };
}

const port = () => ({ postMessage: vi.fn(), onmessage: null as null | ((told: { data: unknown }) => void) });

test("one port is taken, from the page that frames us and from nobody else", async () => {
  const { parent, say } = framed();
  const meeting = meet();
  const [foreign, first, second] = [port(), port(), port()];
  say({}, [{}, {}, true, null], [foreign]);
  say(parent, [{}, {}, true, null], []);
  say(parent, { look: {} }, [foreign]);
  say(parent, [{ colour: "#123456" }, { draft: "x" }, true, "a.b.c"], [first]);
  say(parent, [{}, {}, false, null], [second]);
  const host = await meeting;

  expect(host.init).toMatchObject({
    open: true,
    site: "https://shop.test",
    kept: { draft: "x" },
  });
  expect(host.init.look).toMatchObject({ colour: "#123456" });
  host.tell("close");
  expect(first.postMessage).toHaveBeenCalledWith(["close"]);
  expect(second.postMessage).not.toHaveBeenCalled();
});

test("the look stands in a row, as the launcher has it", async () => {
  const { parent, say } = framed();
  const meeting = meet();
  say(parent, [["Robô", "#123456", "#ffffff", "pt-BR"], {}, true], [port()]);

  expect((await meeting).init.look).toEqual({
    bot_name: "Robô",
    colour: "#123456",
    text_colour: "#ffffff",
    language: "pt-BR",
  });
});

test("what comes over the port is heard by its name", async () => {
  const { parent, say } = framed();
  const meeting = meet();
  const one = port();
  say(parent, [{}, {}, false, null], [one]);
  const heard: unknown[] = [];
  (await meeting).hear((...it) => heard.push(it));
  one.onmessage?.({ data: ["page", "https://shop.test/a"] });
  one.onmessage?.({ data: "noise" });

  expect(heard).toEqual([["page", "https://shop.test/a"]]);
});
