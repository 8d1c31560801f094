"""Who may reach whom, out of the code's registry: what policies are held against, connection by connection."""

from collections.abc import Mapping

from deploy.generate import OUTSIDE
from services.cli.catalogue import SERVICES

KAFKA, POSTGRES, NAMES, FILES, API_SERVER = "kafka", "postgres", "names", "outside", "api-server"
SERVERS = (KAFKA, POSTGRES, NAMES, FILES, API_SERVER)
"""What is not a pod of ours; `outside` stands for the internet by HTTPS, `names` for the DNS."""
MIGRATION, CREATION = "migration", "creation"
INGRESS, MONITORING, ELSEWHERE = "ingress", "monitoring", "elsewhere"
"""Namespaces, of which the first two are let in somewhere, and the third is nobody's."""

Flow = tuple[str, str]


def roles() -> dict[str, tuple[str, str]]:
    """Every role's Deployment, with service and role."""
    return {
        f"{service.name}-{role}": (service.name, role)
        for service in SERVICES.values()
        for role in service.role_names
    }


def expected() -> dict[Flow, bool]:
    """Every flow from one to another, and whether it is open. A pod always reaches itself: that is none."""
    flows = {(source, target): False for source in (*roles(), MIGRATION, CREATION) for target in SERVERS}
    for source in roles():
        flows |= {(source, server): True for server in (KAFKA, POSTGRES, NAMES)}
    flows |= {(MIGRATION, POSTGRES): True, (MIGRATION, NAMES): True}
    flows |= {(CREATION, KAFKA): True, (CREATION, NAMES): True}
    flows |= {(f"{one.service}-{role}", FILES): True for one in OUTSIDE for role in one.roles}
    inside = (*roles(), MIGRATION, CREATION, ELSEWHERE)
    flows |= {(source, target): False for source in inside for target in roles() if source != target}
    flows |= {(INGRESS, name): role == "api" for name, (_, role) in roles().items()}
    flows |= {(MONITORING, name): True for name in roles()}
    # Nobody holds this one back: it shows that each server listens, so that what is closed is closed by a policy.
    return flows | {(ELSEWHERE, server): True for server in SERVERS}


def differences(wanted: Mapping[Flow, bool], found: Mapping[Flow, bool]) -> list[str]:
    """The flows that are not as they should be, or were not tried."""
    words = {True: "open", False: "closed", None: "not tried"}
    return [
        f"{source} → {target} is {words[found.get((source, target))]}, not {words[is_open]}"
        for (source, target), is_open in sorted(wanted.items())
        if found.get((source, target)) is not is_open
    ]
