"""A domain as three pure things: decide (command, state → events), evolve (state, event → state), an initial state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from contracts.envelope import EVENT_BYTES_MAX, Event

C = TypeVar("C")
S = TypeVar("S")

CONTENDED_AGAIN_S = 1


class Refused(Exception):
    """A command that the domain refuses: nothing happened. Becomes a 409 problem with `code` as its type.

    `facts` are told to the caller beside the detail, e.g. the name of who holds the conversation.
    """

    status = 409

    def __init__(self, code: str, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.code, self.detail, self.facts = code, detail, facts


class NotFound(Refused):
    """What the command is about does not exist for this caller; also the answer where it is somebody else's."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}.")


class KeyReused(Refused):
    """The same idempotency key came with another request."""

    status = 422

    def __init__(self) -> None:
        super().__init__("idempotency_key_reused", "This Idempotency-Key was used for another request.")


class Contended(Refused):
    """Others kept writing to the stream in between; nothing was written, and the command may be sent again.

    For callers it is like a service that is away for a moment: what they do by themselves then is right here too.
    """

    status = 503

    def __init__(self, stream: str) -> None:
        said = f"{stream} kept changing meanwhile; send the command again."
        super().__init__("contended", said, retry_after_s=CONTENDED_AGAIN_S)


class TooLarge(Refused):
    """The event would be larger than the log takes."""

    status = 413

    def __init__(self, type_: str) -> None:
        super().__init__("event_too_large", f"{type_} would have more than {EVENT_BYTES_MAX} bytes.")


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Ask for a command at `due_at`. A timer of the same name in the same stream is replaced."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """The timer of this name is wanted no more."""

    name: str


@dataclass(frozen=True, slots=True)
class TakeClaim:
    """Only one stream of the workspace may hold (scope, key). A taken one refuses the command."""

    scope: str
    key: str


@dataclass(frozen=True, slots=True)
class FreeClaim:
    """The claim is free again."""

    scope: str
    key: str


def _nothing(_: Any) -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class Decider(Generic[C, S]):
    """One category of streams. All functions are pure: no clock, no ids, no I/O; what they need is in the arguments.

    `decide` answers a repeat with no events and a wrong request with Refused. `evolve` never raises: what does not
    apply leaves the state unchanged. `states` are the pydantic models that a state may be, `schema` the number of
    their shape: a snapshot with another number is ignored. `timers` and `claims` follow from each event; `elapsed`
    makes the command of a timer that is due (stream id, timer's name, time). `subject` is whose key seals the
    snapshot's personal fields.
    """

    category: str
    decide: Callable[[C, S], Sequence[Event]]
    evolve: Callable[[S, Event], S]
    initial: S
    states: tuple[type[Any], ...]
    schema: int
    timers: Callable[[Event], Sequence[SetTimer | CancelTimer]] = field(default=_nothing)
    claims: Callable[[Event], Sequence[TakeClaim | FreeClaim]] = field(default=_nothing)
    elapsed: Callable[[str, str, datetime], C] | None = None
    subject: Callable[[S], str | None] = field(default=lambda _: None)
