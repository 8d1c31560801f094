"""What the log has ended since a backup was made, and what therefore does not come back from it."""

from typing import Any

from contracts.ids import stream
from services.chassis.decider import Decider
from services.chassis.execution import folded
from services.chassis.ports import Ports
from services.cli.backup.truth import CREDENTIALS
from services.gateway.accounts.identity_keys import IDENTITY_KEY
from services.gateway.accounts.passwords import PASSWORD
from services.gateway.accounts.sign_in import KNOWN_ADDRESS
from services.gateway.decider import account, file, workspace
from services.notifier.decider import device
from services.notifier.outbound.subscriptions import KIND as PUSH_SUBSCRIPTION


async def why_over(ports: Ports, table: str, row: dict[str, Any]) -> str | None:
    """Why a row of a service's table is over, in words; None while it counts. `ports` are those of the row's service.

    Of what the log knows nothing, nothing is over: the log may be behind the backup, and come up to it later.
    """
    if table != CREDENTIALS.name:
        return None
    workspace_id, subject = str(row["workspace_id"]), str(row["subject"])
    if row["kind"] in (PASSWORD, KNOWN_ADDRESS):
        return await _why_of_account(ports, workspace_id, subject, row)
    if row["kind"] == IDENTITY_KEY:
        made = await _known(ports, workspace.DECIDER, workspace_id, workspace_id)
        counting = made and {key.secret_id for key in made.identity_keys.values()}
        return (
            None
            if made is None or row["hash"] in counting
            else f"a key of workspace {workspace_id} was ended"
        )
    if row["kind"] == PUSH_SUBSCRIPTION:
        state = await _known(ports, device.DECIDER, workspace_id, str(row["claims"]["device_id"]))
        is_theirs = isinstance(state, device.Allowed) and state.agent_id == subject
        return None if state is None or is_theirs else f"a device of agent {subject} shows nothing any more"
    return None


async def _why_of_account(ports: Ports, workspace_id: str, agent_id: str, row: dict[str, Any]) -> str | None:
    state = await _known(ports, account.DECIDER, workspace_id, agent_id)
    if isinstance(state, account.Removed):
        return f"agent {agent_id} was removed"
    if row["kind"] == PASSWORD and isinstance(state, account.Joined) and state.password_id != row["hash"]:
        mend = f"livechat agent reset {workspace_id} {agent_id}"
        return f"another password of agent {agent_id} counts; if it is lost, they need a link: {mend}"
    return None


async def why_gone(ports: Ports, place: str, sha256: str) -> str | None:
    """Why a file is not put back, in words; None where it is. `sha256` is that of its bytes, in hexadecimal."""
    workspace_id, _, file_id = place.partition("/")
    state = await _known(ports, file.DECIDER, workspace_id, file_id)
    if isinstance(state, file.Dropped):
        return f"file {place} was dropped"
    if isinstance(state, file.Kept) and state.sha256 != sha256:
        return f"file {place} has other bytes than the log tells of"
    return None


async def _known(ports: Ports, decider: Decider[Any, Any], workspace_id: str, id_: str) -> Any:
    """The state of a stream of this kind; None where the log has no event of it."""
    name = stream(decider.category, id_)
    loaded = await ports.store.load(workspace_id, name, "")
    return await folded(ports, decider, workspace_id, name, loaded) if loaded.version else None
