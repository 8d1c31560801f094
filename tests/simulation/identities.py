"""What must hold of visitors by signature: one for a user, nobody for anybody else, and no secret is told."""

from collections.abc import Iterator

from contracts.conversation import ConversationStarted
from contracts.gateway import IdentityKeyEnded, IdentityKeyMade
from contracts.ids import id_of, stream
from contracts.playbook import Captured, DetailCaptured, LiveChatRequested, VisitStarted
from services.crm.decider.organization import organization_of
from services.crm.decider.person import person_of
from services.gateway.decider.workspace import IDENTITY_KEYS_MAX
from tests.simulation.history import History
from tests.simulation.world import World


def visitors(world: World, history: History) -> Iterator[str]:
    """A user of a company is one visitor in all visits, and no other visit is theirs."""
    whose: dict[str, tuple[str, str]] = {}
    for name, recorded in history.of("visit"):
        begun = recorded[0].event
        user = world.users.get(id_of(name))
        if not isinstance(begun, VisitStarted):
            continue
        if begun.identified != (user is not None):
            yield f"{name} was begun as if its visitor were {'' if begun.identified else 'not '}signed for"
        who = (recorded[0].metadata.workspace_id, user or name)
        if whose.setdefault(begun.visitor_id, who) != who:
            yield f"{name} is of the visitor of {whose[begun.visitor_id][1]}"
    users = [who for who in whose.values() if not who[1].startswith("visit-")]
    yield from (f"{user} is several visitors" for user in sorted(set(users)) if users.count(user) > 1)


def known(world: World, history: History) -> Iterator[str]:
    """What the company told is told to the agent, until the visitor says something else; and who they are is kept."""
    for name, recorded in history.of("visit"):
        signed: tuple[Captured, ...] = ()
        identified = False
        for event in (one.event for one in recorded):
            match event:
                case VisitStarted():
                    signed, identified = event.known, event.identified
                    yield from _kept(history, event)
                case DetailCaptured(field=field):
                    signed = tuple(detail for detail in signed if detail.field != field)
                case LiveChatRequested():
                    if {one for one in event.captured if one.verified} != set(signed):
                        yield f"{name} asks for a person as if other details were signed for"
                    for began in history.events(stream("conversation", event.conversation_id))[:1]:
                        told = isinstance(began, ConversationStarted) and (began.captured, began.identified)
                        if told and told != (event.captured, identified):
                            yield f"{name}: the conversation began with something else than was known"
                case _:
                    pass


def _kept(history: History, begun: VisitStarted) -> Iterator[str]:
    if begun.known:
        for name in (
            stream("person", person_of(begun.visitor_id)),
            stream("organization", organization_of(begun.visitor_id)),
        ):
            if not history.events(name):
                yield f"{name} is not there, although the company has signed for them"


def keys(world: World, history: History) -> Iterator[str]:
    """Two keys count at once at most, and no event tells a secret."""
    for name, recorded in history.of("workspace"):
        counting = set[str]()
        for event in (one.event for one in recorded):
            match event:
                case IdentityKeyMade(kid=kid):
                    counting.add(kid)
                case IdentityKeyEnded(kid=kid):
                    counting.discard(kid)
                case _:
                    pass
            if len(counting) > IDENTITY_KEYS_MAX:
                yield f"{name} has {len(counting)} identity keys"
    secrets = [secret.encode() for company in world.companies for secret in company.identity_keys.values()]
    for (topic, _), records in world.host.log.records.items():
        if any(secret in (record.value or b"") for record in records for secret in secrets):
            yield f"{topic} tells the secret of an identity key"
