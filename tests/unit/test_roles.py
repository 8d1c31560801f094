"""A process is started with roles that its service has; others are refused with the list of those there are."""

import json
import sys

import pytest

from services.chassis.process import main
from services.chassis.tokens import new_private_key, public_key_of
from services.cli.catalogue import SERVICES


@pytest.mark.parametrize(
    ("service", "roles"),
    [
        ("conversation", ("api", "relay", "timers", "projectors", "reactions", "visitors")),
        ("presence", ("api", "relay", "timers", "projectors", "reactions", "lease")),
    ],
)
def test_a_service_has_the_roles_that_its_parts_need(service: str, roles: tuple[str, ...]) -> None:
    assert SERVICES[service].role_names == roles


@pytest.mark.parametrize("role", ["lease", "beacon", "pulse", ""])
def test_a_role_that_a_service_lacks_is_refused(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("LIVECHAT_TOKEN_PUBLIC_KEYS", json.dumps({"1": public_key_of(new_private_key())}))
    monkeypatch.setattr(sys, "argv", ["services.crm", "api", role])

    with pytest.raises(SystemExit) as refused:
        main(SERVICES["crm"])

    assert str(refused.value.code).startswith(f"crm has no role {role}; its roles are api, ")
