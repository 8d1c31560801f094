"""What a panel or an inbox has missed and does not get is told in it, and mends itself."""

from dataclasses import dataclass

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.browser.people import Crowd, meet
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import WELCOME

SEEN_WITHIN_MS = 60_000


@dataclass
class Loses:
    """Between a screen and the gateway: frames with all of these words do not arrive, on however many sockets."""

    words: tuple[str, ...] = ()

    def carry(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def arrives(frame: str | bytes) -> None:
            if not self.words or not all(one in str(frame) for one in self.words):
                socket.send(frame)

        server.on_message(arrives)


def test_a_gap_that_stays_is_told_and_mends_itself_once_it_can(crowd: Crowd) -> None:
    loses = Loses()
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    visitor.page.route_web_socket("**/api/gateway/socket", loses.carry)
    visitor.open()
    meet(agent, "Ana", visitor)
    said = visitor.panel.get_by_role("status")

    loses.words = ("It is on its way.",)
    agent.say("It is on its way.")
    agent.say("Did you get it?")
    expect(said).to_contain_text("No connection. Trying again…", timeout=SEEN_WITHIN_MS)
    visitor.sees("Did you get it?", times=0)
    loses.words = ()

    visitor.sees("It is on its way.", within_ms=SEEN_WITHIN_MS)
    visitor.sees("Did you get it?")
    expect(said).not_to_contain_text("No connection")


def test_a_gap_that_stays_is_told_in_the_inbox_and_mends_itself_once_it_can(crowd: Crowd) -> None:
    loses = Loses()
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    agent.page.route_web_socket("**/api/gateway/socket", loses.carry)
    agent.page.reload()
    visitor.open()
    meet(agent, "Ana", visitor)
    told = agent.page.get_by_text("Not connected")
    expect(told).to_have_count(0)

    # In the thread alone: the folder's row tells the same words, and may come.
    loses.words = ("message_posted", "Is anybody there?")
    visitor.say("Is anybody there?")
    visitor.say("I can wait.")
    expect(told).to_be_visible(timeout=SEEN_WITHIN_MS)
    agent.sees("I can wait.", times=0)
    loses.words = ()

    agent.sees("Is anybody there?")
    agent.sees("I can wait.")
    expect(told).to_have_count(0, timeout=SEEN_WITHIN_MS)


def test_where_no_socket_gets_through_it_is_told_and_what_is_written_arrives(
    crowd: Crowd, wire: Wire
) -> None:
    agent, visitor = crowd.chatting("Ana")
    lets = {"through": False}

    def carry(socket: WebSocketRoute) -> None:
        if lets["through"]:
            socket.connect_to_server()
        else:
            socket.close(code=1006)

    visitor.page.route_web_socket("**/api/gateway/socket", carry)
    said = visitor.panel.get_by_role("status")
    wire.cut()
    expect(said).to_contain_text("Still no live connection.", timeout=SEEN_WITHIN_MS)

    visitor.say("Can you read this?")
    agent.sees("Can you read this?")
    agent.say("I can.")
    visitor.sees("Can you read this?")
    lets["through"] = True

    visitor.sees("I can.", within_ms=SEEN_WITHIN_MS)
    expect(said).not_to_contain_text("connection")
    visitor.sees("Can you read this?")


def test_earlier_chats_that_could_not_be_asked_for_are_there_after_the_next_connection(crowd: Crowd) -> None:
    agent, visitor = crowd.chatting("Ana")
    agent.say("Come again!")
    visitor.sees("Come again!")
    visitor.ends_chat()
    asked = "**/gateway/visitor/conversations?*"
    visitor.page.route(asked, lambda route: route.fulfill(status=404, json={"code": "not_found"}))
    sockets: list[WebSocketRoute] = []

    def carry(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    visitor.page.route_web_socket("**/api/gateway/socket", carry)
    with visitor.page.expect_response(asked):
        visitor.panel.get_by_role("button", name="Start a new chat").click()
    visitor.sees(WELCOME)
    earlier = visitor.panel.get_by_role("button", name="Earlier chats")
    expect(earlier).to_have_count(0)

    visitor.page.unroute(asked)
    sockets[-1].close(code=1012)

    expect(earlier).to_be_visible(timeout=SEEN_WITHIN_MS)
