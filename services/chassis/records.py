"""Kafka's records read as events, with what is personal in them opened as far as its key is there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aiokafka.structs import ConsumerRecord

from contracts.envelope import Malformed, Recorded
from contracts.personal import CLEAR, Cipher, Erased, Keyring, decode
from contracts.wire import malformed, read_event, subject_of


async def read_events(records: Sequence[ConsumerRecord], keyring: Keyring) -> list[Recorded | Malformed]:
    """The events in Kafka records, personal fields opened ("[erased]" if the key is gone); Malformed for no event."""
    read = [_read_or_malformed(record) for record in records]
    subjects = {
        subject for event in read if isinstance(event, Recorded) and (subject := subject_of(event.event))
    }
    if not subjects:
        return read
    ciphers = await _ciphers(keyring, subjects)
    if all(cipher is CLEAR for cipher in ciphers.values()):
        return read
    return [_opened(event, record.value, ciphers) for event, record in zip(read, records, strict=True)]


def _read_or_malformed(record: ConsumerRecord) -> Recorded | Malformed:
    try:
        return read_event(record)
    except Malformed as why:
        return why


def _opened(read: Recorded | Malformed, data: bytes, ciphers: Mapping[str, Cipher]) -> Recorded | Malformed:
    if isinstance(read, Malformed):
        return read
    cipher = ciphers.get(subject_of(read.event) or "", CLEAR)
    if cipher is CLEAR:
        return read
    try:
        return replace(read, event=decode(type(read.event), data, cipher, f"{read.stream}/{read.version}"))
    except ValueError as unreadable:
        return malformed(read.type, unreadable)


class _Blank:
    """The cipher of somebody whose key was destroyed."""

    def seal(self, text: str, place: str) -> str:
        raise Erased(place)

    def open(self, sealed: str, place: str) -> str:
        return "[erased]"


async def _ciphers(keyring: Keyring, subjects: Iterable[str]) -> Mapping[str, Cipher]:
    try:
        return await keyring.ciphers(subjects)
    except Erased:
        found: dict[str, Cipher] = {}
        for subject in subjects:
            try:
                found |= await keyring.ciphers([subject])
            except Erased:
                found[subject] = _Blank()
        return found
