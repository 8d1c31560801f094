"""How a command reaches the system it is about: the one that runs on the data folder, or the one in the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from aiokafka.errors import KafkaError

from services.chassis.decider import Refused
from services.chassis.kafka import TopicsDiffer
from services.chassis.settings import BadSettings, variables
from services.cli.catalogue import SERVICES
from services.cli.environment import variables_of
from services.cli.infrastructure import InfrastructureError, InfrastructureSettings
from services.cli.running import find_running

WORKERS_DATABASE = "_WORKER_DATABASE"


def data_folder() -> Path:
    """Where this installation keeps what it writes."""
    return InfrastructureSettings().data


def say(line: str) -> None:
    """To a person, beside what a command answers."""
    typer.echo(line, err=True)


@contextmanager
def failing_in_words() -> Iterator[None]:
    """What a person can mend is told in a sentence, without a trace."""
    try:
        yield
    except (
        BadSettings,
        ConnectionError,
        InfrastructureError,
        KafkaError,
        LookupError,
        Refused,
        TopicsDiffer,
    ) as error:
        say(f"livechat: {error.args[0] if error.args else error}")
        raise typer.Exit(1) from None


def worker_setting(service: str) -> str:
    """The setting that says how the command line reaches a service's database."""
    return f"LIVECHAT_{service.upper()}{WORKERS_DATABASE}"


def is_known(service: str) -> bool:
    """Whether its database is named here: a pod of one service knows its own alone."""
    return bool(variables().get(worker_setting(service)))


def reach() -> str | None:
    """Puts the variables of the system into the environment, unless they are there (as in a cluster); answers at which
    address people reach it, where that is known.

    Raises LookupError where there is no system to reach.
    """
    running = None
    told = variables()
    # In a cluster a pod knows its own service's database alone: enough for what is about that service.
    if "LIVECHAT_KAFKA" not in told or not any(name.endswith(WORKERS_DATABASE) for name in told):
        data, settings = data_folder(), InfrastructureSettings()
        running = find_running(data)
        if running is not None:
            os.environ.update(variables_of(data, running.kafka, running.postgres, SERVICES))
        elif settings.kafka and settings.postgres:
            os.environ.update(variables_of(data, settings.kafka, settings.postgres, SERVICES))
        else:
            raise LookupError(
                "Nothing runs here. Start the system with `make run`, or name LIVECHAT_KAFKA and LIVECHAT_POSTGRES."
            )
    known = os.environ.get("LIVECHAT_ORIGINS") or (running.url if running else "")
    # The gateway's settings ask for it; only sockets, which no command opens, use it.
    os.environ.setdefault("LIVECHAT_ORIGINS", known or "http://localhost")
    return known.split(",")[0].strip() or None
