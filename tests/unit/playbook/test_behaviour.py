"""How a playbook's widget behaves: changed by editors, whole and at once."""

from typing import Any

import pytest

from contracts.behaviour import Behaviour
from contracts.installed import BehaviourChanged
from services.chassis.decider import Refused
from services.playbook.commands.playbook import ChangeBehaviour
from services.playbook.decider.playbook import DECIDER
from services.playbook.service import SERVICE
from tests.spec import given
from tests.unit.playbook.examples import AGENT, AT, PLAYBOOK, created
from tests.unit.playbook.test_api import EDITOR, code, edit
from tests.unit.playbook.test_api import created as made
from tests.unit.playbook.test_playbook_decider import archived
from tests.unit.playbook.world import World

HIDES = Behaviour(hides_offline=True)
change = ChangeBehaviour(behaviour=HIDES, by=AGENT, at=AT)
changed = BehaviourChanged(at=AT, playbook_id=PLAYBOOK, behaviour=HIDES, by=AGENT)


def test_a_behaviour_is_changed_and_the_same_one_is_no_change() -> None:
    assert given(DECIDER, created).when(change) == [changed]
    assert given(DECIDER, created, changed).when(change) == []


def test_an_archived_playbook_behaves_as_before() -> None:
    with pytest.raises(Refused, match="archived"):
        given(DECIDER, created, archived).when(change)


async def test_a_behaviour_is_read_with_its_playbook() -> None:
    world = World(SERVICE)
    playbook_id = await made(world)

    assert (await edit(world, playbook_id, "behaviour", {"behaviour": {"hides_offline": True}})).is_success

    read = (await world.ask(EDITOR, "GET", f"/playbooks/{playbook_id}")).json()
    assert read["behaviour"]["hides_offline"] is True


@pytest.mark.parametrize("wrong", [{"hides": True}, {"hides_offline": None}])
async def test_a_wrong_behaviour_is_refused(wrong: dict[str, Any]) -> None:
    world = World(SERVICE)

    assert code(await edit(world, await made(world), "behaviour", {"behaviour": wrong})) == (422, "invalid")
