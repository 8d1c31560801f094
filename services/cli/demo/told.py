"""What the demonstration's clients were told."""

from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True)
class Sent:
    """A file as a message names it; its size is in bytes."""

    conversation_id: str
    name: str
    content_type: str
    size_bytes: int


def digest(content: bytes) -> str:
    """SHA-256, in hex."""
    return sha256(content).hexdigest()


@dataclass
class Told:
    """What the clients were told, to be held against the log."""

    workspace_id: str = ""
    messages: dict[str, list[str]] = field(default_factory=dict)
    """Conversation → ids of acknowledged messages, in order."""
    leads: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    holders: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    """Conversation that was taken after its wait → the agent who took it."""
    beaten: dict[str, list[str]] = field(default_factory=dict)
    """Conversation that several agents took at once → the holder that each loser was told of."""
    reassigned: list[tuple[str, str, str]] = field(default_factory=list)
    """Conversation, the agent whom it left, and the agent to whom it went; in order."""
    files: dict[str, tuple[Sent, str]] = field(default_factory=dict)
    """File → what was sent, and the digest of its bytes."""
