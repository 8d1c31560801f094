"""The command `livechat republish`."""

import asyncio

import psycopg
import typer

from services.chassis.kafka import KafkaSettings
from services.chassis.pool import database_urls
from services.cli.alone import StillRunning
from services.cli.catalogue import SERVICES
from services.cli.reach import failing_in_words, is_known, reach
from services.cli.republish.republishing import Republished, WrongEpoch, republish_log


def republish() -> None:
    """Have the whole log published anew, after every copy in Kafka was lost; may be repeated."""
    with failing_in_words():
        reach()
        if unknown := [name for name in SERVICES if not is_known(name)]:
            raise LookupError(
                f"All databases are needed, and here nobody knows that of {', '.join(unknown)}."
            )
        try:
            urls = {name: database_urls(name) for name in SERVICES}
            done = asyncio.run(republish_log([*SERVICES.values()], KafkaSettings(), urls))
        except StillRunning:
            raise LookupError(
                "Somebody works on a database: end all processes of all services first."
            ) from None
        except WrongEpoch as wrong:
            raise LookupError(f"Nothing was changed: {wrong}.") from None
        except (psycopg.Error, OSError) as away:  # TimeoutError is one of the latter.
            raise LookupError(f"It was not done, and is to be repeated: {away}") from None
    for one in done:
        typer.echo(_told(one))


def _told(one: Republished) -> str:
    if one.done:
        return f"{one.service}: was told before"
    rows = f", and {one.state_rows:,} rows of state" if one.state_rows else ""
    return f"{one.service}: {one.events:,} events wait to be published{rows}"
