"""`livechat backup` and `livechat restore-backup`: what the event log does not hold, sealed in one file."""

from services.cli.backup.command import backup, restore_backup

__all__ = ["backup", "restore_backup"]
