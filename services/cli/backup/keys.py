"""With what backups are sealed and opened: passphrases, the newest first, out of a file as all secrets."""

from pydantic import SecretStr, field_validator

from services.chassis.settings import Settings
from services.cli.backup.sealing import KEYS_MAX

NAME = "LIVECHAT_BACKUP_KEY"
KEY_CHARS_MIN = 32


class BackupSettings(Settings):
    """What only backups need to know."""

    backup_key: SecretStr
    """Passphrases, a line each. The first seals; all of them open, so that older backups are opened as well."""

    @field_validator("backup_key")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        found = _lines(value)
        if not found or min(map(len, found)) < KEY_CHARS_MIN:
            raise ValueError(
                f"each line is a key of {KEY_CHARS_MIN} letters at least: openssl rand -base64 32"
            )
        if len(found) > KEYS_MAX:
            raise ValueError(f"it has at most {KEYS_MAX} lines")
        return value

    def keys(self) -> list[str]:
        """The passphrases, the one that seals first."""
        return _lines(self.backup_key)


def _lines(value: SecretStr) -> list[str]:
    return [line.strip() for line in value.get_secret_value().splitlines() if line.strip()]
