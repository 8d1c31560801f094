"""What services and operators may do in Kafka, out of what code reads and writes: nothing else is allowed."""

import os
from dataclasses import dataclass
from typing import Literal

from contracts.topics import GATEWAY_EVENTS, SIGNALS, TOPICS, Naming, Topic, events_of
from services.chassis.service import Service

NAMES = Naming(epoch=int(os.environ.get("LIVECHAT_EPOCH") or 1))
"""How topics are called in what is made and checked here: without a prefix, and by the epoch of the environment."""


@dataclass(frozen=True, slots=True)
class Acl:
    """Operations that are allowed, by Kafka's names. Read and Write include Describe, AlterConfigs DescribeConfigs."""

    resource: Literal["topic", "group"]
    name: str
    pattern: Literal["literal", "prefix"]
    operations: frozenset[str]


def written(service: Service) -> set[Topic]:
    """What a service publishes: its events, the state of its read models, and signals where they are its own."""
    states = {model.publishes.topic for model in service.models if model.publishes}
    return {events_of(service.name), *states, *({SIGNALS} if SIGNALS.owner == service.name else ())}


def read(service: Service) -> set[Topic]:
    """What a service reads: what its consumers take, what it listens to, and what it publishes itself.

    The relay compares its events with the store, a guard watches over state. Every process hears of ended sessions.
    """
    own = {topic for topic in written(service) if topic.kind != "signals"}
    heard = {GATEWAY_EVENTS, *service.tails, *({SIGNALS} if service.hears_signals else ())}
    return own | heard | {consumer.topic for consumer in service.consumers}


def acls(service: Service, naming: Naming = NAMES) -> frozenset[Acl]:
    """All that the service's principal is allowed, in an installation that calls its topics so."""
    reads, writes = read(service), written(service)
    topics = {
        Acl("topic", naming.of(topic), "literal", _operations(topic in reads, topic in writes))
        for topic in reads | writes
    }
    return frozenset(
        {*topics, Acl("group", f"{naming.prefix}{service.name}.", "prefix", _operations(True, False))}
    )


def operator_acls(naming: Naming = NAMES) -> frozenset[Acl]:
    """What people at the command line are allowed: they read everything, also how topics are set and where consumers
    are, and write nothing.

    What they do about a service they append to its database, and its own relay writes it here.
    """
    groups = {
        Acl("group", f"{naming.prefix}{owner}.", "prefix", frozenset({"Describe"}))
        for owner in {topic.owner for topic in TOPICS}
    }
    return _of_all_topics(naming, "Read", "DescribeConfigs") | groups


def creator_acls(naming: Naming = NAMES) -> frozenset[Acl]:
    """What whoever makes topics and sets them as agreed is allowed, where Kafka has no controller that does it."""
    return _of_all_topics(naming, "Create", "Describe", "AlterConfigs", "DescribeConfigs")


def _of_all_topics(naming: Naming, *operations: str) -> frozenset[Acl]:
    allowed = frozenset(operations)
    return frozenset(Acl("topic", naming.of(topic), "literal", allowed) for topic in TOPICS)


def _operations(reads: bool, writes: bool) -> frozenset[str]:
    return frozenset(name for name, wanted in (("Read", reads), ("Write", writes)) if wanted)
