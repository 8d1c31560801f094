"""Visitors who are signed in on their company's site: its server has an identity key and signs who they are."""

import base64
import hashlib
import hmac
import json
from typing import Any

from services.chassis.http import Accepted
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.gateway.accounts.identity import BadIdentity, Identity, identity_of
from services.gateway.accounts.snippets import snippets_of
from services.gateway.accounts.visits import SIGNED_BY, start_visit
from services.gateway.api import identity
from tests.simulation.actors import Visitor, visitor_of
from tests.simulation.world import Company, World

SITE = "https://www.example.com"
USERS = (None, "user-1", "user-1", "user-2")
"""Who comes: somebody who is not signed in, and users, of whom one likes two browsers."""


async def visitors_of(world: World, company: Company, count: int) -> list[Visitor]:
    """So many people on the company's site."""
    if world.rng.random() < 0.4:
        await make_key(world, company)
    if world.rng.random() < 0.2:
        await load_page(world, company, world.rng.choice((SITE, "https://elsewhere.example")))
    return [await _arrived(world, company, number, world.rng.choice(USERS)) for number in range(count)]


async def load_page(world: World, company: Company, site: str = SITE) -> None:
    """Somebody looks at a page that has the company's snippet, which may be another company's page."""

    async def noted(ports: Ports) -> None:
        await snippets_of(ports).note(ports, company.workspace_id, company.playbook_id, site, (SITE,))

    await world.ask("gateway", noted)


async def make_key(world: World, company: Company) -> None:
    """The owner gives the company's server another key, where there is room for one."""
    made = (await world.send("gateway", identity.post_identity_key, company.owner)).told
    if made is not None:
        company.identity_keys[made.kid] = made.secret


async def end_key(world: World, company: Company) -> None:
    """The owner ends the oldest key, and what it signs is worth nothing from then on."""
    kid = next(iter(company.identity_keys), None)
    if kid is None:
        return
    token = _signed(world, kid, company.identity_keys.pop(kid), "user-1")
    ended = (await world.send("gateway", identity.end_identity_key, company.owner, kid=kid)).told
    assert isinstance(ended, Accepted)
    try:
        await world.ask("gateway", lambda ports: identity_of(ports, company.workspace_id, SITE, token))
    except BadIdentity:
        return
    raise AssertionError(f"the key {kid} was ended, and still signs")


async def _arrived(world: World, company: Company, number: int, user: str | None) -> Visitor:
    if user is None or not company.identity_keys:
        return visitor_of(world, company, number)
    kid, secret = world.rng.choice(sorted(company.identity_keys.items()))
    token = _signed(world, kid, secret, user)

    async def begun(ports: Ports) -> Caller:
        who: Identity = await identity_of(ports, company.workspace_id, SITE, token)
        _, kept = await start_visit(ports, company.workspace_id, company.playbook_id, None, who)
        claims = {name: value for name, value in kept.claims.items() if name != SIGNED_BY}
        return Caller(kind="visitor", id=kept.subject, workspace_id=kept.workspace_id, **claims)

    caller: Caller = await world.ask("gateway", begun)
    world.users[str(caller.visit_id)] = user
    return Visitor(world, caller)


def _signed(world: World, kid: str, secret: str, user: str) -> str:
    claims: dict[str, Any] = {"sub": user, "aud": SITE, "exp": int(world.host.clock.now().timestamp()) + 300}
    told = (
        {"alg": "HS256", "kid": kid},
        {**claims, "name": f"U {user}", "email": f"{user}@example.com", "company": "Acme"},
    )
    text = ".".join(_part(json.dumps(part).encode()) for part in told)
    return f"{text}.{_part(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


def _part(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")
