"""Which playbook one editor's socket shows: the others who edit it are told, and it is told of them."""

from collections.abc import Mapping

from services.chassis.tokens import Caller
from services.gateway.sockets.frames import Edit, editing_frame, error_frame
from services.gateway.sockets.hub import Hub, Listening
from services.gateway.sockets.signs import Signs
from services.gateway.sockets.viewing import Seen, Told

EDITORS = ("owner", "editor")


class Editing:
    """One socket's playbook, if any."""

    def __init__(self, hub: Hub, caller: Caller, signs: Signs, socket: Listening) -> None:
        self._hub, self._caller, self._signs, self._socket = hub, caller, signs, socket
        self._others = Told[Seen](caller.id, editing_frame)
        self._shown: str | None = None

    def show(self, frame: Edit) -> str | None:
        """The tab opened a playbook, selected a card of it, or left it; answers what its agent is to be told."""
        playbook_id = frame.playbook_id
        if self._caller.role not in EDITORS:
            return error_frame("forbidden", "Only owners and editors edit playbooks.")
        if playbook_id != self._shown:
            self.leave()
        self._shown = playbook_id
        self._signs.edit(playbook_id, frame.card_id)
        if playbook_id is None:
            return None
        return self.news(playbook_id, self._hub.edit(self._caller.workspace_id, playbook_id, self._socket))

    def news(self, playbook_id: str, agents: Mapping[str, Seen]) -> str | None:
        """The frame that tells who edits it beside this agent; None where that is known."""
        return self._others.news(playbook_id, agents)

    def leave(self) -> None:
        """Nothing is edited here any more."""
        if self._shown is not None:
            self._hub.leave(self._caller.workspace_id, self._shown, self._socket)
            self._others.forget(self._shown)
        self._shown = None
