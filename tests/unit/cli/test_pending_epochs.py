"""What the doctor says of a log that is published anew, or is to be."""

from contracts.topics import CRM_EVENTS, PLAYBOOK_EVENTS, Naming
from services.cli.catalogue import SERVICES
from services.cli.doctor.database import Waiting
from services.cli.doctor.finding import Finding
from services.cli.doctor.pending import of_pending
from services.cli.doctor.place import MACHINE

CRM = SERVICES["crm"]
CONSUMER = next(one.name for one in CRM.consumers if one.topic == PLAYBOOK_EVENTS)


def found(epoch: int, published: list[str], offset: int = 0, holds: int = 0) -> list[Finding]:
    """Of a service with an event that waits, and a consumer at this offset of a topic that ends at 5."""
    naming = Naming(epoch=epoch)
    topic = naming.of(PLAYBOOK_EVENTS)
    now = Waiting(7, 12, None, {(CONSUMER, topic, 3): offset}, published)
    ends = {(topic, 3): (0, 5 if offset else 0), (naming.of(CRM_EVENTS), 0): (0, holds)}
    return of_pending(CRM, naming, now, now, ends, MACHINE)


def test_who_was_published_elsewhere_is_told_of_both_ways_out() -> None:
    (told,) = found(2, ["crm.events.v1"])

    assert told.what == "its events were published as crm.events.v1, and none as crm.events.v1-e2"
    assert "docker compose run --rm livechat republish" in told.mend
    assert "LIVECHAT_EPOCH or LIVECHAT_TOPIC_PREFIX is not what it was" in told.mend


def test_who_is_from_before_that_is_told_by_the_fence() -> None:
    assert not any("published as" in one.what for one in found(2, ["crm.events.v1"], holds=4))


def test_who_was_told_to_publish_all_anew_waits_for_the_relay_alone() -> None:
    for published in (["crm.events.v1-e2"], []):
        (told,) = found(2, published)
        assert told.what == "events wait to be published, the oldest for 12 s"


def test_a_consumer_before_whom_nothing_lies_yet_may_have_to_wait() -> None:
    in_the_first, in_a_later = found(1, [], offset=6)[1], found(2, [], offset=6)[1]

    assert in_the_first.what.endswith("which ends at 5: Kafka has lost records")
    assert in_the_first.mend.startswith("Bring Kafka's disks or its backup back;")
    assert in_a_later.what.endswith("which ends at 5: it is published anew, or Kafka has lost records")
    assert in_a_later.mend.startswith("Wait while events of its owner wait to be published.")
    for told in (in_the_first, in_a_later):
        assert "“Kafka has lost everything”" in told.mend
