"""Decides whether the servers are existing ones, containers or local processes; starts nothing."""

import subprocess
from dataclasses import dataclass
from typing import Protocol

from services.cli.infrastructure.addresses import Source
from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.settings import InfrastructureSettings

ENGINE_ANSWERS_WITHIN_S = 3.0


@dataclass(frozen=True)
class Choice:
    """The source of the servers and the reason in one clause."""

    chosen: Source
    reason: str


class EngineProbe(Protocol):
    """What the decision needs to know about Docker."""

    def engine(self) -> str | None:
        """Version of the engine, None when none answers in time."""

    def has_image(self, image: str) -> bool:
        """Whether the image is on this machine already."""


class DockerProbe:
    """Asks the docker command, which knows contexts and DOCKER_HOST better than we do."""

    def engine(self) -> str | None:
        """Version of the engine, None when none answers in time."""
        return self._ask("info", "--format", "{{.ServerVersion}}") or None

    def has_image(self, image: str) -> bool:
        """Whether the image is on this machine already."""
        return self._ask("image", "inspect", "--format", "{{.Id}}", image) is not None

    def _ask(self, *arguments: str) -> str | None:
        try:
            answer = subprocess.run(
                ["docker", *arguments],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ENGINE_ANSWERS_WITHIN_S,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return answer.stdout.strip() if answer.returncode == 0 else None


def choose(settings: InfrastructureSettings, probe: EngineProbe) -> Choice:
    """Named servers first, then containers that need no download, then local processes."""
    named = [settings.kafka is not None, settings.postgres is not None]
    if any(named) and not all(named):
        missing = "LIVECHAT_POSTGRES" if settings.kafka else "LIVECHAT_KAFKA"
        raise InfrastructureError(
            f"{missing} is not set: existing servers are used only when both LIVECHAT_KAFKA and "
            "LIVECHAT_POSTGRES are given. Set both, or neither."
        )
    match settings.infra:
        case "external":
            return _external(all(named), "LIVECHAT_INFRA=external")
        case "docker":
            return _docker(settings, probe)
        case "local":
            return Choice("local", "LIVECHAT_INFRA=local asks for local processes")
    if all(named):
        return _external(True, "LIVECHAT_KAFKA and LIVECHAT_POSTGRES are set")
    version, obstacle = _engine(settings, probe)
    if obstacle is None:
        return Choice("docker", f"Docker {version} answers and both images are here")
    return Choice("local", f"{obstacle}, so both run as local processes")


def _external(addresses_given: bool, why: str) -> Choice:
    if not addresses_given:
        raise InfrastructureError(f"{why} needs the addresses: set LIVECHAT_KAFKA and LIVECHAT_POSTGRES.")
    return Choice("external", why)


def _docker(settings: InfrastructureSettings, probe: EngineProbe) -> Choice:
    version, obstacle = _engine(settings, probe)
    if obstacle is not None:
        raise InfrastructureError(
            f"LIVECHAT_INFRA=docker, but {obstacle}. Images are never pulled here: start the engine, "
            f"`docker pull {settings.kafka_image}` and `docker pull {settings.postgres_image}`, or unset it."
        )
    return Choice("docker", f"LIVECHAT_INFRA=docker, Docker {version} answers and both images are here")


def _engine(settings: InfrastructureSettings, probe: EngineProbe) -> tuple[str | None, str | None]:
    version = probe.engine()
    if version is None:
        return None, f"no Docker engine answers within {ENGINE_ANSWERS_WITHIN_S:g} s"
    images = (settings.kafka_image, settings.postgres_image)
    absent = [image for image in images if not probe.has_image(image)]
    if absent:
        return version, f"Docker {version} answers but has no image {' and no '.join(absent)}"
    return version, None
