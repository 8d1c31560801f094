"""What an owner asked for once and what comes a second time, late: it changes nothing that was changed since."""

from dataclasses import replace

from services.gateway.accounts.standing import from_here
from services.gateway.accounts.team import remove_agent
from tests.unit.gateway.teams import Team


async def test_a_late_repeat_lets_no_owner_go_who_was_made_one_again(team: Team) -> None:
    await team.invite("Bob", "owner")
    key = {"idempotency-key": "the-same"}
    for role, told in (("agent", key), ("owner", {})):
        assert (await team.ask("Ana", "Bob", "role", {"role": role}, **told)).status_code == 200

    again = await team.ask("Ana", "Bob", "role", {"role": "agent"}, **key)

    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert await team.owners() == await team.counted() == {"Ana", "Bob"}


async def test_the_key_of_another_command_lets_no_owner_go(team: Team) -> None:
    await team.invite("Bob", "owner")
    key, ana = {"idempotency-key": "the-same"}, team.members["Ana"]
    assert (await team.web.post("/account/name", {"name": "Anna"}, ana.token, **key)).status_code == 200

    for what, body in (("role", {"role": "agent"}), ("remove", {})):
        refused = await team.ask("Ana", "Bob", what, body, **key)
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")

    assert await team.owners() == await team.counted() == {"Ana", "Bob"}


async def test_a_removal_asked_for_again_changes_nothing(team: Team) -> None:
    bob, ports = await team.invite("Bob"), team.web.replica.ports
    told = replace(from_here(ports, team.workspace_id), command_id="the same")
    first = await remove_agent(ports, team.workspace_id, bob.agent_id, None, told)
    again = await remove_agent(ports, team.workspace_id, bob.agent_id, None, told)
    other = await remove_agent(
        ports, team.workspace_id, bob.agent_id, None, from_here(ports, team.workspace_id)
    )

    assert (first.version, again.version, other.version) == (3, 3, 3)
    assert again.repeated
