"""The services there are."""

from collections.abc import Sequence

from services.chassis.service import Service
from services.conversation.service import SERVICE as CONVERSATION
from services.crm.service import SERVICE as CRM
from services.gateway.service import SERVICE as GATEWAY
from services.notifier.service import SERVICE as NOTIFIER
from services.playbook.service import SERVICE as PLAYBOOK
from services.presence.service import SERVICE as PRESENCE

SERVICES: dict[str, Service] = {
    service.name: service for service in (PLAYBOOK, CONVERSATION, PRESENCE, CRM, NOTIFIER, GATEWAY)
}


def chosen(names: Sequence[str]) -> list[Service]:
    """The services of these names; `all` is all of them. Raises LookupError naming what there is."""
    if "all" in names:
        return list(SERVICES.values())
    unknown = [name for name in names if name not in SERVICES]
    if unknown:
        raise LookupError(f"There is no service {', '.join(unknown)}; there are {', '.join(SERVICES)}.")
    return [SERVICES[name] for name in dict.fromkeys(names)]
