"""The command `livechat republish`."""

import asyncio
from typing import Annotated

import psycopg
import typer

from services.chassis.kafka import KafkaSettings
from services.chassis.pool import database_urls
from services.cli.alone import StillRunning
from services.cli.catalogue import SERVICES
from services.cli.reach import failing_in_words, is_known, reach
from services.cli.republish.republishing import NotPossible, Republished, StoreOlder, republish_log

NEWER = (
    "Bring a newer state of that database back; or, where there is none, --from-older-stores: what it does not have is"
    " known to nobody else then, and versions are given anew that read models and subscribers have seen."
)


def republish(
    from_older_stores: Annotated[
        bool,
        typer.Option(
            help="Also where others have handled events that a database, an older copy, does not have."
        ),
    ] = False,
) -> None:
    """Have the whole log published anew, after every copy in Kafka was lost; may be repeated."""
    with failing_in_words():
        reach()
        if unknown := [name for name in SERVICES if not is_known(name)]:
            raise LookupError(
                f"All databases are needed, and here nobody knows that of {', '.join(unknown)}."
            )
        try:
            urls = {name: database_urls(name) for name in SERVICES}
            done = asyncio.run(
                republish_log(
                    [*SERVICES.values()], KafkaSettings(), urls, from_older_stores=from_older_stores
                )
            )
        except StillRunning:
            raise LookupError(
                "Somebody works on a database: end all processes of all services first."
            ) from None
        except StoreOlder as older:
            raise LookupError(f"Nothing was changed: {older}. {NEWER}") from None
        except NotPossible as wrong:
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
