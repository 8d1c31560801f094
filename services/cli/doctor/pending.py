"""What waits and does not move: two looks at outboxes and consumers, a moment apart, told in words."""

from collections.abc import Iterator

from contracts.topics import Naming, events_of
from services.chassis.progress import READY_LAG_MAX
from services.chassis.service import Service
from services.cli.doctor.broker import Ends
from services.cli.doctor.database import Waiting
from services.cli.doctor.finding import Finding
from services.cli.doctor.place import Place

LOST = "docs/operations.md, “Kafka has lost everything”"
LOST_RECORDS = "Kafka has lost records"
WAIT = "Wait while events of its owner wait to be published. Where none does:"
BRING_BACK = (
    "Bring Kafka's disks or its backup back; nothing of the topic may be written before."
    f" Where every copy is lost: {LOST}."
)
LOOK_AGAIN_S = 5.0
"""Relays publish within a second, and consumers take what waits within less: who stands still so long does not run."""


def is_anything_waiting(service: Service, naming: Naming, now: Waiting, ends: Ends) -> bool:
    """Whether a second look is needed to know if it moves."""
    return (
        now.event is not None
        or now.state is not None
        or any(lag for *_, lag in _consumers(service, naming, now, ends))
    )


def of_pending(
    service: Service, naming: Naming, first: Waiting, now: Waiting, ends: Ends, place: Place
) -> list[Finding]:
    """What stands still between two looks, what is far behind, and who stands where the topic is not any more."""
    return [
        *(_elsewhere(service.name, naming, now, ends, place) or _outboxes(service.name, first, now, place)),
        *_beyond(service, naming, now, ends),
        *_behind(service, naming, first, now, ends, place),
    ]


def _elsewhere(service: str, naming: Naming, now: Waiting, ends: Ends, place: Place) -> list[Finding]:
    """The relay publishes nothing on a topic that lacks what it had published on another. On one that holds more than
    the store knows of it raises a fence."""
    topic = naming.of(events_of(service))
    is_empty = all(begin == end for (at, _), (begin, end) in ends.items() if at == topic)
    if topic in now.published or not now.published or not is_empty:
        return []
    return [
        Finding(
            f"{service} outbox",
            f"its events were published as {', '.join(now.published)}, and none as {topic}",
            f"Where that is lost: {LOST}: {place.elsewhere('republish')}. Where it is there, LIVECHAT_EPOCH or"
            " LIVECHAT_TOPIC_PREFIX is not what it was.",
        )
    ]


def _outboxes(service: str, first: Waiting, now: Waiting, place: Place) -> Iterator[Finding]:
    about, mend = f"{service} outbox", f"Start its relay: {place.start(service, 'relay')}"
    if now.event is not None and now.event == first.event:
        yield Finding(about, f"events wait to be published, the oldest for {now.events_age_s} s", mend)
    if now.state is not None and now.state == first.state:
        yield Finding(about, "rows of a state topic wait to be published, and none is", mend)


def _consumers(
    service: Service, naming: Naming, now: Waiting, ends: Ends
) -> Iterator[tuple[str, str, str, int]]:
    """Every consumer: its name, its role, its topic in Kafka, how many records it is behind."""
    for one in service.consumers:
        topic = naming.of(one.topic)
        parts = {number: span for (at, number), span in ends.items() if at == topic}
        lag = sum(
            max(0, end - max(begin, now.offsets.get((one.name, topic, number), 0)))
            for number, (begin, end) in parts.items()
        )
        yield one.name, one.role, topic, lag


def _beyond(service: Service, naming: Naming, now: Waiting, ends: Ends) -> Iterator[Finding]:
    for name, _, topic, _ in _consumers(service, naming, now, ends):
        for (at, number), (_, end) in ends.items():
            offset = now.offsets.get((name, topic, number), 0)
            if at == topic and offset > end:
                what = f"{name} stands at offset {offset} of {topic}[{number}], which ends at {end}"
                if naming.epoch > 1:
                    why, mend = f"it is published anew, or {LOST_RECORDS}", f"{WAIT} {BRING_BACK}"
                else:
                    why, mend = LOST_RECORDS, BRING_BACK
                yield Finding(f"{service.name} consumers", f"{what}: {why}", mend)


def _behind(
    service: Service, naming: Naming, first: Waiting, now: Waiting, ends: Ends, place: Place
) -> Iterator[Finding]:
    for name, role, topic, lag in _consumers(service, naming, now, ends):
        if not lag:
            continue
        about = f"{service.name} consumers"
        if _places(first, name, topic) == _places(now, name, topic):
            what = f"{name} is {lag} records behind and takes none"
            yield Finding(about, what, f"Start its role: {place.start(service.name, role)}")
        elif lag > READY_LAG_MAX:
            yield Finding(about, f"{name} is {lag} records behind", place.scale(service.name, role))


def _places(now: Waiting, consumer: str, topic: str) -> dict[int, int]:
    return {number: at for (name, of, number), at in now.offsets.items() if (name, of) == (consumer, topic)}
