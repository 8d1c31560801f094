"""What services may do in Kafka is what their code does there."""

import re
from pathlib import Path

import pytest

from contracts.topics import SIGNALS, TOPICS, Naming
from deploy.acl import Acl, acls, creator_acls, operator_acls, read, written
from services.cli.catalogue import SERVICES

PACKAGES = Path(__file__).parents[2] / "services"
LISTENS = re.compile(r"\bsignals\.listen\(|\bkeep_sweeping\(ports")
SENDS = re.compile(r"\bsignals\.send\(")
TAILS = re.compile(r"\btail\.(?:listen|end)\(\s*(\w+)")


def source(service: str) -> str:
    return "\n".join(path.read_text() for path in sorted((PACKAGES / service).rglob("*.py")))


@pytest.mark.parametrize("name", SERVICES)
def test_who_listens_to_signals_says_so_and_only_their_owner_sends_them(name: str) -> None:
    assert SERVICES[name].hears_signals == bool(LISTENS.search(source(name)))
    assert (SIGNALS in written(SERVICES[name])) == bool(SENDS.search(source(name)))


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_hears_at_the_end_of_topics_it_may_read(name: str) -> None:
    readable = {topic.name.split(".v")[0].replace(".", "_").upper() for topic in read(SERVICES[name])}

    heard = {topic for topic in TAILS.findall(source(name)) if topic.isupper()}
    assert heard <= readable


def test_every_topic_is_written_by_its_owner_alone() -> None:
    writers = {
        topic.name: [name for name, one in SERVICES.items() if topic in written(one)] for topic in TOPICS
    }

    assert writers == {topic.name: [topic.owner] for topic in TOPICS}


def test_a_service_may_use_the_groups_of_its_own_consumers() -> None:
    for service in SERVICES.values():
        (group,) = [acl for acl in acls(service) if acl.resource == "group"]
        names = [consumer.group for consumer in service.consumers]
        assert all(name.startswith(group.name) for name in names), names
        assert len(names) == len({*names}) == len(service.models) + len(service.reactions)


def test_operators_read_every_topic_see_where_consumers_are_and_write_none() -> None:
    for naming in (Naming(), Naming("red.", 2)):
        topics = {
            Acl("topic", naming.of(topic), "literal", frozenset({"Read", "DescribeConfigs"}))
            for topic in TOPICS
        }
        groups = {
            Acl("group", f"{naming.prefix}{name}.", "prefix", frozenset({"Describe"})) for name in SERVICES
        }
        assert operator_acls(naming) == topics | groups


def test_who_makes_topics_neither_reads_nor_writes_nor_deletes_any() -> None:
    assert {acl.name for acl in creator_acls()} == {topic.name for topic in TOPICS}
    for acl in creator_acls():
        assert not acl.operations & {"Read", "Write", "Delete", "Alter", "All"}


def test_an_installation_calls_its_topics_and_groups_in_its_own_way() -> None:
    allowed = acls(SERVICES["crm"], Naming("red.", 2))

    assert Acl("topic", "red.crm.events.v1-e2", "literal", frozenset({"Read", "Write"})) in allowed
    assert Acl("topic", "red.playbook.events.v1-e2", "literal", frozenset({"Read"})) in allowed
    assert Acl("group", "red.crm.", "prefix", frozenset({"Read"})) in allowed


def test_notices_are_handed_over_by_a_role_of_their_own() -> None:
    roles = {consumer.group: consumer.role for consumer in SERVICES["notifier"].consumers}

    assert roles["notifier.notifier.sender"] == "sender"
    assert {*roles.values()} == {"projectors", "reactions", "sender"}
