"""Where the doctor was asked, and how what mends is run from there: a shell, one machine's containers, or a cluster."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The places there are."""

    SHELL = "shell"
    MACHINE = "machine"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class Place:
    """How commands are said in one of them; a word in braces is what they are about."""

    ours: str
    anybodys: str
    migration: str
    creation: str
    role: str
    share: str
    database: str

    def livechat(self, arguments: str) -> str:
        """A command of ours, with the settings that the doctor has."""
        return self.ours.format(arguments=arguments)

    def elsewhere(self, arguments: str) -> str:
        """A command of ours, with the settings of all services."""
        return self.anybodys.format(arguments=arguments)

    def migrate(self, service: str) -> str:
        """Brings its tables up to this version, as their owner."""
        return self.migration.format(service=service)

    def topics(self, option: str) -> str:
        """Makes topics, or sets them as agreed, as somebody who may."""
        return self.creation.format(option=option)

    def start(self, service: str, role: str) -> str:
        """Has a role begin, anew where it is there."""
        return self.role.format(service=service, role=role)

    def scale(self, service: str, role: str) -> str:
        """Has more processes of a role."""
        return f"{self.share.format(service=service, role=role)} (up to 12 share the work)"

    def sql(self, service: str, statement: str) -> str:
        """Runs a statement as the owner of the service's database, or as who may do more."""
        return self.database.format(service=service, upper=service.upper(), statement=statement)


SHELL = Place(
    ours="livechat {arguments}",
    anybodys="livechat {arguments}",
    migration="livechat migrate {service}",
    creation="livechat topics {option}",
    role="python -m services.{service} {role}",
    share="one more of python -m services.{service} {role}",
    database='psql "$LIVECHAT_{upper}_OWNER_DATABASE" -c "{statement}"',
)
"""Ours are on the path, and variables say where everything is."""

MACHINE = Place(
    ours="docker compose run --rm livechat {arguments}",
    anybodys="docker compose run --rm livechat {arguments}",
    migration="docker compose run --rm migrate-{service}",
    creation="docker compose run --rm topics livechat topics {option}",
    role="docker compose up --detach --force-recreate {service}",
    share="docker compose up --detach --scale {service}=2 {service}",
    database="docker compose exec -T postgres sh -c 'PGPASSWORD=$(cat /run/livechat/secrets/POSTGRES_PASSWORD)"
    ' psql -h 127.0.0.1 -U postgres livechat_{service} -c "{statement}"\'',
)
"""In the folder of compose.yaml."""

_AGAIN = "kubectl -n livechat delete job -l {labels}, then apply your overlay, which runs it again"


def cluster(pod: str) -> Place:
    """Through the API server, in the pod where the doctor was asked. Our image has no shell and no psql."""
    component = "app.kubernetes.io/component"
    return Place(
        ours=f"kubectl -n livechat exec {pod} -- livechat {{arguments}}",
        anybodys="kubectl -n livechat create job --from=cronjob/operator operator-1,"
        " then kubectl -n livechat exec job/operator-1 -- livechat {arguments}",
        migration=_AGAIN.format(labels=f"{component}=migration,app.kubernetes.io/name={{service}}"),
        # The Job makes topics and sets them as agreed. Where Strimzi has them it does both by itself.
        creation=_AGAIN.format(labels=f"{component}=creation"),
        role="kubectl -n livechat rollout restart deployment/{service}-{role}",
        share="kubectl -n livechat scale deployment/{service}-{role} --replicas=3",
        database="In psql, as the owner of the database livechat_{service}: {statement}",
    )


def place_of(kind: Kind | None, variables: Mapping[str, str] = os.environ) -> Place:
    """The place that was named, or the one that we find ourselves in."""
    if kind is None:
        kind = Kind.CLUSTER if "KUBERNETES_SERVICE_HOST" in variables else Kind.SHELL
    match kind:
        case Kind.SHELL:
            return SHELL
        case Kind.MACHINE:
            return MACHINE
        case Kind.CLUSTER:
            return cluster(variables.get("HOSTNAME") or "deployment/gateway-api")
