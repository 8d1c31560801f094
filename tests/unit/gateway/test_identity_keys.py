"""Identity keys over HTTP, and the visits that come with what they signed."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from contracts.gateway import IdentityKeyEnded, IdentityKeyMade
from contracts.ids import derived_id, stream
from contracts.playbook import PlaybookActivated, SitesChanged
from services.chassis.tokens import TOKEN_CHARS_MAX, Caller
from services.gateway.accounts.identity_keys import IDENTITY_KEY
from tests.unit.gateway.examples import ADA, PLAYBOOK, T0, ada, published, recorded, visitor
from tests.unit.gateway.people import Ana
from tests.unit.gateway.replica import Replica
from tests.unit.gateway.signing import NOW_S, SHOP, CompanyServer
from tests.unit.gateway.web import Web, with_settings

KEYS = "/identity-keys"


@pytest.fixture
async def server(web: Web, ana: Ana) -> CompanyServer:
    """Ana has made a key and given it to the company's server; the playbook takes visits from the shop."""
    told: Any = {"playbook_id": PLAYBOOK, "by": ADA, "at": T0}
    events = (published(), PlaybookActivated(**told), SitesChanged(sites=(SHOP,), **told))
    for version, event in enumerate(events, 1):
        web.replica.topics.append(recorded(event, version, stream("playbook", PLAYBOOK), ana.workspace_id))
    made = (await web.post(KEYS, None, ana.token)).json()
    return CompanyServer(made["kid"], made["secret"])


async def visit(web: Web, ana: Ana, identity: str | None = None, session: str | None = None) -> Any:
    body = {"workspace_id": ana.workspace_id, "playbook_id": PLAYBOOK}
    told = {"identity": identity, "visitor_session": session}
    given = {name: value for name, value in told.items() if value is not None}
    answer = await web.post("/visits", {**body, **given}, None, origin=SHOP)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def kept(web: Web, ana: Ana) -> list[str]:
    """Every secret that is kept, in whatever form."""
    now = web.replica.clock.now()
    found = await web.replica.ports.credentials.of(IDENTITY_KEY, ana.workspace_id, ana.workspace_id, now)
    return [str(one) for one in found]


async def test_a_key_is_told_once_listed_without_its_secret_and_ended(web: Web, ana: Ana) -> None:
    made = (await web.post(KEYS, None, ana.token)).json()
    assert made["algorithm"] == "HS256"
    assert len(made["secret"]) == 43

    (listed,) = (await web.get(KEYS, ana.token)).json()["items"]
    assert listed == {
        "kid": made["kid"],
        "made_at": T0.isoformat().replace("+00:00", "Z"),
        "by": ana.agent_id,
        "used_at": None,
    }
    for _ in range(2):
        assert (await web.post(f"{KEYS}/{made['kid']}/end", None, ana.token)).status_code == 200
    assert (await web.get(KEYS, ana.token)).json() == {"items": []}
    assert await kept(web, ana) == []
    assert (await web.post(f"{KEYS}/{derived_id('none')}/end", None, ana.token)).status_code == 404


async def test_the_log_tells_of_keys_and_nobody_reads_a_secret(web: Web, ana: Ana) -> None:
    made = (await web.post(KEYS, None, ana.token)).json()
    await web.post(f"{KEYS}/{made['kid']}/end", None, ana.token)
    again = (await web.post(KEYS, None, ana.token)).json()

    events = web.replica.store.streams[stream("workspace", ana.workspace_id)]
    types = [event.type for event in events if "identity_key" in event.type]
    assert types == [IdentityKeyMade.TYPE, IdentityKeyEnded.TYPE, IdentityKeyMade.TYPE]
    everything = [str(event.data) for event in events] + await kept(web, ana)
    assert len(everything) > 4
    assert not [told for told in everything if made["secret"] in told or again["secret"] in told]


async def test_two_keys_count_at_once_so_that_one_may_follow_the_other(web: Web, ana: Ana) -> None:
    first, _ = [(await web.post(KEYS, None, ana.token)).json() for _ in range(2)]

    refused = await web.post(KEYS, None, ana.token)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_identity_keys")
    assert len(await kept(web, ana)) == 2
    await web.post(f"{KEYS}/{first['kid']}/end", None, ana.token)
    assert (await web.post(KEYS, None, ana.token)).status_code == 201


async def test_a_repeat_tells_the_same_key_until_it_is_ended(web: Web, ana: Ana) -> None:
    once, again = [
        (await web.post(KEYS, None, ana.token, **{"idempotency-key": "k"})).json() for _ in range(2)
    ]
    assert once == again
    assert len(await kept(web, ana)) == 1

    await web.post(f"{KEYS}/{once['kid']}/end", None, ana.token)
    late = await web.post(KEYS, None, ana.token, **{"idempotency-key": "k"})
    assert (late.status_code, await kept(web, ana)) == (404, [])


@pytest.mark.parametrize(
    ("caller", "status"),
    [(None, 401), (ada, 403), (ada.model_copy(update={"role": "editor"}), 403), (visitor, 403)],
)
async def test_only_owners_make_see_and_end_keys(web: Web, caller: Caller | None, status: int) -> None:
    assert (await web.post(KEYS, None, caller)).status_code == status
    assert (await web.get(KEYS, caller)).status_code == status
    assert (await web.post(f"{KEYS}/{derived_id('k')}/end", None, caller)).status_code == status


async def test_a_signed_visitor_is_the_same_in_every_browser(
    web: Web, ana: Ana, server: CompanyServer
) -> None:
    one = await visit(web, ana, server.sign(name="Zoë"))
    other = await visit(web, ana, server.sign(name="Zoë Müller"))

    assert one["visitor_id"] == other["visitor_id"]
    assert one["visit_id"] != other["visit_id"]
    callers = [web.replica.verifier.verify(told["token"], web.replica.clock.now()) for told in (one, other)]
    assert [caller.known for caller in callers] == [{"name": "Zoë"}, {"name": "Zoë Müller"}]
    again = (await web.post("/tokens", {"session": one["session"]})).json()
    assert web.replica.verifier.verify(again["token"], web.replica.clock.now()) == callers[0]
    (key,) = (await web.get(KEYS, ana.token)).json()["items"]
    assert key["used_at"] is not None


async def test_nobody_becomes_somebody_else_by_an_earlier_session(
    web: Web, ana: Ana, server: CompanyServer
) -> None:
    nameless = await visit(web, ana)
    signed = await visit(web, ana, server.sign(), nameless["session"])
    next_user = await visit(web, ana, session=signed["session"])
    colleague = await visit(web, ana, server.sign(sub="user-8"), signed["session"])

    people = [told["visitor_id"] for told in (nameless, signed, next_user, colleague)]
    assert len(set(people)) == 4
    assert (await visit(web, ana, session=nameless["session"]))["visitor_id"] == nameless["visitor_id"]
    caller = web.replica.verifier.verify(next_user["token"], web.replica.clock.now())
    assert caller.known is None


async def test_an_identity_that_does_not_count_gives_no_visit(
    web: Web, ana: Ana, server: CompanyServer
) -> None:
    body = {"workspace_id": ana.workspace_id, "playbook_id": PLAYBOOK}
    for wrong in (server.sign(exp=NOW_S - 90), server.sign(aud="https://blog.example"), "nonsense"):
        refused = await web.post("/visits", {**body, "identity": wrong}, None, origin=SHOP)
        assert (refused.status_code, refused.json()["code"]) == (401, "bad_identity")
    assert (await web.post("/visits", {**body, "identity": "x" * 2_049}, origin=SHOP)).status_code == 422


async def test_the_end_of_a_key_ends_whom_it_identified(web: Web, ana: Ana, server: CompanyServer) -> None:
    newer = (await web.post(KEYS, None, ana.token)).json()
    by_old = await visit(web, ana, server.sign())
    by_new = await visit(web, ana, CompanyServer(newer["kid"], newer["secret"]).sign())
    assert by_old["visitor_id"] == by_new["visitor_id"]

    await web.post(f"{KEYS}/{server.kid}/end", None, ana.token)

    body = {"workspace_id": ana.workspace_id, "playbook_id": PLAYBOOK, "identity": server.sign()}
    assert "names no key" in (await web.post("/visits", body, origin=SHOP)).json()["detail"]
    assert (await web.post("/tokens", {"session": by_old["session"]})).status_code == 401
    assert (await web.post("/tokens", {"session": by_new["session"]})).status_code == 200


async def test_who_was_identified_is_asked_again_after_a_day(
    web: Web, ana: Ana, server: CompanyServer
) -> None:
    nameless, signed = await visit(web, ana), await visit(web, ana, server.sign())

    web.replica.clock.move(timedelta(days=1))

    assert (await web.post("/tokens", {"session": nameless["session"]})).status_code == 200
    assert (await web.post("/tokens", {"session": signed["session"]})).status_code == 401


async def test_a_visitor_who_signs_out_has_no_session_any_more(
    web: Web, ana: Ana, server: CompanyServer
) -> None:
    signed = await visit(web, ana, server.sign())

    ended = [(await web.post("/sign-out", {"session": signed["session"]})).json() for _ in range(2)]

    assert ended == [{"ended": True}, {"ended": False}]
    assert (await web.post("/tokens", {"session": signed["session"]})).status_code == 401


async def test_all_that_may_be_known_fits_into_a_token(web: Web, ana: Ana, server: CompanyServer) -> None:
    known: Any = {
        "name": "n" * 200,
        "company": "c" * 200,
        "phone": "1" * 15,
        "email": f"e@{'x.' * 100}example",
    }
    told = await visit(web, ana, server.sign(name="ø" * 150, company="ø" * 150))
    long = await visit(web, ana, server.sign(**known))

    for each in (told, long):
        assert len(each["token"]) <= TOKEN_CHARS_MAX
        assert web.replica.verifier.verify(each["token"], web.replica.clock.now()).known


async def test_a_key_that_cannot_be_opened_counts_as_none(
    web: Web, ana: Ana, server: CompanyServer, app: FastAPI, replica: Replica
) -> None:
    settings = replica.ports.own["settings"]
    other = type(settings.gateway_email_secret)("o" * 32)
    with_settings(replica, app, gateway_email_secret=other)

    body = {"workspace_id": ana.workspace_id, "playbook_id": PLAYBOOK, "identity": server.sign()}
    assert (await web.post("/visits", body, origin=SHOP)).json()["code"] == "bad_identity"
