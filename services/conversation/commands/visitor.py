"""What callers may ask about a visitor, whatever conversation they are in."""

from dataclasses import dataclass
from datetime import datetime

REASON_CHARS_MAX = 500


@dataclass(frozen=True, slots=True)
class BlockVisitor:
    """Keep a visitor from writing and from being answered; decided by an agent (`by`) in a conversation."""

    visitor_id: str
    conversation_id: str
    by: str
    by_name: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class UnblockVisitor:
    """Let the visitor write and be answered again."""

    by: str
    at: datetime


VisitorCommand = BlockVisitor | UnblockVisitor
