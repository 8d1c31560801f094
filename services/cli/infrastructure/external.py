"""Servers that somebody else runs: only checked, never changed."""

from collections.abc import Callable

from services.cli.infrastructure.addresses import Servers
from services.cli.infrastructure.readiness import wait_for_kafka, wait_for_postgres
from services.cli.infrastructure.settings import InfrastructureSettings

ANSWER_WITHIN_S = 10.0


def external_servers(
    settings: InfrastructureSettings, say: Callable[[str], None], why: str, within_s: float = ANSWER_WITHIN_S
) -> Servers:
    """The named servers, once both have answered."""
    assert settings.kafka is not None and settings.postgres is not None
    version = wait_for_postgres(settings.postgres, within_s)
    wait_for_kafka(settings.kafka, within_s)
    # Kafka does not tell its version to clients.
    reason = f"{why}: Kafka at {settings.kafka} and PostgreSQL {version}"
    say(f"servers: external, {reason}")
    return Servers(settings.kafka, settings.postgres, "external", reason)
