"""An agent's inbox in a load generator: one socket, with or without folders, whose tokens are always new enough."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.bench.command import agent_token
from tests.bench.processes import Keys

ALIVE_EVERY_S = 8.0
RENEW_EVERY_S = 200.0


class Inbox:
    """Hands on each frame that begins with what was asked for, and the moment at which it came."""

    def __init__(
        self,
        keys: Keys,
        workspace_id: str,
        agent_id: str,
        wanted: bytes,
        heard: Callable[[str, bytes, float], None],
        *,
        have: Mapping[str, int] | None = None,
        folders: bool = False,
    ) -> None:
        self._keys, self._workspace_id, self._agent_id = keys, workspace_id, agent_id
        self._wanted, self._heard = wanted, heard
        self._have, self._folders = dict(have or {}), folders
        self._renew_at_s = 0.0
        self.ready = False

    def first(self) -> dict[str, Any]:
        """The frame that authorises."""
        told = {"have": self._have, "folders": self._folders, "tab": "bench"}
        return {"type": "authorise", "token": self._token(), **told}

    def _token(self) -> str:
        self._renew_at_s = time.monotonic() + RENEW_EVERY_S
        return agent_token(self._keys, self._workspace_id, self._agent_id)

    def is_ready(self, ready: bool) -> None:
        """Up to date, or cut."""
        self.ready = ready

    def sign_of_life(self) -> bytes:
        """A new token now and then, else a ping."""
        if time.monotonic() < self._renew_at_s:
            return b'{"type":"ping"}'
        return json.dumps({"type": "renew", "token": self._token()}).encode()

    def take(self, frame: bytes) -> None:
        """Reading every frame whole would make the generator the bottleneck."""
        if frame.startswith(self._wanted):
            self._heard(self._agent_id, frame, time.monotonic())
