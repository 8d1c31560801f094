"""A backup is in its place whole or not at all, for its owner alone; of a folder's only the newest stay."""

import asyncio
import errno
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.cli.backup.folder import LEFT_FOR_S, name_at, sweep, tidy, written
from services.cli.backup.signals import Interrupted, until_a_signal
from services.cli.doctor.backups import of_backups

NOW = datetime(2030, 1, 31, 12, 30, tzinfo=UTC)


def test_what_is_written_takes_its_place_at_the_end_and_is_ours_alone(tmp_path: Path) -> None:
    target = tmp_path / "backup"
    with written(target) as file:
        file.write(b"whole")
        assert not target.exists()

    assert (target.read_bytes(), target.stat().st_mode & 0o777, [*tmp_path.iterdir()]) == (
        b"whole",
        0o600,
        [target],
    )


def _end_halfway(target: Path, ended_by: BaseException) -> None:
    with written(target) as file:
        file.write(b"half")
        raise ended_by


@pytest.mark.parametrize("ended_by", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_or_an_interruption_leaves_what_was_there(
    tmp_path: Path, ended_by: BaseException
) -> None:
    target = tmp_path / "backup"
    target.write_bytes(b"before")

    with pytest.raises(type(ended_by)):
        _end_halfway(target, ended_by)

    assert (target.read_bytes(), [*tmp_path.iterdir()]) == (b"before", [target])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_backup_and_leaves_no_part_of_it(tmp_path: Path, number: signal.Signals) -> None:
    async def ended_amid() -> None:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    with pytest.raises(Interrupted), written(tmp_path / "backup"):
        until_a_signal(ended_amid())

    assert [*tmp_path.iterdir()] == []


def test_the_newest_of_a_folder_stay_with_all_that_is_none_of_ours(tmp_path: Path) -> None:
    names = [name_at(NOW - timedelta(days=age)) for age in range(5)]
    others = ["notes.backup", "livechat-20000101T000000Z.backup.bak", "livechat-1.backup"]
    for name in (*names, *others):
        (tmp_path / name).touch()

    removed = tidy(tmp_path, 2)

    assert sorted(removed) == sorted(names[2:])
    assert {path.name for path in tmp_path.iterdir()} == {*names[:2], *others}
    assert tidy(tmp_path, 2) == []


def test_the_doctor_misses_a_backup_of_these_days(tmp_path: Path) -> None:
    def told() -> list[str]:
        return [one.what for one in of_backups(tmp_path, NOW)]

    assert told() == [f"there is none in {tmp_path}"]
    (tmp_path / name_at(NOW - timedelta(days=3))).touch()
    assert told() == ["the newest is 3 days old, of 2030-01-28"]
    (tmp_path / name_at(NOW - timedelta(days=2))).touch()
    assert told() == []
    [unseen] = of_backups(tmp_path / "nowhere", NOW)
    assert (unseen.seen, unseen.mend.endswith(f"livechat backup {tmp_path / 'nowhere'}")) == (False, True)


def test_what_a_killed_attempt_left_goes_after_a_day(tmp_path: Path) -> None:
    old, new = (tmp_path / f".{name_at(NOW)}.{number:08x}.part" for number in range(2))
    for path, age_s in ((old, LEFT_FOR_S + 1), (new, LEFT_FOR_S - 1)):
        path.touch()
        os.utime(path, (0, NOW.timestamp() - age_s))

    assert sweep(tmp_path, NOW) == [old.name]
    assert [*tmp_path.iterdir()] == [new]
