"""A visitor who does not look hears that somebody wrote, unless they have switched the sound off."""

import re

from playwright.sync_api import expect

from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.waiting import eventually_sync

COUNTS = """
self.tones = 0;
const make = BaseAudioContext.prototype.createOscillator;
BaseAudioContext.prototype.createOscillator = function () { self.tones += 1; return make.call(this); };
"""
LATER = "() => new Promise((done) => setTimeout(done, 1_000))"
"""A page's timers go off in their order: a tone that was to come has come by then."""
HELD = "async () => (await navigator.locks.query()).held.some((one) => one.name === 'ring')"
WITHIN_MS = 30_000


def tones(visitor: VisitorScreen) -> int:
    """How many the panel has made."""
    return int(visitor.frame.evaluate("self.tones"))


def rests(visitor: VisitorScreen) -> None:
    """For a moment after a message no tab tells of another one."""
    eventually_sync(lambda: not visitor.frame.evaluate(HELD), what="the moment after a message is over")


def switches_sound(visitor: VisitorScreen, *, on: bool) -> None:
    visitor.open()
    button = visitor.panel.get_by_role("button", name="Sound")
    expect(button).to_have_attribute("aria-pressed", "false" if on else "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true" if on else "false")
    visitor.close()


def test_a_message_is_heard_by_who_has_closed_the_panel_and_left_the_sound_on(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")
    visitor.page.context.add_init_script(COUNTS)
    visitor.page.reload()
    visitor.open()
    visitor.say("One moment.")
    agent.sees("One moment.")
    agent.say("Take your time.")
    visitor.sees("Take your time.")
    visitor.frame.evaluate(LATER)
    assert tones(visitor) == 0

    visitor.close()
    rests(visitor)
    agent.say("Are you there?")
    eventually_sync(lambda: tones(visitor) == 1, what="a tone")

    switches_sound(visitor, on=False)
    rests(visitor)
    agent.say("Hello?")
    expect(visitor.launcher).to_have_accessible_name(re.compile(r"Chat \(1 "), timeout=WITHIN_MS)
    visitor.frame.evaluate(LATER)
    assert tones(visitor) == 1

    switches_sound(visitor, on=True)
    rests(visitor)
    agent.say("I am still here.")
    eventually_sync(lambda: tones(visitor) == 2, what="another tone")
