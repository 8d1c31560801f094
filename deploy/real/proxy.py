"""The ingress where no Gateway API controller runs: a reverse proxy in a pod, out of the same table of ways in."""

from collections.abc import Sequence

from deploy.one_machine import TMP
from deploy.real.matrix import INGRESS
from deploy.rendering import Manifest
from deploy.routes import Way, ways

NAME, PORT = "livechat-proxy", 8080


def config(found: Sequence[Way], namespace: str) -> str:
    """nginx's configuration. What no way is for is answered 404 here; so are metrics and health."""
    return _CONFIG.format(port=PORT, locations=_locations(found, namespace))


def manifests(image: str, namespace: str) -> list[Manifest]:
    """The proxy in the namespace that policies let in, under the rules that our own pods keep to."""
    labels = {"app.kubernetes.io/name": NAME}
    metadata = {"name": NAME, "namespace": INGRESS, "labels": labels}
    pod = {
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(image)],
        "volumes": [{"name": "config", "configMap": {"name": NAME}}, {"name": "tmp", "emptyDir": {}}],
    }  # fmt: skip
    spec = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": INGRESS}},
        {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
            "data": {"nginx.conf": config(ways(), namespace)},
        },
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec},
    ]  # fmt: skip


def _container(image: str) -> Manifest:
    return {
        "name": "nginx",
        "image": image,
        "command": ["nginx", "-e", "stderr", "-c", "/etc/livechat/nginx.conf", "-g", "daemon off;"],
        "ports": [{"name": "http", "containerPort": PORT}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"tcpSocket": {"port": "http"}, "periodSeconds": 2},
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/livechat"},
            {"name": "tmp", "mountPath": TMP},
        ],
    }


def _locations(found: Sequence[Way], namespace: str) -> str:
    """One for each path: the first way that has it is the narrower one."""
    led: dict[str, Way] = {}
    for way in found:
        below = f"{way.path.rstrip('/')}/"
        for match in [f"= {way.path}"] if way.exact else [f"= {way.path}", below]:
            led.setdefault(match, way)
    return "".join(
        f"    location {match} {{ proxy_pass http://{way.service}.{namespace};{_UPGRADE if way.sockets else ''} }}\n"
        for match, way in led.items()
    )


# Where a location sets headers of its own, it has none of those that are set outside of it.
_UPGRADE = (
    " proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"
    " proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
    " proxy_read_timeout 1h; proxy_send_timeout 1h;"
)
# A service that does not answer is told as one that is away, as gateways do it: then it is asked again.
_CONFIG = """\
worker_processes 1;
pid /tmp/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  log_format asked '$msec $status $request_method $uri';
  access_log /dev/stdout asked;
  client_max_body_size 12m;
  proxy_http_version 1.1;
  proxy_connect_timeout 5s;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  server {{
    listen {port};
    error_page 502 504 = @away;
{locations}    location / {{ return 404; }}
    location @away {{ default_type application/problem+json; return 503 '{{"code": "unavailable"}}'; }}
  }}
}}
"""
