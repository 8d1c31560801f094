"""A sealed file: chunks that tell if one was changed, moved or lost, and never more than one of them in memory.

The file is MAGIC, a salt, a check of the key, and chunks of CHUNK_BYTES, of which only the last may be shorter. Scrypt
makes the key, and with it the check, of a passphrase and the salt, so that each file has a key of its own. A chunk is
sealed by AES-256-GCM over the file's beginning. Its nonce is its number and whether it is the last: a file that was cut
where a chunk ends has no last one. The construction is STREAM, as age and Tink have it.
"""

import io
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"livechat backup 1\n"
SALT_BYTES, CHECK_BYTES, KEY_BYTES = 16, 16, 32
HEAD_BYTES = len(MAGIC) + SALT_BYTES + CHECK_BYTES
CHUNK_BYTES, TAG_BYTES = 65_536, 16
NUMBER_BYTES = 11
KEYS_MAX = 10
_COST, _BLOCKS, _PARALLEL = 2**15, 8, 1
"""Scrypt takes 32 MiB and a tenth of a second for each passphrase that is tried."""


class BackupRefused(LookupError):
    """Nothing was changed; the text says why, for people."""


class NoBackup(BackupRefused):
    """The file begins like no backup of ours, or ends before one has begun."""


class WrongKey(BackupRefused):
    """None of the keys is the one that the file was sealed with, or the file's beginning was changed."""


class Damaged(BackupRefused):
    """The file is not what was written: something of it was changed, moved or cut off."""


@lru_cache(maxsize=2 * KEYS_MAX)
def _derived(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    """The key, and by what it is known."""
    scrypt = Scrypt(salt=salt, length=KEY_BYTES + CHECK_BYTES, n=_COST, r=_BLOCKS, p=_PARALLEL)
    both = scrypt.derive(passphrase.encode())
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NUMBER_BYTES) + bytes([last])


class Sealing(io.RawIOBase):
    """What is written is sealed into `target`, which stays open; only after `close` is it whole."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        salt = os.urandom(SALT_BYTES)
        key, check = _derived(passphrase, salt)
        self._target, self._cipher, self._head = target, AESGCM(key), MAGIC + salt + check
        self._waiting, self._number = bytearray(), 0
        target.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._waiting += content
        # One chunk always waits: which one is the last is known when it is.
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(content)

    def finish(self) -> None:
        """Seals what waits as the file's end. A file that is closed without it has none, and is never opened."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, self._head))
        self._number += 1


class Opened(io.RawIOBase):
    """What was sealed into `source`, from its beginning. Raises NoBackup or WrongKey, and Damaged where it is read."""

    def __init__(self, source: IO[bytes], passphrases: Sequence[str]) -> None:
        self._source, self._head = source, _read(source, HEAD_BYTES)
        if len(self._head) < HEAD_BYTES or not self._head.startswith(MAGIC):
            raise NoBackup("This is no backup that `livechat backup` of this version made.")
        salt, check = self._head[len(MAGIC) : -CHECK_BYTES], self._head[-CHECK_BYTES:]
        self._cipher = AESGCM(_key_of(salt, check, passphrases))
        self._next, self._number, self._content = _read(source, CHUNK_BYTES + TAG_BYTES), 0, b""
        self._is_over = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, missing = [], size
        while missing and (self._content or self._open()):
            part = self._content if missing < 0 else self._content[:missing]
            self._content = self._content[len(part) :]
            parts.append(part)
            missing -= len(part) if missing > 0 else 0
        return b"".join(parts)

    def _open(self) -> bool:
        """Opens the next chunk; False after the last one."""
        if self._is_over:
            return False
        chunk, self._next = self._next, _read(self._source, CHUNK_BYTES + TAG_BYTES)
        self._is_over = not self._next
        try:
            nonce = _nonce(self._number, last=self._is_over)
            self._content = self._cipher.decrypt(nonce, chunk, self._head)
        except (InvalidTag, ValueError):
            place = HEAD_BYTES + self._number * (CHUNK_BYTES + TAG_BYTES)
            told = f"The backup is not what was written, from byte {place:,} on"
            raise Damaged(f"{told}: something was changed, moved or cut off.") from None
        self._number += 1
        return bool(self._content)


def _key_of(salt: bytes, check: bytes, passphrases: Sequence[str]) -> bytes:
    for passphrase in passphrases[:KEYS_MAX]:
        key, known_by = _derived(passphrase, salt)
        if known_by == check:
            return key
    raise WrongKey(
        "The backup was sealed with none of the keys in LIVECHAT_BACKUP_KEY, or its beginning was changed."
    )


def _read(source: IO[bytes], size: int) -> bytes:
    """So many bytes, fewer at the end alone, from whatever gives fewer at once."""
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
