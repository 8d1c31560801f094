"""A machine as docs/one-machine.md has it made: real containers, in a folder and a project of their own."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy.generate import ROOT
from deploy.one_machine import FOLDER
from services.cli.catalogue import SERVICES
from tests.waiting import eventually_sync

PROJECT, SITE, FRONT = "livechat-check", "chat.localhost", "172.31.251.0/24"
HEALTHY_WITHIN_S, COMMAND_WITHIN_S = 300.0, 300.0
STAYING = (*SERVICES, "proxy", "postgres", "kafka")
"""The containers that run for as long as the machine does."""


def docker(*arguments: str, timeout_s: float = COMMAND_WITHIN_S) -> str:
    """What the engine answers."""
    return run("docker", *arguments, timeout_s=timeout_s)


def run(*argv: str, folder: Path | None = None, timeout_s: float = COMMAND_WITHIN_S) -> str:
    """What a command says, which must end well."""
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=timeout_s)
    assert done.returncode == 0, f"{' '.join(argv)}: {done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@cache
def compose_argv() -> tuple[str, ...]:
    """Compose 2 where the engine's command has it, else the older program."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
    return ("docker", "compose") if plugin.returncode == 0 else ("docker-compose",)


@dataclass(frozen=True)
class Machine:
    """One installation."""

    folder: Path
    images: dict[str, str]

    def prepare(self) -> None:
        """The guide's steps 2 and 3: a copy of the folder, what is ours in `.env`, and secrets."""
        shutil.copytree(ROOT / FOLDER, self.folder, dirs_exist_ok=True)
        self.say(
            {"LIVECHAT_SITE": SITE, "LIVECHAT_FRONT": FRONT, "COMPOSE_PROJECT_NAME": PROJECT, **self.images}
        )
        run("./prepare.sh", folder=self.folder)

    def say(self, values: dict[str, str]) -> None:
        """Says these in `.env`, in place of what the example has."""
        file = self.folder / ".env"
        source = file if file.exists() else self.folder / "example.env"
        kept = [line for line in source.read_text().splitlines() if line.partition("=")[0] not in values]
        file.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in values.items())]) + "\n")

    def compose(self, *arguments: str) -> str:
        """What Compose answers, in the folder."""
        return run(*compose_argv(), *arguments, folder=self.folder)

    def livechat(self, *arguments: str) -> str:
        """What the command line of the installation says."""
        return self.compose("run", "--rm", "-T", "livechat", *arguments)

    def id_of(self, service: str) -> str:
        """A service's container."""
        found = self.compose("ps", "--quiet", service).split()
        assert found, f"{service} has no container"
        return found[0]

    def state(self, service: str) -> dict[str, Any]:
        """What the engine says of a service's container."""
        told: dict[str, Any] = yaml.safe_load(
            docker("inspect", "--format", "{{json .State}}", self.id_of(service))
        )
        return told

    def is_healthy(self, service: str) -> bool:
        """Whether it runs and its check passed."""
        state = self.state(service)
        return bool(state["Running"]) and state["Health"]["Status"] == "healthy"

    def until_healthy(self, *services: str) -> None:
        """Waits for all that stay, or for those that are named."""
        for service in services or STAYING:
            eventually_sync(
                partial(self.is_healthy, service), within_s=HEALTHY_WITHIN_S, what=f"{service} is healthy"
            )

    def until_well(self) -> None:
        """Waits until `livechat doctor` has nothing to say: of a busy machine it tells what is late."""
        argv = (*compose_argv(), "run", "--rm", "-T", "livechat", "doctor")

        def told() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                argv, cwd=self.folder, capture_output=True, text=True, timeout=COMMAND_WITHIN_S
            )

        eventually_sync(
            lambda: "All is well." in told().stdout, within_s=HEALTHY_WITHIN_S, every_s=1, what="all is well"
        )

    def address_of_proxy(self) -> str:
        """Where services and whoever is on their network reach the proxy."""
        form = f'{{{{(index .NetworkSettings.Networks "{PROJECT}_front").IPAddress}}}}'
        return docker("inspect", "--format", form, self.id_of("proxy")).strip()

    def authority(self) -> Path:
        """The certificate of the authority that Caddy made for itself."""
        file = self.folder / "authority.crt"
        docker("cp", f"{self.id_of('proxy')}:/data/caddy/pki/authorities/local/root.crt", str(file))
        file.chmod(0o644)
        return file

    def browser(self) -> httpx.Client:
        """Somebody who reaches the machine's port 443 and believes in its authority."""
        context = ssl.create_default_context(cafile=str(self.authority()))
        return httpx.Client(
            base_url="https://127.0.0.1", verify=context, timeout=60, headers={"host": SITE},
            event_hooks={"request": [_named]},
        )  # fmt: skip


def _named(request: httpx.Request) -> None:
    """As if the name in DNS led here."""
    request.extensions["sni_hostname"] = SITE
