"""Personal fields: the mark, the keyring's interface, and the one codec through which every event's bytes pass."""

import json
import typing
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel


class PersonalMark:
    """Marks a text field as personal: `Annotated[str, Personal]`. The codec seals it under its subject's key."""


Personal = PersonalMark()


class Cipher(Protocol):
    """Seals and opens one person's fields. `place` binds a sealed text to where it stands (stream, version, field)."""

    def seal(self, text: str, place: str) -> str: ...

    def open(self, sealed: str, place: str) -> str: ...


class Erased(Exception):
    """The subject's key was destroyed: nothing of theirs can be written or read any more."""


class Keyring(Protocol):
    """Gives each subject's cipher. Implementations cache keys for at most 60 s, so that an erasure takes effect."""

    async def ciphers(self, subjects: Iterable[str]) -> Mapping[str, Cipher]:
        """The ciphers of these subjects, made where there was none. Raises Erased for a destroyed one."""
        ...


class _Clear:
    def seal(self, text: str, place: str) -> str:
        return text

    def open(self, sealed: str, place: str) -> str:
        return sealed


CLEAR: Cipher = _Clear()


class ClearKeyring:
    """The keyring of an installation without encryption: every subject has the cipher that changes nothing."""

    async def ciphers(self, subjects: Iterable[str]) -> Mapping[str, Cipher]:
        return dict.fromkeys(subjects, CLEAR)


Model = TypeVar("Model", bound=BaseModel)


def encode(value: BaseModel, cipher: Cipher = CLEAR, place: str = "") -> bytes:
    """The bytes of an event (or of a decision's state): JSON, with personal fields sealed."""
    if cipher is CLEAR or not personal_fields(type(value)):
        return value.model_dump_json(exclude_none=True).encode()
    fields = value.model_dump(mode="json", exclude_none=True)
    sealed = _changed(type(value), fields, cipher.seal, place)
    return json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode()


def decode(model: type[Model], data: bytes, cipher: Cipher = CLEAR, place: str = "") -> Model:
    """What `encode` was given. Raises pydantic.ValidationError (a ValueError) for bytes that do not fit the model."""
    if cipher is CLEAR or not personal_fields(model):
        return model.model_validate_json(data)
    fields = json.loads(data)
    if not isinstance(fields, dict):
        return model.model_validate(fields)
    return model.model_validate_json(json.dumps(_changed(model, fields, cipher.open, place)))


@cache
def personal_fields(model: type[BaseModel]) -> Mapping[str, type[BaseModel] | None]:
    """A model's personal fields: name → None for a marked text, → the inner model where parts of it are personal."""
    found: dict[str, type[BaseModel] | None] = {}
    for name, field in model.model_fields.items():
        inner = next(
            (part for part in _parts(field.annotation) if _is_model(part) and personal_fields(part)), None
        )
        if inner is not None:
            found[name] = inner
        elif any(isinstance(mark, PersonalMark) for mark in [*field.metadata, *_parts(field.annotation)]):
            found[name] = None
    return found


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _parts(annotation: Any) -> Iterable[Any]:
    """The annotation and everything inside it: members of unions and containers, and what Annotated adds."""
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for argument in typing.get_args(annotation):
        yield from _parts(argument)


def _changed(
    model: type[BaseModel], fields: dict[str, Any], change: Callable[[str, str], str], place: str
) -> dict[str, Any]:
    changed = dict(fields)
    for name, inner in personal_fields(model).items():
        if name in fields:
            changed[name] = _change(inner, fields[name], change, f"{place}.{name}")
    return changed


def _change(inner: type[BaseModel] | None, value: Any, change: Callable[[str, str], str], place: str) -> Any:
    match value:
        case str():
            return change(value, place) if inner is None else value
        case list():
            return [_change(inner, part, change, f"{place}[{index}]") for index, part in enumerate(value)]
        case dict() if inner is not None:
            return _changed(inner, value, change, place)
        case _:
            return value
