"""A process is started with roles that its service has; others are refused with the list of those there are."""

import asyncio
import json
import sys

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from contracts.signals import Beacon
from services.chassis.process import Host, main
from services.chassis.settings import ProcessSettings
from services.chassis.tokens import new_private_key, public_key_of
from services.chassis.wiring import Wired, own_roles
from services.cli.catalogue import SERVICES
from tests.unit.gateway.replica import Replica


@pytest.mark.parametrize(
    ("service", "roles"),
    [
        ("conversation", ("api", "relay", "timers", "projectors", "reactions", "visitors")),
        ("gateway", ("api", "relay", "timers", "projectors", "reactions")),
        ("presence", ("api", "relay", "timers", "projectors", "reactions", "lease")),
    ],
)
def test_a_service_has_the_roles_that_its_parts_need(service: str, roles: tuple[str, ...]) -> None:
    assert SERVICES[service].role_names == roles


def test_a_process_that_answers_requests_says_so_and_another_does_not() -> None:
    keys = json.dumps({"1": public_key_of(new_private_key())})
    crm, presence = SERVICES["crm"], SERVICES["presence"]

    for service, role in ((crm, "relay"), (presence, "api")):
        wired = Wired(service, {}, FastAPI(), None, lambda: asyncio.sleep(0))
        Host([service], ProcessSettings(token_public_keys=keys), (role,))._start(wired)

    assert REGISTRY.get_sample_value("livechat_role_running", {"role": "crm.api"}) is None
    assert REGISTRY.get_sample_value("livechat_role_running", {"role": "presence.api"}) == 1


@pytest.mark.parametrize("role", ["lease", "beacon", "pulse", ""])
def test_a_role_that_a_service_lacks_is_refused(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("LIVECHAT_TOKEN_PUBLIC_KEYS", json.dumps({"1": public_key_of(new_private_key())}))
    monkeypatch.setattr(sys, "argv", ["services.crm", "api", role])

    with pytest.raises(SystemExit) as refused:
        main(SERVICES["crm"])

    assert str(refused.value.code).startswith(f"crm has no role {role}; its roles are api, ")


@pytest.mark.parametrize(
    ("roles", "vouches"),
    [((), True), (("api",), True), (("relay", "timers", "projectors", "reactions"), False)],
)
async def test_only_a_gateway_that_serves_sockets_says_that_heartbeats_come(
    roles: tuple[str, ...], vouches: bool
) -> None:
    """Else silence would count while nobody can be heard, and an outage of the sockets would take agents offline."""
    gateway, replica = SERVICES["gateway"], Replica()
    keys = json.dumps({"1": public_key_of(new_private_key())})
    host = Host([gateway], ProcessSettings(token_public_keys=keys), roles)
    wired = Wired(gateway, own_roles(gateway, replica.ports), FastAPI(), None, lambda: asyncio.sleep(0))

    host._start(wired)

    for _ in range(3):
        await asyncio.sleep(0)
    assert any(isinstance(signal, Beacon) for signal in replica.signals.sent) is vouches
    for task in host._tasks:
        task.cancel()
    await asyncio.gather(*host._tasks, return_exceptions=True)
