"""What goes over a socket, both ways. What comes in has exact types, no unknown field, and a limited size."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from contracts.flow import CardId
from contracts.notifier import NoticesDecided
from contracts.signals import Typing
from services.chassis.tokens import TOKEN_CHARS_MAX

FRAME_BYTES_MAX = 16_384
STREAMS_MAX = 50
HAVE_MAX = 4 * STREAMS_MAX
"""A visitor's screen tells of requests that were declined long ago as well, which the socket follows no more."""
TAB_CHARS_MAX = 64

_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
ConversationId = Annotated[str, StringConstraints(pattern=rf"^{_ID}$")]
PlaybookId = Annotated[str, StringConstraints(pattern=rf"^{_ID}$")]
ConversationStream = Annotated[str, StringConstraints(pattern=rf"^conversation-{_ID}$")]
Stream = Annotated[str, StringConstraints(pattern=rf"^(conversation|visit)-{_ID}$")]
TokenText = Annotated[str, StringConstraints(min_length=1, max_length=TOKEN_CHARS_MAX)]


class Ended(Exception):
    """The socket is to be closed with this code. `reason` is for programs, `detail` for people."""

    def __init__(self, code: int, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.code, self.reason, self.detail = code, reason, detail


def bad_frame(detail: str) -> Ended:
    """The client sent what no client of ours sends."""
    return Ended(4400, "bad_frame", detail)


def unauthorised(detail: str) -> Ended:
    """No token in time, none that counts, or it is over."""
    return Ended(4401, "unauthorised", detail)


def over(reason: str) -> Ended:
    """The agent's sessions were ended, or their role is another; a session that counts gets a new token."""
    return Ended(
        4401, reason, "This session is over, or what it may do has changed: get a new token or sign in."
    )


def slow() -> Ended:
    """The client reads slower than things happen; it resumes with what it has."""
    return Ended(4408, "slow")  # No text for people: a client that does not read would not get it.


def too_fast() -> Ended:
    """The client sends more than any screen needs."""
    return Ended(4429, "too_fast", "Too many frames: connect again in a while, and send fewer.")


def too_many_sockets() -> Ended:
    """Its caller, or everybody at its address, has as many sockets open here as they may."""
    return Ended(4429, "too_many_sockets", "Too many sockets are open: close some, and connect in a while.")


def retry() -> Ended:
    """The read model is behind; nothing is lost."""
    return Ended(4425, "retry", "History is not there yet: connect again.")


class Frame(BaseModel):
    """Parent of the frames that come in."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Authorise(Frame):
    """The first frame: who it is and what the screen has, as the last version of each stream."""

    type: Literal["authorise"]
    token: TokenText
    have: Annotated[dict[Stream, Version], Field(max_length=HAVE_MAX)] = {}
    folders: bool = False
    tab: Annotated[str, StringConstraints(max_length=TAB_CHARS_MAX)] = ""


class Renew(Frame):
    """A newer token of the same caller."""

    type: Literal["renew"]
    token: TokenText


class Follow(Frame):
    """An agent opens a conversation and has it up to the version `after`."""

    type: Literal["follow"]
    stream: ConversationStream
    after: Version = 0


class Unfollow(Frame):
    """An agent left a conversation."""

    type: Literal["unfollow"]
    stream: ConversationStream


class Ping(Frame):
    """A sign of life."""

    type: Literal["ping"]


class View(Frame):
    """The conversation that an agent's tab shows now; null for none. Other agents who follow it are told."""

    type: Literal["view"]
    conversation_id: ConversationId | None


class Edit(Frame):
    """The playbook that an editor's tab shows now, and the card that is selected there; null for none.

    Others who edit it are told, and this socket is told of them.
    """

    type: Literal["edit"]
    playbook_id: PlaybookId | None
    card_id: CardId | None = None


class IsTyping(Frame):
    """The caller is writing in a conversation that this socket follows, or no longer is."""

    type: Literal["typing"]
    conversation_id: ConversationId
    typing: bool


Incoming = Authorise | Renew | Follow | Unfollow | Ping | View | Edit | IsTyping
_INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])

READY = '{"type":"ready"}'
PONG = '{"type":"pong"}'


def read(text: str | None) -> Incoming:
    """The frame. Raises Ended for binary, large, unreadable and unknown ones."""
    if text is None:
        raise bad_frame("Frames are text.")
    if len(text) > FRAME_BYTES_MAX or len(text.encode()) > FRAME_BYTES_MAX:
        raise bad_frame(f"A frame has at most {FRAME_BYTES_MAX} bytes.")
    try:
        return _INCOMING.validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise bad_frame(f"{where}: {first['msg']}" if where else first["msg"]) from None


def event_frame(stream: str, version: int, event: dict[str, Any] | None) -> str:
    """A version of a stream; `event` is null where it is not for this reader."""
    return _json({"type": "event", "stream": stream, "version": version, "event": event})


def rows_frame(rows: Sequence[str]) -> str:
    """Rows that were encoded before."""
    return f'{{"type":"rows","rows":[{",".join(rows)}]}}'


def row_json(row: dict[str, Any]) -> str:
    """A row, encoded once for all sockets."""
    return _json(row)


def typing_frame(signal: Typing, for_visitor: bool) -> str:
    """Somebody writes; agents are told who of them."""
    told = {
        "type": "typing",
        "conversation_id": signal.conversation_id,
        "by": "visitor" if signal.agent_id is None else "agent",
        "typing": signal.typing,
    }
    return _json(told if for_visitor else {**told, "agent_id": signal.agent_id})


def queue_frame(conversation_id: str, position: int) -> str:
    """Where the visitor who waits stands: 1 is next."""
    return _json({"type": "queue", "conversation_id": conversation_id, "position": position})


def viewing_frame(conversation_id: str, agents: Mapping[str, str]) -> str:
    """Which other agents look at the conversation now, their names by their ids."""
    viewing = [{"agent_id": agent_id, "name": name} for agent_id, name in agents.items()]
    return _json({"type": "viewing", "conversation_id": conversation_id, "agents": viewing})


def editing_frame(playbook_id: str, agents: Mapping[str, tuple[str, str | None]]) -> str:
    """Which other agents edit the playbook now: their names, and the cards that they have selected, by their ids."""
    editing = [{"agent_id": one, "name": name, "card_id": card} for one, (name, card) in agents.items()]
    return _json({"type": "editing", "playbook_id": playbook_id, "agents": editing})


def notice_frame(decided: NoticesDecided, collapsed: bool) -> str:
    """What an agent is told of. The id is that of the push to their devices, so that a device shows either, once."""
    told = {
        "type": "notice",
        "id": decided.notice_id,
        "kind": decided.kind,
        "conversation_id": decided.conversation_id,
        "tag": f"conversation-{decided.conversation_id}",
        "renotify": not collapsed,
        "text": decided.text,
        "at": decided.occurred_at.isoformat(),
        "expires_at": decided.expires_at.isoformat(),
    }
    return _json(told)


def error_frame(code: str, detail: str, **facts: str) -> str:
    """Something that was asked for is not to be had; the socket goes on."""
    return _json({"type": "error", "code": code, "detail": detail, **facts})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
