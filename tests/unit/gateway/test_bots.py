"""What a playbook's bot is called: its agents read the name that its visitors read, and nobody else does."""

from tests.unit.gateway.examples import PLAYBOOK, ada, stranger
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.test_pages import install
from tests.unit.gateway.web import Web

BOT = f"/playbooks/{PLAYBOOK}/bot"


async def test_agents_read_the_name_of_the_look(replica: Replica, web: Web) -> None:
    install(replica, bot_name="Robô", colour="#aa0000", text_colour="#ffffff")

    assert (await web.get(BOT, ada)).json() == {"name": "Robô"}


async def test_of_another_workspace_or_of_no_playbook_it_is_not_there(replica: Replica, web: Web) -> None:
    assert (await web.get(BOT, ada)).status_code == 404
    install(replica)

    assert (await web.get(BOT, stranger)).status_code == 404
