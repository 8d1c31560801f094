"""The bot's next card comes with the answer to the one before: it is drawn also while no socket brings it."""

from dataclasses import dataclass

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import BROWSE, GOODBYE, WELCOME

AGAIN = "Start a new chat"
BACK_WITHIN_MS = 60_000


@dataclass
class Line:
    """Between a panel and the gateway: no socket gets through while it is `down`."""

    down: bool
    refused: int = 0
    through: int = 0

    def carry(self, socket: WebSocketRoute) -> None:
        if self.down:
            self.refused += 1
            socket.close(code=1006)
        else:
            self.through += 1
            socket.connect_to_server()

    def of(self, visitor: VisitorScreen) -> None:
        """Carries this visitor's sockets from now on."""
        visitor.page.route_web_socket("**/api/gateway/socket", self.carry)


def said_once(visitor: VisitorScreen) -> None:
    """The walk to its end, as often as it was walked."""
    for text in (WELCOME, BROWSE, GOODBYE):
        visitor.sees(text)
    expect(visitor.panel.get_by_role("button", name=AGAIN)).to_be_visible()


def test_the_next_card_is_drawn_while_the_socket_is_cut_and_once_when_it_is_back(
    crowd: Crowd, wire: Wire
) -> None:
    visitor, line = crowd.visitor(), Line(down=True)
    visitor.open()
    visitor.sees(WELCOME)
    line.of(visitor)
    wire.cut()
    expect(visitor.panel.get_by_text("No connection")).to_be_visible(timeout=BACK_WITHIN_MS)

    visitor.choose(BROWSE)
    said_once(visitor)
    assert line.refused > 0
    assert line.through == 0

    line.down = False
    expect(visitor.panel.get_by_text("No connection")).to_have_count(0, timeout=BACK_WITHIN_MS)
    said_once(visitor)


def test_a_visitor_whom_no_socket_reaches_walks_to_the_end_and_begins_anew(crowd: Crowd) -> None:
    visitor, line = crowd.visitor(), Line(down=True)
    line.of(visitor)
    visitor.open()
    visitor.sees(WELCOME)
    visitor.choose(BROWSE)
    said_once(visitor)

    visitor.panel.get_by_role("button", name=AGAIN).click()
    visitor.sees(GOODBYE, times=0)
    visitor.sees(WELCOME)
    assert line.through == 0
