"""Publishes rows of read models on compacted topics: of each key the newest value, as the projection wrote them."""

from collections.abc import Sequence

from contracts.topics import TOPICS
from services.chassis.kafka import KafkaSettings
from services.chassis.outbox import PAGE_ROWS_MAX, Connection, Drain, Ends, Message, Page

_PAGE = f"""
    SELECT seq, topic, key, value FROM log.state_outbox
    WHERE seq NOT IN (SELECT unnest(%s::bigint[])) ORDER BY seq LIMIT {PAGE_ROWS_MAX}"""
_PUBLISHED = "DELETE FROM log.state_outbox WHERE seq = ANY (%s::bigint[])"


class StateRelay(Drain):
    """The relay of one service's state topics. Of a key's rows in one page only the newest is sent."""

    OUTBOX = "state"
    COUNT = "SELECT count(*), min(seq) FROM (SELECT seq FROM log.state_outbox ORDER BY seq LIMIT 100000) AS waiting"

    def __init__(self, service: str, worker_dsn: str, settings: KafkaSettings) -> None:
        super().__init__(service, worker_dsn, settings)
        self._names = {topic.name: settings.naming.of(topic) for topic in TOPICS if topic.kind == "state"}

    async def _prepare(self, connection: Connection) -> None:
        """Nothing to find out: a row that is sent again changes nothing, the newer version wins."""

    async def _page(self, connection: Connection, but: Sequence[int]) -> Page:
        rows = await (await connection.cursor(binary=True).execute(_PAGE, (list(but),))).fetchall()
        newest = {(topic, key): value for _, topic, key, value in rows}
        messages = [Message(self._names[topic], key, value) for (topic, key), value in newest.items()]
        return Page([seq for seq, *_ in rows], messages)

    async def _published(self, connection: Connection, ids: Sequence[int], ends: Ends) -> None:
        await connection.execute(_PUBLISHED, (list(ids),))
