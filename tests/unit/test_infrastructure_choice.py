"""Where Kafka and PostgreSQL come from follows the settings, then what Docker has; the reason is said."""

import os
from typing import Any, NamedTuple

import pytest

from services.cli.infrastructure.choice import Images, choose
from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.settings import InfrastructureSettings


class Engine(NamedTuple):
    """A Docker engine, or the lack of one, that answers as told."""

    version: str | None = None
    images: tuple[str, ...] = ()

    def engine(self) -> str | None:
        return self.version

    def has_image(self, image: str) -> bool:
        return image in self.images


ADDRESSES = {"kafka": "127.0.0.1:9092", "postgres": "postgresql://postgres:x@127.0.0.1/postgres"}
NO_ENGINE, BARE_ENGINE = Engine(), Engine("28.0", ("apache/kafka:4.4.0",))
BUILT_ENGINE = Engine("28.0", ("livechat/kafka:4.4.0", "livechat/postgres:15"))
FULL_ENGINE = Engine("28.0", ("apache/kafka:4.4.0", "postgres:15"))


@pytest.fixture(autouse=True)
def _only_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name == "JAVA_HOME" or (name.startswith("LIVECHAT_") and name != "LIVECHAT_CACHE"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("given", "engine", "outcome"),
    [
        ({}, NO_ENGINE, "local: no Docker engine"),
        ({}, BARE_ENGINE, "local: Docker 28.0 answers but has no image postgres:15"),
        ({}, FULL_ENGINE, "docker: Docker 28.0"),
        ({}, BUILT_ENGINE, "docker: Docker 28.0"),
        ({"infra": "docker"}, BUILT_ENGINE, "docker: LIVECHAT_INFRA=docker"),
        ({"kafka_image": "a/kafka"}, BUILT_ENGINE, "local: Docker 28.0 answers but has no image a/kafka"),
        ({"postgres_image": "local/pg"}, FULL_ENGINE, "local: Docker 28.0 answers but has no image local/pg"),
        ({"infra": "local"}, FULL_ENGINE, "local: LIVECHAT_INFRA=local"),
        ({"infra": "docker"}, FULL_ENGINE, "docker: LIVECHAT_INFRA=docker"),
        ({"infra": "docker"}, NO_ENGINE, "error: LIVECHAT_INFRA=docker, but no Docker engine"),
        (
            {"infra": "docker"},
            BARE_ENGINE,
            "error: LIVECHAT_INFRA=docker, but Docker 28.0 answers but has no",
        ),
        (ADDRESSES, FULL_ENGINE, "external: LIVECHAT_KAFKA and LIVECHAT_POSTGRES are set"),
        ({"infra": "external", **ADDRESSES}, NO_ENGINE, "external: LIVECHAT_INFRA=external"),
        ({"infra": "local", **ADDRESSES}, NO_ENGINE, "local: LIVECHAT_INFRA=local"),
        ({"infra": "external"}, FULL_ENGINE, "error: LIVECHAT_INFRA=external needs the addresses"),
        ({"kafka": "127.0.0.1:9092"}, FULL_ENGINE, "error: LIVECHAT_POSTGRES is not set"),
        ({"postgres": "postgresql://x"}, FULL_ENGINE, "error: LIVECHAT_KAFKA is not set"),
    ],
)
def test_the_choice_follows_settings_then_docker(given: dict[str, Any], engine: Engine, outcome: str) -> None:
    try:
        choice = choose(InfrastructureSettings(**given), engine)
        found = f"{choice.chosen}: {choice.reason}"
    except InfrastructureError as error:
        found = f"error: {error}"

    assert found.startswith(outcome)


@pytest.mark.parametrize("given", [{}, {"infra": "docker"}])
def test_published_images_go_before_built_ones(given: dict[str, Any]) -> None:
    mixed = Engine("28.0", ("apache/kafka:4.4.0", "livechat/kafka:4.4.0", "livechat/postgres:15"))

    assert choose(InfrastructureSettings(**given), mixed).images == Images(
        "apache/kafka:4.4.0", "livechat/postgres:15"
    )
