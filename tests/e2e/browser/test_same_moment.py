"""What is asked for while a conversation moves on the screen is done after that, or it is told why not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Route, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.waiting import eventually_sync

MINE = re.compile(r"/live-chat/mine/")


@contextmanager
def under_way(agent: AgentScreen, command: str) -> Iterator[None]:
    """This command of the agent's reaches nobody until the context ends."""
    held: list[Route] = []
    agent.page.route(f"**/{command}", lambda route: held.append(route), times=1)
    yield
    eventually_sync(lambda: agent.page.evaluate("1") and held, what=f"“{command}” was asked for")
    held[0].continue_()


def looks_at_one_that_waits(crowd: Crowd) -> tuple[AgentScreen, VisitorScreen]:
    """An agent at a conversation of Unassigned, and its visitor."""
    agent, visitor = crowd.agent("Ana"), crowd.waiting_visitor()
    agent.open_folder("Unassigned")
    agent.open_conversation()
    return agent, visitor


def opens_menu(agent: AgentScreen, menu: str) -> None:
    """Opens a menu of the conversation."""
    agent.page.get_by_role("button", name=menu, exact=True).click()
    expect(agent.page.get_by_role("menuitem").first).to_be_focused()


def test_who_assigns_while_they_take_it_has_taken_it_and_passed_it_on(crowd: Crowd) -> None:
    ben = crowd.agent("Ben")
    ana, visitor = looks_at_one_that_waits(crowd)

    with under_way(ana, "take"):
        ana.take()
        expect(ana.page.get_by_text("Assigned to you")).to_be_visible()
        ana.assign_to("Ben")

    expect(ana.page.get_by_text("Assigned to Ben")).to_be_visible()
    visitor.sees("Ana has joined the chat.")
    expect(visitor.title).to_have_text("Ben")
    expect(ben.folder("My conversations")).to_contain_text("1")
    expect(ana.page.get_by_role("button", name="Dismiss")).to_have_count(0)


def test_a_menu_that_is_open_while_the_conversation_moves_does_what_is_picked(crowd: Crowd) -> None:
    crowd.agent("Ben")
    ana, _ = looks_at_one_that_waits(crowd)

    with under_way(ana, "take"):
        ana.take()
        opens_menu(ana, "Assign to an agent")
    expect(ana.page).to_have_url(MINE)
    ana.page.get_by_role("menuitem", name="Ben").click()

    expect(ana.page.get_by_text("Assigned to Ben")).to_be_visible()


def test_who_assigns_twice_at_once_has_passed_it_to_the_second(crowd: Crowd) -> None:
    _, eva = crowd.agent("Ben"), crowd.agent("Eva")
    ana, visitor = looks_at_one_that_waits(crowd)

    with under_way(ana, "assign"):
        ana.assign_to("Ben")
        ana.assign_to("Eva")

    expect(ana.page.get_by_text("Assigned to Eva")).to_be_visible()
    visitor.sees("Ben has joined the chat.")
    expect(eva.folder("My conversations")).to_contain_text("1")
    expect(ana.page.get_by_role("button", name="Dismiss")).to_have_count(0)


def test_who_closes_while_they_take_it_has_closed_it(crowd: Crowd) -> None:
    ana, visitor = looks_at_one_that_waits(crowd)

    with under_way(ana, "take"):
        ana.take()
        ana.close_conversation()

    visitor.sees("Ana has joined the chat.")
    expect(visitor.panel.get_by_text("This chat was closed.")).to_be_visible()
    expect(ana.page.get_by_role("button", name="Dismiss")).to_have_count(0)


def test_who_blocks_while_they_take_it_has_blocked_the_visitor(crowd: Crowd) -> None:
    ana, _ = looks_at_one_that_waits(crowd)
    dialog = ana.page.get_by_role("dialog")

    with under_way(ana, "take"):
        ana.take()
        opens_menu(ana, "More")
        ana.page.get_by_role("menuitem", name="Block the visitor").click()
        dialog.get_by_label("Reason").fill("Sells watches")
    expect(ana.page).to_have_url(MINE)
    dialog.get_by_role("button", name="Block", exact=True).click()

    expect(ana.page.get_by_text("You blocked this visitor: Sells watches")).to_be_visible()


def test_what_is_written_while_a_note_is_saved_stays_and_what_was_saved_goes(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    note = ana.page.get_by_role("textbox", name="Private note")
    to_notes = ana.page.get_by_role("button", name="Private note", exact=True)
    to_notes.click()

    with under_way(ana, "details/notes"):
        note.fill("Knows coffee.")
        note.press("Enter")
        note.press_sequentially(" Calls back.")
    ana.sees_last("Knows coffee.")
    expect(note).to_have_value("Knows coffee. Calls back.")

    with under_way(ana, "details/notes"):
        note.press("Enter")
        ana.page.get_by_role("button", name="Message", exact=True).click()
        to_notes.click()
        note.press("Enter")
    ana.sees("Knows coffee. Calls back.")
    expect(note).to_have_value("")
