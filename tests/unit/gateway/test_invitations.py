"""Links and sessions: each works once, or until it is over, and nothing is stuck when a process dies in between."""

from datetime import timedelta

import pytest

from contracts.gateway import AgentInvited
from services.chassis.credentials import hash_of
from services.chassis.decider import Refused
from services.chassis.execution import recorded
from services.chassis.ports import Credential
from services.gateway.accounts.passwords import WeakPassword
from services.gateway.accounts.sessions import AGENT_SESSION, NewSession, live_session
from services.gateway.accounts.standing import email_key
from services.gateway.accounts.visits import start_visit, visitor_session
from services.gateway.invitations import (
    BadLink,
    create_workspace,
    invite_agent,
    redeem,
)
from tests.unit.gateway.examples import ELSEWHERE, PASSWORD, PLAYBOOK, WORKSPACE
from tests.unit.gateway.replica import Replica


async def joined(replica: Replica, link: str, name: str = "Ada", password: str = PASSWORD) -> NewSession:
    return await redeem(replica.ports, link, name, password, "c", "Firefox")


async def test_a_workspace_begins_with_its_owners_link() -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "Ada@example.org")
    new = await joined(replica, made.link)
    kept = new.credential

    assert (kept.kind, kept.workspace_id, kept.subject) == (AGENT_SESSION, made.workspace_id, made.agent_id)
    live = await live_session(replica.ports, new.secret)
    assert live is not None
    assert (live.credential, live.account.name, live.account.role) == (kept, "Ada", "owner")
    assert (kept.hash, kept.claims["browser"]) == (hash_of(new.secret), "Firefox")
    stored = replica.store.streams[f"workspace-{made.workspace_id}"]
    assert [event.type for event in stored] == [
        "gateway.workspace_created.v1",
        "gateway.owner_appointed.v1",
    ]


async def test_a_link_works_once() -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "ada@example.org")
    await joined(replica, made.link)

    with pytest.raises(BadLink):
        await joined(replica, made.link)


async def test_a_link_is_over_after_a_week() -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "ada@example.org")
    replica.clock.move(timedelta(days=7))

    with pytest.raises(BadLink):
        await joined(replica, made.link)


async def test_a_link_still_works_when_the_session_got_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "ada@example.org")

    async def dies(kind: str, hash_: str, now: object, new: Credential) -> bool:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(replica.ports.credentials, "exchange", dies)
        with pytest.raises(ConnectionError):
            await joined(replica, made.link)
    with pytest.raises(BadLink):
        await joined(replica, made.link, password="another one, longer")
    new = await joined(replica, made.link, "Augusta")

    assert new.account.name == "Ada"
    stored = replica.store.streams[f"account-{made.agent_id}"]
    assert [event.type for event in stored] == ["gateway.agent_invited.v1", "gateway.agent_joined.v1"]


async def test_a_new_invitation_ends_the_link_before() -> None:
    replica = Replica()
    first = await invite_agent(replica.ports, WORKSPACE, "ada@example.org", "agent", None)
    second = await invite_agent(replica.ports, WORKSPACE, " ADA@example.org", "agent", None)

    assert first.agent_id == second.agent_id
    with pytest.raises(BadLink):
        await joined(replica, first.link, "Ada")
    await joined(replica, second.link, "Ada")
    with pytest.raises(Refused, match="in the workspace already"):
        await invite_agent(replica.ports, WORKSPACE, "ada@example.org", "agent", None)


async def test_a_late_repeat_of_an_invitation_gives_no_second_way_in() -> None:
    replica = Replica()
    owner = await create_workspace(replica.ports, "Acme", "ada@example.org")
    asked = (
        await recorded(replica.ports.keyring, replica.store.streams[f"workspace-{owner.workspace_id}"][0])
    ).metadata
    asked = type(asked)(owner.workspace_id, "the same key", "c", "c", f"agent:{owner.agent_id}")
    bob = await invite_agent(replica.ports, owner.workspace_id, "bob@example.org", "agent", None, asked)
    await joined(replica, bob.link, "Bob")

    with pytest.raises(Refused, match="in the workspace already"):
        await invite_agent(replica.ports, owner.workspace_id, "bob@example.org", "agent", None, asked)


async def test_an_address_may_have_an_account_in_each_workspace() -> None:
    replica = Replica()
    here = await invite_agent(replica.ports, WORKSPACE, "ada@example.org", "agent", None)
    there = await invite_agent(replica.ports, ELSEWHERE, "ada@example.org", "agent", None)

    assert here.agent_id != there.agent_id


async def test_events_hold_no_secret() -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "Ada@example.org")
    session = (await joined(replica, made.link)).secret

    written = b"".join(event.data for events in replica.store.streams.values() for event in events)
    assert not any(
        secret.encode() in written for secret in (made.link, hash_of(made.link), session, PASSWORD, "argon2")
    )
    first = (
        await recorded(replica.ports.keyring, replica.store.streams[f"account-{made.agent_id}"][0])
    ).event
    assert isinstance(first, AgentInvited)
    assert first.email_key == email_key("s" * 32, "ada@example.org")


async def test_a_visitor_stays_the_same_across_visits_of_one_workspace() -> None:
    replica = Replica()
    session, first = await start_visit(replica.ports, WORKSPACE, PLAYBOOK, None)
    _, again = await start_visit(replica.ports, WORKSPACE, PLAYBOOK, session)
    _, elsewhere = await start_visit(replica.ports, ELSEWHERE, PLAYBOOK, session)
    _, unknown = await start_visit(replica.ports, WORKSPACE, PLAYBOOK, "nonsense")

    assert first.subject == again.subject
    assert first.claims["visit_id"] != again.claims["visit_id"]
    assert len({first.subject, elsewhere.subject, unknown.subject}) == 3


async def test_sessions_are_over_in_time() -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "ada@example.org")
    session = (await joined(replica, made.link)).secret
    visiting, _ = await start_visit(replica.ports, WORKSPACE, PLAYBOOK, None)

    replica.clock.move(timedelta(hours=12))
    assert await live_session(replica.ports, session) is None
    assert await visitor_session(replica.ports, visiting) is not None
    replica.clock.move(timedelta(days=30))
    assert await visitor_session(replica.ports, visiting) is None


@pytest.mark.parametrize("weak", [" ADA@example.org", "Password 1234", "aaaaaaaaaaaaaa", "abababababab"])
async def test_a_password_that_anybody_would_try_is_refused_and_the_link_still_works(weak: str) -> None:
    replica = Replica()
    made = await create_workspace(replica.ports, "Acme", "ada@example.org")

    with pytest.raises(WeakPassword, check=lambda refused: refused.code == "weak_password"):
        await joined(replica, made.link, password=weak)
    await joined(replica, made.link)
