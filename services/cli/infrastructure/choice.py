"""Decides whether the servers are existing ones, containers or local processes; starts nothing."""

import subprocess
from dataclasses import dataclass
from typing import Protocol

from services.cli.infrastructure.addresses import Source
from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.settings import KAFKA_IMAGES, POSTGRES_IMAGES, InfrastructureSettings

ENGINE_ANSWERS_WITHIN_S = 3.0


@dataclass(frozen=True)
class Images:
    """The two images to run, both on this machine."""

    kafka: str
    postgres: str


@dataclass(frozen=True)
class Choice:
    """The source of the servers and the reason in one clause; with containers, their images."""

    chosen: Source
    reason: str
    images: Images | None = None


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
                ["docker", *arguments],  # nosec B607 # Where an engine is, its owner's PATH says.
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
    found = _engine(settings, probe)
    if isinstance(found, _Engine):
        return Choice("docker", f"Docker {found.version} answers and both images are here", found.images)
    return Choice("local", f"{found}, so both run as local processes")


def _external(addresses_given: bool, why: str) -> Choice:
    if not addresses_given:
        raise InfrastructureError(f"{why} needs the addresses: set LIVECHAT_KAFKA and LIVECHAT_POSTGRES.")
    return Choice("external", why)


@dataclass(frozen=True)
class _Engine:
    """A Docker engine that has what we run."""

    version: str
    images: Images


def _docker(settings: InfrastructureSettings, probe: EngineProbe) -> Choice:
    found = _engine(settings, probe)
    if isinstance(found, str):
        kafka, postgres = _wanted(settings)
        raise InfrastructureError(
            f"LIVECHAT_INFRA=docker, but {found}. Images are never pulled here: start the engine, then "
            f"`docker pull {kafka[0]}` and `docker pull {postgres[0]}`, or `make images` where nothing can be "
            "pulled; or unset it."
        )
    reason = f"LIVECHAT_INFRA=docker, Docker {found.version} answers and both images are here"
    return Choice("docker", reason, found.images)


def _engine(settings: InfrastructureSettings, probe: EngineProbe) -> _Engine | str:
    """The engine with the images it has, or what stands in the way."""
    version = probe.engine()
    if version is None:
        return f"no Docker engine answers within {ENGINE_ANSWERS_WITHIN_S:g} s"
    wanted = _wanted(settings)
    here = [next(filter(probe.has_image, images), None) for images in wanted]
    match here:
        case [str(kafka), str(postgres)]:
            return _Engine(version, Images(kafka, postgres))
    absent = [images[0] for images, image in zip(wanted, here, strict=True) if image is None]
    return f"Docker {version} answers but has no image {' and no '.join(absent)}"


def _wanted(settings: InfrastructureSettings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        (settings.kafka_image,) if settings.kafka_image else KAFKA_IMAGES,
        (settings.postgres_image,) if settings.postgres_image else POSTGRES_IMAGES,
    )
