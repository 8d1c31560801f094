"""Which account an address or an id means, and what its stream says of it now."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from contracts.envelope import Metadata
from contracts.ids import derived_id, stream
from services.chassis.decider import NotFound, Refused
from services.chassis.execution import Done, execute, folded, repeat_of
from services.chassis.ports import Ports
from services.gateway.commands import AccountCommand
from services.gateway.decider import account
from services.gateway.settings import GatewaySettings

ACCOUNTS_OF_ADDRESS_MAX = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as its stream tells of it at a version; 0 where there is none."""

    workspace_id: str
    agent_id: str
    state: account.State
    version: int

    @property
    def stream(self) -> str:
        """The account's stream."""
        return stream("account", self.agent_id)


def settings_of(ports: Ports) -> GatewaySettings:
    """The gateway's own settings."""
    settings: GatewaySettings = ports.own["settings"]
    return settings


def email_key(secret: str, email: str) -> str:
    """The keyed hash of an address; spelling in capitals makes no other one."""
    return hmac.new(secret.encode(), email.strip().casefold().encode(), hashlib.sha256).hexdigest()


def key_of(ports: Ports, email: str) -> str:
    """The keyed hash of an address, under this installation's secret."""
    return email_key(settings_of(ports).gateway_email_secret.get_secret_value(), email)


def sealed(ports: Ports, fingerprint: str) -> str:
    """The fingerprint of a request with a password, keyed: who reads it where it is kept can try no passwords on it."""
    secret = settings_of(ports).gateway_email_secret.get_secret_value()
    return hmac.new(secret.encode(), f"request {fingerprint}".encode(), hashlib.sha256).hexdigest()[:32]


async def standing(ports: Ports, workspace_id: str, agent_id: str) -> Standing:
    """The account with this id, as it is now."""
    name = stream("account", agent_id)
    loaded = await ports.store.load(workspace_id, name, "")
    state: Any = await folded(ports, account.DECIDER, workspace_id, name, loaded)
    return Standing(workspace_id, agent_id, state, loaded.version)


async def standing_of_address(ports: Ports, workspace_id: str, key: str) -> Standing:
    """The account of an address: the first of its accounts that is not removed, be it there or not.

    Ids follow from the address, so that an invitation cut short can be repeated. Raises Refused for too many.
    """
    for number in range(ACCOUNTS_OF_ADDRESS_MAX):
        again = (number,) if number else ()
        found = await standing(ports, workspace_id, derived_id("account", workspace_id, key, *again))
        if not isinstance(found.state, account.Removed):
            return found
    raise Refused("too_many_accounts", "This address was removed too often: take another one.")


async def joined(ports: Ports, workspace_id: str, agent_id: str) -> tuple[Standing, account.Joined]:
    """The account of somebody who is of the workspace. Raises NotFound."""
    found = await standing(ports, workspace_id, agent_id)
    if not isinstance(found.state, account.Joined):
        raise NotFound("agent")
    return found, found.state


async def tell(
    ports: Ports, of: Standing, command: AccountCommand, metadata: Metadata, fingerprint: str = ""
) -> Done:
    """Carries out a command for this account. Raises Refused."""
    return await execute(ports, account.DECIDER, of.stream, command, metadata, fingerprint)


async def was_told(ports: Ports, of: Standing, metadata: Metadata, fingerprint: str) -> bool:
    """Whether this command was carried out before. Raises KeyReused where its key was another command's."""
    answered = await ports.store.answered(of.workspace_id, metadata.command_id)
    return answered is not None and repeat_of(answered, of.stream, fingerprint).repeated


def from_here(ports: Ports, workspace_id: str) -> Metadata:
    """The metadata of a command that begins here, for nobody's request."""
    first = ports.ids.new()
    return Metadata(workspace_id, first, first, first, actor="service:gateway")
