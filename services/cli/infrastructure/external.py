"""Servers that somebody else runs: only checked, never changed."""

from collections.abc import Callable

from services.cli.infrastructure.addresses import Servers
from services.cli.infrastructure.readiness import wait_for_kafka, wait_for_postgres
from services.cli.infrastructure.settings import InfrastructureSettings

ANSWER_WITHIN_S = 5.0


def external_servers(settings: InfrastructureSettings, say: Callable[[str], None], why: str) -> Servers:
    """The named servers, once both have answered."""
    assert settings.kafka is not None and settings.postgres is not None
    version = wait_for_postgres(settings.postgres, ANSWER_WITHIN_S)
    wait_for_kafka(settings.kafka, ANSWER_WITHIN_S)
    # Kafka does not tell its version to clients.
    reason = f"{why}: Kafka at {settings.kafka} and PostgreSQL {version}"
    say(f"servers: external, {reason}")
    return Servers(settings.kafka, settings.postgres, "external", reason)
