"""What was handed out as a secret stands nowhere: not in logs, events, state rows, signals, tables or metrics."""

from collections.abc import Collection

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from contracts.topics import PARTITIONS, TOPICS
from tests.e2e.stage import Stage

pytestmark = pytest.mark.real

POLL_MS = 1_000


def found_in(text: str, wanted: Collection[str]) -> set[str]:
    """Those that stand in the text, as they are or as PostgreSQL shows bytes."""
    return {each for each in wanted if each in text or each.encode().hex() in text}


async def records_of(stage: Stage) -> str:
    """Every record of every topic of the system: key, headers and value."""
    names = [stage.system.naming.of(topic) for topic in TOPICS]
    parts = [TopicPartition(name, number) for name in names for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stage.system.kafka, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(parts)
        ends, told = await consumer.end_offsets(parts), []
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                told += [f"{record.key} {record.headers} {record.value}" for record in records]
        return "\n".join(told)
    finally:
        await consumer.stop()


def tables_of(log: psycopg.Connection[tuple[str, ...]]) -> str:
    """Every row of every table of a service's database."""
    tables = log.execute(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema', 'public')"
    ).fetchall()
    assert len(tables) > 10
    told = []
    for schema, table in tables:
        name = psycopg.sql.Identifier(schema, table)
        rows = log.execute(psycopg.sql.SQL("SELECT t::text FROM {} t").format(name)).fetchall()
        told += [row[0] for row in rows]
    return "\n".join(told)


def secrets_of(stage: Stage) -> set[str]:
    """All that were handed out, and of each token its signature alone, by which it would be known as well."""
    assert len(stage.secrets) > 10
    assert all(len(secret) > 20 for secret in stage.secrets)
    return stage.secrets | {secret.rpartition(".")[2] for secret in stage.secrets}


async def test_no_record_in_kafka_holds_a_secret(stage: Stage) -> None:
    told = await records_of(stage)

    assert found_in(told, [stage.ids["conversation_id"], stage.ids["agent"]]), "the search is blind"
    assert not found_in(told, secrets_of(stage))


def test_no_table_holds_a_secret(stage: Stage) -> None:
    told = "\n".join(tables_of(log) for log in stage.logs)

    assert found_in(told, [stage.ids["conversation_id"]]), "the search is blind"
    assert not found_in(told, secrets_of(stage))


def test_no_log_and_no_metric_holds_a_secret(stage: Stage) -> None:
    told = stage.system.log_of("all").read_text() + stage.http.get("/metrics").text

    assert "livechat_http_requests_total" in told, "the search is blind"
    assert not found_in(told, secrets_of(stage))


def test_nothing_unexpected_was_logged(stage: Stage) -> None:
    lines = stage.system.log_of("all").read_text().splitlines()

    assert not [line for line in lines if '"event": "unexpected"' in line or "Traceback" in line]
