"""Personal fields under a cipher whose work can be seen: which are sealed, at which place, and that they open again."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.conversation import BotPosted, ConversationStarted, MessagePosted
from contracts.crm import LeadCreated
from contracts.envelope import Event, Metadata
from contracts.ids import derived_id
from contracts.personal import Cipher, Erased, Personal, decode, encode, personal_fields
from contracts.playbook import Captured, LiveChatRequested, Option, Said
from contracts.registry import EVENTS
from services.chassis.decider import Decider
from services.chassis.execution import execute, recorded, state_of
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.ports import Ports
from services.cli.catalogue import SERVICES

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VISITOR, WORKSPACE = derived_id("visitor"), derived_id("workspace")
IDS: dict[str, Any] = {"conversation_id": derived_id("conversation"), "visitor_id": VISITOR}
MESSAGE = MessagePosted(
    at=AT, **IDS, message_id=derived_id("m"), author="visitor", author_id=VISITOR, text="I am Ada."
)
REQUEST = LiveChatRequested(
    at=AT,
    visit_id=derived_id("visit"),
    request_id=derived_id("request"),
    playbook_id=derived_id("playbook"),
    card_id="chat",
    online_message="One moment.",
    wait_time_s=60,
    offline_message="Nobody is here.",
    walk=(Said(by="bot", text="Your name?", card_id="name"), Said(by="visitor", text="Ada", card_id="name")),
    captured=(Captured(field="name", value="Ada"),),
    **IDS,
)
LEAD = LeadCreated(
    at=AT,
    lead_id=derived_id("lead"),
    outcome_key="k",
    visitor_id=VISITOR,
    title="Ada",
    person=(Captured(field="name", value="Ada"),),
    cause="agent",
)


class Mirrored:
    """Turns texts round and writes the place behind them, which must be the same when they are opened."""

    def seal(self, text: str, place: str) -> str:
        return f"{text[::-1]}|{place}"

    def open(self, sealed: str, place: str) -> str:
        text, _, sealed_at = sealed.rpartition("|")
        assert sealed_at == place
        return text[::-1]


class MirroredKeyring:
    """A keyring whose every cipher is Mirrored, until a subject is erased."""

    def __init__(self) -> None:
        self.erased: set[str] = set()

    async def ciphers(self, subjects: Iterable[str]) -> Mapping[str, Cipher]:
        wanted = list(subjects)
        if self.erased & set(wanted):
            raise Erased
        return dict.fromkeys(wanted, Mirrored())


class Last(BaseModel):
    """A state with a personal field, as decisions keep it."""

    visitor_id: str
    text: Annotated[str, Personal]
    count: int = 1


def _evolve(state: Last, event: Event) -> Last:
    assert isinstance(event, MessagePosted)
    return Last(visitor_id=event.visitor_id, text=event.text, count=state.count + 1)


DECIDER: Decider[Event, Last] = Decider(
    category="conversation",
    decide=lambda command, state: [command],
    evolve=_evolve,
    initial=Last(visitor_id="", text=""),
    states=(Last,),
    schema=1,
    subject=lambda state: state.visitor_id or None,
)


def sealed(event: Event) -> dict[str, Any]:
    """What of an event is written, with its personal fields sealed."""
    told: dict[str, Any] = json.loads(encode(event, Mirrored(), "here"))
    return told


def is_personal(model: type[BaseModel]) -> bool:
    """Whether anything in the model is personal."""
    return bool(personal_fields(model))


def test_a_personal_field_is_sealed_and_the_others_are_not() -> None:
    assert sealed(MESSAGE) == {
        **json.loads(encode(MESSAGE)),
        "text": ".adA ma I|here.text",
    }


def test_nested_personal_fields_are_sealed_each_at_its_own_place() -> None:
    told = sealed(REQUEST)

    assert [line["text"] for line in told["walk"]] == [
        "?eman ruoY|here.walk[0].text",
        "adA|here.walk[1].text",
    ]
    assert [detail["value"] for detail in told["captured"]] == ["adA|here.captured[0].value"]
    assert told["online_message"] == "One moment."


def test_a_personal_field_without_a_value_stays_without() -> None:
    assert "note" not in sealed(LEAD)
    assert sealed(LEAD.model_copy(update={"note": "Call."}))["note"] == ".llaC|here.note"


@pytest.mark.parametrize("event", [MESSAGE, REQUEST, LEAD, LEAD.model_copy(update={"note": "“é”"})])
def test_what_was_sealed_opens_again(event: Event) -> None:
    assert decode(type(event), encode(event, Mirrored(), "here"), Mirrored(), "here") == event


def test_what_was_sealed_opens_at_its_own_place_alone() -> None:
    with pytest.raises(AssertionError):
        decode(MessagePosted, encode(MESSAGE, Mirrored(), "here"), Mirrored(), "elsewhere")


def test_an_event_without_personal_fields_is_written_as_it_is() -> None:
    event = ConversationStarted(
        at=AT,
        visit_id=derived_id("visit"),
        request_id=derived_id("request"),
        playbook_id=derived_id("playbook"),
        wait_time_s=60,
        answer_by=AT,
        online_message="a",
        offline_message="b",
        conversation_id=IDS["conversation_id"],
        visitor_id=VISITOR,
    )

    assert encode(event, Mirrored(), "here") == encode(event)


def test_options_that_the_bot_offers_are_not_personal() -> None:
    options = (Option(choice_id="yes", label="Yes"),)
    posted = BotPosted(at=AT, message_id=derived_id("m"), text="Shall we?", options=options, **IDS)

    assert sealed(posted)["options"] == [{"choice_id": "yes", "label": "Yes"}]


@pytest.mark.parametrize("data", [b"[]", b"null", b"7", b'{"text": 1}', b"{}", b"not JSON", b"\xff"])
def test_bytes_that_are_no_event_are_a_value_error(data: bytes) -> None:
    with pytest.raises((ValidationError, json.JSONDecodeError, UnicodeDecodeError)):
        decode(MessagePosted, data, Mirrored(), "here")


def test_every_event_with_personal_fields_names_whose_they_are() -> None:
    nobodys = [
        type_
        for type_, event in EVENTS.items()
        if personal_fields(event) and event.SUBJECT not in event.model_fields
    ]

    assert not nobodys, f"without SUBJECT their fields are written in the clear: {nobodys}"


def test_every_state_with_personal_fields_has_a_decider_that_says_whose_they_are() -> None:
    nobodys = [
        f"{service.name}.{decider.category}"
        for service in SERVICES.values()
        for decider in service.deciders
        if any(is_personal(state) for state in decider.states)
        and decider.subject is Decider.__dataclass_fields__["subject"].default
    ]

    assert not nobodys, f"give these deciders a subject: {nobodys}"


class TestWrittenAndRead:
    """The write path with a keyring that seals."""

    def setup_method(self) -> None:
        clock, unused = MovedClock(AT), Any
        self.store, self.keyring = MemoryStore(clock), MirroredKeyring()
        self.ports = Ports(
            service="conversation",
            store=self.store,
            reader=unused,  # type: ignore[arg-type]
            clock=clock,
            ids=CountedIds(),
            keyring=self.keyring,
            credentials=MemoryCredentials(),
            tail=unused,  # type: ignore[arg-type]
            signals=unused,  # type: ignore[arg-type]
        )

    async def say(self, key: str) -> None:
        metadata = Metadata(WORKSPACE, key, key, key, f"visitor:{VISITOR}")
        await execute(self.ports, DECIDER, "conversation-1", MESSAGE, metadata)

    async def test_the_log_and_the_snapshot_hold_sealed_texts_alone(self) -> None:
        await self.say("1")

        loaded = await self.store.load(WORKSPACE, "conversation-1", "")
        assert loaded.snapshot is not None
        written = [self.store.streams["conversation-1"][0].data, loaded.snapshot.state]
        assert all(b".adA ma I" in data and b"I am Ada." not in data for data in written)

    async def test_the_next_decision_and_the_readers_see_the_text(self) -> None:
        await self.say("1")
        await self.say("2")

        state = await state_of(self.ports, DECIDER, WORKSPACE, "conversation-1")
        assert (state.text, state.count) == ("I am Ada.", 3)
        stored = self.store.streams["conversation-1"]
        assert [(await recorded(self.ports.keyring, one)).event for one in stored] == [MESSAGE, MESSAGE]

    async def test_the_same_text_at_another_version_is_sealed_for_that_place(self) -> None:
        await self.say("1")
        await self.say("2")

        places = [
            json.loads(one.data)["text"].rpartition("|")[2] for one in self.store.streams["conversation-1"]
        ]
        assert places == ["conversation-1/1.text", "conversation-1/2.text"]

    async def test_of_an_erased_person_nothing_more_is_written_or_read(self) -> None:
        await self.say("1")
        self.keyring.erased.add(VISITOR)

        with pytest.raises(Erased):
            await self.say("2")
        with pytest.raises(Erased):
            await recorded(self.ports.keyring, self.store.streams["conversation-1"][0])
        assert len(self.store.streams["conversation-1"]) == 1
