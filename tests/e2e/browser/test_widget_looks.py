"""The widget where colours are forced, where nothing may move, and where a page is written from right to left."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, NAME, ONLINE, WELCOME

EDGELESS = """() => {
  const within = (it) => (it.shadowRoot ? all(it.shadowRoot) : []);
  const all = (root) => [...root.querySelectorAll("*")].flatMap((it) => [it, ...within(it)]);
  const seen = (colour) => !/^rgba\\(.*, 0\\)$|^transparent$/.test(colour);
  const edged = (it) => {
    const has = getComputedStyle(it);
    return ["borderTop", "outline"].some(
      (edge) => has[`${edge}Style`] !== "none" && parseFloat(has[`${edge}Width`]) > 0 && seen(has[`${edge}Color`]),
    );
  };
  return all(document)
    .filter((it) => it.matches("button, input, textarea, iframe, .bubble"))
    .filter((it) => it.checkVisibility() && it.type !== "file")
    .filter((it) => !edged(it))
    .map((it) => it.outerHTML.slice(0, 120));
}"""
"""Whatever can be used or reads as one piece, and has no edge that is seen."""
RING = """() => {
  let it = document.activeElement;
  while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(it);
  const ring = outlineStyle !== "none" ? parseFloat(outlineWidth) : 0;
  return { name: it.outerHTML.slice(0, 80), ring, colour: outlineColor };
}"""
ARABIC = "مرحبا"
SEEN_THROUGH = re.compile(r"rgba\(.*, 0\)")
MOVING = """document.getAnimations().filter((it) => it.playState === "running").map((it) => String(it.animationName))"""
WIDER = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth"""


def states(visitor: VisitorScreen, agent: AgentScreen) -> Iterator[str]:
    """What a visitor comes through, each time when it is on the screen."""
    visitor.open()
    visitor.sees(NAME)
    yield "a detail is asked for"
    visitor.gives("Name", "Vera")
    visitor.sees(WELCOME)
    yield "a question"
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    yield "waiting"
    agent.open_folder("Unassigned")
    agent.open_conversation("Vera")
    agent.take()
    visitor.sees("Ana has joined the chat.")
    visitor.say("Good morning!")
    agent.sees("Good morning!")
    visitor.attaches({"name": "prices.txt", "mimeType": "text/plain", "buffer": b"Dark roast: 7.50"})
    expect(visitor.log.get_by_role("button", name="Save prices.txt")).to_be_visible()
    yield "a chat"
    visitor.attaches({"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(visitor.log.get_by_role("alert")).to_be_visible()
    yield "what was not sent"
    visitor.panel.get_by_role("button", name="End chat").click()
    expect(visitor.panel.get_by_role("dialog")).to_be_visible()
    yield "the question before the end"
    visitor.panel.get_by_role("dialog").get_by_role("button", name="End chat").click()
    expect(visitor.panel.get_by_text("You ended this chat.")).to_be_visible()
    yield "the end"


def walk(
    crowd: Crowd, company: Company, look: Callable[[Page | Frame, str], list[str]], **how: str
) -> list[str]:
    """What `look` finds in each state, in the site's page and in the panel."""
    company.asks_for_the_name_first()
    agent, visitor = crowd.agent("Ana"), crowd.visitor(**how)
    found = look(visitor.page, "the site")
    for state in states(visitor, agent):
        found += [*look(visitor.page, f"the site, {state}"), *look(visitor.frame, state)]
    return found


def test_where_colours_are_forced_everything_has_its_edge(crowd: Crowd, company: Company) -> None:
    def look(at: Page | Frame, state: str) -> list[str]:
        return [f"{state}: {it}" for it in at.evaluate(EDGELESS)]

    assert walk(crowd, company, look, forced_colors="active") == []


@pytest.mark.parametrize("colours", ["active", "none"])
def test_what_has_the_focus_is_seen(crowd: Crowd, company: Company, colours: str) -> None:
    company.asks_for_the_name_first()
    visitor = crowd.visitor(forced_colors=colours)
    visitor.page.keyboard.press("Tab")
    rings = [visitor.page.evaluate(RING)]
    visitor.page.keyboard.press("Enter")
    visitor.sees(NAME)
    visitor.page.keyboard.press("Shift+Tab")
    for _ in range(3):
        rings.append(visitor.frame.evaluate(RING))
        visitor.page.keyboard.press("Tab")

    for ring in rings:
        assert ring["ring"] >= 2, ring
        assert not SEEN_THROUGH.match(ring["colour"]), ring


def test_where_nothing_may_move_nothing_does(crowd: Crowd, company: Company) -> None:
    def look(at: Page | Frame, state: str) -> list[str]:
        return [f"{state}: {it}" for it in at.evaluate(MOVING)]

    assert walk(crowd, company, look, reduced_motion="reduce") == []


def test_from_right_to_left_it_is_the_mirror_of_itself(crowd: Crowd, company: Company) -> None:
    company.asks_for_the_name_first()
    agent, visitor = crowd.agent("Ana"), crowd.visitor(viewport={"width": 375, "height": 667})
    wrong = []
    for state in states(visitor, agent):
        for direction in ("ltr", "rtl"):
            visitor.frame.evaluate(f"document.documentElement.dir = {direction!r}")
            if visitor.frame.evaluate(WIDER):
                wrong.append(f"{state}, {direction}: wider than the screen")
        wrong += [f"{state}: {it}" for it in visitor.frame.evaluate(UNMIRRORED)]
        if state == "a chat":
            agent.say(ARABIC)
            pointed = visitor.log.locator(".bubble", has_text=ARABIC)
            expect(pointed).to_have_css("border-top-right-radius", "4px")
            expect(pointed).to_have_css("border-top-left-radius", "16px")
    assert wrong == []


UNMIRRORED = """() => {
  const { documentElement: page } = document;
  const measured = (direction) => {
    page.dir = direction;
    return [...document.querySelectorAll("header, header > *, .bubble, .by, .choices > button, .composer > *")]
      .filter((it) => it.checkVisibility() && !it.matches("dialog, [type=file], .error"))
      .map((it) => {
        const { left, right } = it.getBoundingClientRect();
        return { it, left, right };
      });
  };
  const [there, back] = [measured("ltr"), measured("rtl")];
  const width = page.clientWidth;
  const near = (one, other) => Math.abs(one - other) < 1.5;
  return there
    .filter(({ left, right }, at) => !near(left, width - back[at].right) || !near(right, width - back[at].left))
    .map(({ it }) => it.outerHTML.slice(0, 100));
}"""
"""What is not where a mirror would show it."""
