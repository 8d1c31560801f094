"""Whether there is a backup of these days, where this machine can see it."""

from datetime import datetime, timedelta
from pathlib import Path

from services.cli.backup.folder import newest_in
from services.cli.doctor.finding import Finding, unseen

BACKUP_AGE_MAX = timedelta(days=2)
"""One a day is made, and one may fail."""


def of_backups(folder: Path, now: datetime) -> list[Finding]:
    """What is wrong with a folder that backups are written to. `now` is in UTC."""
    mend = f"livechat backup {folder}"
    try:
        newest = newest_in(folder)
    except OSError as error:
        return [unseen("backups", error, f"Look at what LIVECHAT_BACKUPS names, then: {mend}")]
    if newest is None:
        return [Finding("backups", f"there is none in {folder}", mend)]
    if now - newest > BACKUP_AGE_MAX:
        return [
            Finding("backups", f"the newest is {(now - newest).days} days old, of {newest:%Y-%m-%d}", mend)
        ]
    return []
