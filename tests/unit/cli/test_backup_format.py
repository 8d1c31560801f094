"""A backup is what was written, or is refused as a whole: whatever was cut, changed, moved or added."""

import io
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from services.chassis.settings import BadSettings
from services.cli.application import app
from services.cli.backup.archive import File, Member, Page, Read, Secret, Written
from services.cli.backup.keys import BackupSettings
from services.cli.backup.sealing import (
    CHUNK_BYTES,
    HEAD_BYTES,
    MAGIC,
    TAG_BYTES,
    BackupRefused,
    Damaged,
    NoBackup,
    Opened,
    Sealing,
    WrongKey,
)
from tests.proof import count

KEY, OTHER = "three grey herons stand in the reeds", "four grey herons stand in the reeds"
SEALED_BYTES = CHUNK_BYTES + TAG_BYTES
MEMBERS: list[Member] = [
    Secret("LIVECHAT_TOKEN_KID", "1"),
    *(File(f"workspace/{number}", os.urandom(50_000)) for number in range(6)),
    Page("gateway", "credentials", [{"kind": "password", "hash": str(number)} for number in range(500)]),
]


def archive(members: list[Member], key: str = KEY) -> bytes:
    target = io.BytesIO()
    written = Written(target, key, "2030-01-01T00:00:00+00:00", "1.0.0")
    for member in members:
        match member:
            case Secret():
                written.add_secret(member)
            case File():
                written.add_file(member)
            case Page(service, table, rows):
                written.add_page(service, table, list(map(json.dumps, rows)))
    written.finish()
    return target.getvalue()


WHOLE = archive(MEMBERS)
CHUNKS = -(-(len(WHOLE) - HEAD_BYTES) // SEALED_BYTES)


def members_of(content: bytes, *keys: str) -> list[Member]:
    return list(Read(io.BytesIO(content), keys or (KEY,)).members())


def chunk(number: int) -> bytes:
    return WHOLE[HEAD_BYTES + number * SEALED_BYTES :][:SEALED_BYTES]


def sealed(content: bytes, at_once: int) -> io.BytesIO:
    """Written with so many bytes at once, and ready to be read."""
    target = io.BytesIO()
    sealing = Sealing(target, KEY)
    for begin in range(0, len(content), at_once):
        sealing.write(content[begin : begin + at_once])
    sealing.finish()
    target.seek(0)
    return target


@settings(max_examples=count(100))
@given(st.binary(max_size=3 * CHUNK_BYTES), st.integers(1, 100_000))
def test_what_is_sealed_is_opened_as_it_was_however_it_was_written_and_read(
    content: bytes, at_once: int
) -> None:
    target = sealed(content, at_once)
    opened = Opened(target, [KEY])

    assert b"".join(iter(partial(opened.read, at_once), b"")) == content
    assert len(content) < 16 or content not in target.getvalue().removeprefix(MAGIC)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_ends_about_where_a_chunk_does_is_opened_as_it_was(size: int) -> None:
    content = os.urandom(size)

    assert Opened(sealed(content, CHUNK_BYTES), [KEY]).read() == content


def test_a_whole_backup_is_read_with_everything_in_it() -> None:
    assert CHUNKS > 4
    assert members_of(WHOLE) == MEMBERS


@given(st.integers(0, len(WHOLE) - 1))
def test_a_backup_that_is_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(BackupRefused):
        members_of(WHOLE[:length])


@pytest.mark.parametrize("number", range(CHUNKS))
def test_a_backup_that_is_cut_where_a_chunk_ends_is_refused(number: int) -> None:
    with pytest.raises(Damaged, match="from byte"):
        members_of(WHOLE[: HEAD_BYTES + number * SEALED_BYTES])


@given(st.integers(0, 8 * len(WHOLE) - 1))
def test_a_backup_of_which_any_bit_is_another_is_refused(bit: int) -> None:
    changed = bytearray(WHOLE)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(NoBackup if bit < 8 * 18 else WrongKey if bit < 8 * HEAD_BYTES else Damaged):
        members_of(bytes(changed))


@given(st.permutations(range(CHUNKS)).filter(lambda order: order != sorted(order)))
def test_chunks_that_were_moved_are_refused_whatever_is_in_them(order: list[int]) -> None:
    opened = Opened(io.BytesIO(WHOLE[:HEAD_BYTES] + b"".join(chunk(number) for number in order)), [KEY])

    read: list[bytes] = []
    with pytest.raises(Damaged):
        read.extend(iter(partial(opened.read, CHUNK_BYTES), b""))
    assert len(read) == next(place for place, number in enumerate(order) if place != number)


@given(st.integers(0, CHUNKS - 1), st.integers(0, CHUNKS - 1))
def test_a_backup_with_a_chunk_twice_or_less_is_refused(twice: int, less: int) -> None:
    order = [*range(twice + 1), *range(twice, CHUNKS)]

    for content in (map(chunk, order), (chunk(number) for number in range(CHUNKS) if number != less)):
        with pytest.raises(Damaged):
            members_of(WHOLE[:HEAD_BYTES] + b"".join(content))


@given(st.binary(min_size=1, max_size=2 * SEALED_BYTES))
def test_a_backup_to_which_something_was_added_is_refused(more: bytes) -> None:
    with pytest.raises(Damaged):
        members_of(WHOLE + more)


def test_a_chunk_of_another_backup_of_the_same_key_is_refused() -> None:
    other = archive(MEMBERS)

    with pytest.raises(Damaged):
        members_of(WHOLE[: HEAD_BYTES + SEALED_BYTES] + other[HEAD_BYTES + SEALED_BYTES :])


def test_a_backup_is_opened_by_any_of_the_keys_and_by_no_other() -> None:
    assert members_of(WHOLE, OTHER, KEY) == MEMBERS
    with pytest.raises(WrongKey):
        members_of(WHOLE, OTHER)


def test_what_ends_before_its_contents_are_told_is_refused() -> None:
    target = io.BytesIO()
    written = Written(target, KEY, "2030-01-01T00:00:00+00:00", "1.0.0")
    written.add_secret(Secret("LIVECHAT_TOKEN_KID", "1"))
    written._tar.close()
    written._sealing.finish()

    with pytest.raises(Damaged, match="no end"):
        members_of(target.getvalue())


def test_what_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(BackupRefused, match="bytes"):
        archive([File("workspace/file", bytes(64 * 1024 * 1024 + 1))])


# ------------------------------------------------------------------------------- by the command, with no servers


@pytest.fixture
def restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Takes the secrets out of a backup with this content."""
    monkeypatch.setenv("LIVECHAT_BACKUP_KEY", f"{OTHER}\n{KEY}")

    def run(content: bytes, *options: str) -> Result:
        (tmp_path / "backup").write_bytes(content)
        told = ["--only", "secrets", "--secrets", str(tmp_path / "secrets")]
        return CliRunner().invoke(app, ["restore-backup", str(tmp_path / "backup"), *told, *options])

    return run


def test_secrets_are_taken_out_for_their_owner_alone(restore: Callable[..., Result], tmp_path: Path) -> None:
    done = restore(WHOLE)

    assert (done.exit_code, "1 secrets" in done.output) == (0, True), done.output
    [secret] = (tmp_path / "secrets").iterdir()
    assert (secret.name, secret.read_text(), secret.stat().st_mode & 0o777) == (
        "LIVECHAT_TOKEN_KID",
        "1",
        0o600,
    )
    again = restore(WHOLE)
    assert (again.exit_code, "--replace" in again.output) == (1, True)
    secret.write_text("2")
    assert restore(WHOLE, "--replace").exit_code == 0
    assert secret.read_text() == "1"


def test_what_is_in_the_way_of_a_repeat_is_told(restore: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "secrets" / "LIVECHAT_TOKEN_KID").mkdir(parents=True)

    done = restore(WHOLE, "--replace")

    assert (done.exit_code, done.output.endswith("repeat it, with --replace.\n")) == (2, True), done.output


def test_a_folder_that_is_not_there_is_no_file_to_write_to(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["backup", str(tmp_path / "not-mounted")])

    assert (done.exit_code, "is no folder" in done.output) == (1, True), done.output
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("damaged", [WHOLE[:-1], WHOLE + b"a", b"", archive(MEMBERS, "x" * 32)])
def test_nothing_of_a_damaged_backup_is_used(
    restore: Callable[..., Result], tmp_path: Path, damaged: bytes
) -> None:
    done = restore(damaged)

    assert done.exit_code == 1
    assert "Nothing was changed." in done.output
    assert not (tmp_path / "secrets").exists()


def test_a_check_reads_all_and_changes_nothing(restore: Callable[..., Result], tmp_path: Path) -> None:
    assert restore(WHOLE, "--check").exit_code == 0
    assert restore(WHOLE[:-1], "--check").exit_code == 1
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("keys", ["short", f"{KEY}\nshort", "\n".join([KEY] * 11)])
def test_keys_that_are_none_are_refused_and_not_told(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECHAT_BACKUP_KEY", keys)

    with pytest.raises(BadSettings, match="LIVECHAT_BACKUP_KEY") as refused:
        BackupSettings()

    assert not any(line in str(refused.value) for line in keys.splitlines())
