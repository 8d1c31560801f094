"""What callers may ask of the canned replies that the agents of a workspace share."""

from dataclasses import dataclass
from datetime import datetime

SHORTCUT_PATTERN = r"^[a-z0-9_-]{1,40}$"
TITLE_CHARS_MAX = 80
TEXT_CHARS_MAX = 4_000
REPLIES_MAX = 500
"""Of a workspace, as far as is known when one is added: of several at the same moment none knows the others."""


@dataclass(frozen=True, slots=True)
class AddReply:
    """Have a text at hand for everybody under a shortcut. `replies` is how many the workspace is known to have."""

    reply_id: str
    shortcut: str
    title: str
    text: str
    by: str
    by_name: str
    replies: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeReply:
    """Have another text, title or shortcut in its place; `by_owner` says that who asks is an owner."""

    shortcut: str
    title: str
    text: str
    by: str
    by_name: str
    by_owner: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RemoveReply:
    """Have it no more; `by_owner` says that who asks is an owner."""

    by: str
    by_name: str
    by_owner: bool
    at: datetime


ReplyCommand = AddReply | ChangeReply | RemoveReply
