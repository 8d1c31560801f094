"""The whole system on one machine: a compose file, and the reverse proxy's routes, out of the code.

What is here is in the common subset of Compose's engines: no profile but `tools`, no builds, no swarm.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from deploy.routes import Way, ways
from services.chassis.service import Service
from services.cli.catalogue import SERVICES
from services.cli.infrastructure.kafka import SINGLE_BROKER

FOLDER = "one-machine"
PORT = 8080
SECRETS = "/run/livechat/secrets"
TMP = "/tmp"  # nosec B108 # A container's own, in memory.
EVERYWHERE = "0.0.0.0"  # nosec B104 # In a container whose networks lead to the proxy alone.
FILES = "/var/lib/livechat/files"
BACKUPS = "/var/lib/livechat/backups"
FRONT = "${LIVECHAT_FRONT:-172.31.250.0/24}"
"""The network between the proxy and the services, whose callers are believed what they say of others' addresses."""

INSIDE, BEFORE, OUT = "inside", "front", "out"
"""Networks: of servers and services; of the proxy and services; and the one that leads out of the machine."""
REACHING_OUT = ("notifier",)
"""Who talks to servers in the internet: push services. The gateway does where files are kept in a bucket."""

_READY = f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{PORT}/readyz', timeout=4).close()"
Block = dict[str, Any]


def compose() -> Block:
    """The compose file's contents."""
    services: Block = {
        "kafka": _kafka(),
        "postgres": _postgres(),
        "databases": _databases(),
        "topics": _topics(),
    }
    for service in SERVICES.values():
        services[f"migrate-{service.name}"] = _migration(service)
        services[service.name] = _service(service)
    services["livechat"] = _command_line()
    services["proxy"] = _proxy()
    return {
        "services": services,
        "networks": {
            INSIDE: {"internal": True},
            BEFORE: {"internal": True, "ipam": {"config": [{"subnet": FRONT}]}},
            OUT: {},
        },
        "volumes": {name: {} for name in ("kafka", "postgres", "files", "certificates", "proxy")},
    }


def caddyfile() -> str:
    """The proxy's routes: the first that fits is taken, and what none is for is answered 404 here."""
    lines = [
        "\t\t# Narrower ways come first; a service that begins anew is waited for. No way leads to /metrics or /readyz."
    ]
    for number, ((service, _), found) in enumerate(
        groupby(ways(), key=lambda way: (way.service, way.sockets)), 1
    ):
        lines += [
            f"\t\t@way{number} path {' '.join(part for way in found for part in _patterns(way))}",
            f"\t\thandle @way{number} {{",
            f"\t\t\treverse_proxy {service}:{PORT} {{",
            "\t\t\t\tlb_try_duration 30s",
            "\t\t\t}",
            "\t\t}",
        ]
    return _CADDYFILE.format(routes="\n".join(lines))


def _patterns(way: Way) -> list[str]:
    below = f"{way.path.rstrip('/')}/*"
    return [way.path] if way.exact else [way.path, below]


def _ours(command: list[str], secrets: str, *, memory: str = "512m") -> Block:
    """What every container of our image has: an ordinary user on a read-only file system, who may do nothing more."""
    return {
        "image": _image("livechat"),
        "command": command,
        "environment": {
            "LIVECHAT_KAFKA": "kafka:9092",
            "LIVECHAT_SECRETS": SECRETS,
            "LIVECHAT_LOG_LEVEL": "${LIVECHAT_LOG_LEVEL:-INFO}",
            "LIVECHAT_EPOCH": "${LIVECHAT_EPOCH:-1}",
        },
        "volumes": [f"./secrets/{secrets}:{SECRETS}:ro"],
        "tmpfs": [f"{TMP}:size=256m,mode=1777"],
        "read_only": True,
        "user": "65532:65532",
        "cap_drop": ["ALL"],
        "networks": [INSIDE],
        **_limits(memory),
    }


def _service(service: Service) -> Block:
    block = _ours(["python", "-m", f"services.{service.name}"], service.name, memory="1g")
    block["environment"] |= {
        "LIVECHAT_HOST": EVERYWHERE,
        "LIVECHAT_PORT": str(PORT),
        "LIVECHAT_DRAIN_S": "15",
        "LIVECHAT_ORIGINS": "https://${LIVECHAT_SITE:?say in .env by which name people reach it}",
        "LIVECHAT_TRUSTED_PROXIES": FRONT,
    }
    if service.name == "gateway":
        block["environment"]["LIVECHAT_GATEWAY_FILES"] = f"file://{FILES}"
        block["volumes"].append(f"files:{FILES}")
    if service.name == "notifier":
        block["environment"]["LIVECHAT_NOTIFIER_VAPID_CONTACT"] = (
            "${LIVECHAT_CONTACT:?say in .env whom push services may turn to}"
        )
    block["networks"] = [INSIDE, BEFORE, *([OUT] if service.name in REACHING_OUT else [])]
    return block | {
        "depends_on": {
            "topics": {"condition": "service_completed_successfully"},
            f"migrate-{service.name}": {"condition": "service_completed_successfully"},
        },
        "healthcheck": _health(["CMD", "python", "-c", _READY], start_s=120),
        "restart": "unless-stopped",
        "stop_grace_period": "45s",
    }


def _migration(service: Service) -> Block:
    return _once(_ours(["livechat", "migrate", service.name], f"{service.name}-owner"), databases="completed")


def _topics() -> Block:
    block = _once(_ours(["livechat", "topics", "--create", "--alter"], "topics"), kafka="healthy")
    block["environment"]["LIVECHAT_KAFKA_REPLICATION"] = "1"
    return block


def _command_line() -> Block:
    """For people: `docker compose run --rm livechat doctor`."""
    block = _ours(["doctor"], "operator") | {
        "entrypoint": ["livechat"],
        "profiles": ["tools"],
        "restart": "no",
    }
    block["volumes"] += [f"files:{FILES}", f"./backups:{BACKUPS}"]
    block["environment"] |= {
        "LIVECHAT_ORIGINS": "https://${LIVECHAT_SITE:?say in .env by which name people reach it}",
        "LIVECHAT_GATEWAY_FILES": f"file://{FILES}",
        "LIVECHAT_BACKUPS": BACKUPS,
        "LIVECHAT_DOCTOR_PLACE": "machine",
        "LIVECHAT_DOCTOR_ADDRESSES": " ".join(f"http://{name}:{PORT}" for name in SERVICES),
    }
    return block


def _databases() -> Block:
    """Makes databases and roles where they are missing, and gives roles the passwords of their files."""
    block = {
        "image": _image("postgres"),
        "entrypoint": ["/bin/sh", "/databases.sh"],
        "user": "65532:65532",
        "environment": {
            "PGHOST": "postgres",
            "PGUSER": "postgres",
            "PGDATABASE": "postgres",
            "PASSWORDS": SECRETS,
        },
        "volumes": ["./databases.sh:/databases.sh:ro", f"./secrets/postgres:{SECRETS}:ro"],
        "read_only": True,
        "tmpfs": [f"{TMP}:size=16m"],
        "cap_drop": ["ALL"],
        "networks": [INSIDE],
        **_limits("256m"),
    }
    return _once(block, postgres="healthy")


def _postgres() -> Block:
    return {
        "image": _image("postgres"),
        "command": ["postgres", "-c", "max_connections=300", "-c", "shared_buffers=256MB"],
        "environment": {"POSTGRES_PASSWORD_FILE": f"{SECRETS}/POSTGRES_PASSWORD"},
        "volumes": ["postgres:/var/lib/postgresql/data", f"./secrets/postgres:{SECRETS}:ro"],
        "networks": [INSIDE],
        "healthcheck": _health(["CMD", "pg_isready", "--host=127.0.0.1", "--username=postgres"], start_s=60),
        "restart": "unless-stopped",
        "stop_grace_period": "60s",
        "shm_size": "256m",
        **_limits("2g"),
    }


def _kafka() -> Block:
    settings = {
        "node.id": "1",
        "process.roles": "broker,controller",
        "controller.quorum.voters": "1@localhost:9093",
        "controller.listener.names": "CONTROLLER",
        "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "advertised.listeners": "PLAINTEXT://kafka:9092",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": "/var/lib/kafka/data",
        # There is no second broker that has what this one lost in a power cut.
        "log.flush.interval.messages": "1",
        **SINGLE_BROKER,
    }
    return {
        "image": _image("kafka"),
        "environment": {
            **{f"KAFKA_{key.upper().replace('.', '_')}": value for key, value in settings.items()},
            "KAFKA_HEAP_OPTS": "-Xms512m -Xmx1g",
        },
        "volumes": ["kafka:/var/lib/kafka/data"],
        "networks": [INSIDE],
        "healthcheck": _health(["CMD", "bash", "-c", "</dev/tcp/127.0.0.1/9092"], start_s=120),
        "restart": "unless-stopped",
        "stop_grace_period": "120s",
        **_limits("2g", pids=2_000),
    }


def _proxy() -> Block:
    return {
        "image": _image("proxy"),
        "environment": {"LIVECHAT_SITE": "${LIVECHAT_SITE:?say in .env by which name people reach it}"},
        "ports": ["80:80", "443:443"],
        "volumes": ["./Caddyfile:/etc/caddy/Caddyfile:ro", "certificates:/data", "proxy:/config"],
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": ["NET_BIND_SERVICE"],
        "networks": [BEFORE, OUT],
        "healthcheck": _health(["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:2019/config/"], start_s=30),
        "restart": "unless-stopped",
        "stop_grace_period": "30s",
        **_limits("256m"),
    }  # fmt: skip


def _image(name: str) -> str:
    return f"${{{name.upper()}_IMAGE:?say in .env which image}}"


def _limits(memory: str, *, pids: int = 500) -> Block:
    return {
        "security_opt": ["no-new-privileges:true"],
        "mem_limit": memory,
        "pids_limit": pids,
        "logging": {"driver": "json-file", "options": {"max-size": "20m", "max-file": "5"}},
    }


def _health(test: list[str], *, start_s: int) -> Block:
    return {"test": test, "interval": "10s", "timeout": "5s", "retries": 3, "start_period": f"{start_s}s"}


def _once(block: Mapping[str, Any], **after: str) -> Block:
    """A container that does its work, ends, and changes nothing when it is done again."""
    conditions = {"healthy": "service_healthy", "completed": "service_completed_successfully"}
    waits = {name: {"condition": conditions[state]} for name, state in after.items()}
    return {**block, "depends_on": waits, "restart": "no"}


_CADDYFILE = """\
# Written by `make manifests` from the code; change deploy/one_machine.py instead.
# Certificates come from Let's Encrypt by themselves; for the name `localhost` Caddy signs one of its own.
{{
	# Who sends nothing is not waited for. Sockets stay for as long as both ends are there.
	servers {{
		protocols h1 h2
		timeouts {{
			read_header 10s
			idle 2m
		}}
	}}
}}

{{$LIVECHAT_SITE}} {{
	route {{
{routes}
		respond 404
	}}
}}
"""
