"""Writes deploy/base: a kustomize base for each service, with a Deployment for each of its roles."""

from collections.abc import Iterable
from pathlib import Path

from services.chassis.service import Service
from services.cli.catalogue import SERVICES

BASE = Path(__file__).parent / "base"
_HEAD = "# Written by `make manifests` from the services' roles; change deploy/generate.py instead.\n"

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {service}-{role}
  labels:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: {role}
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: {service}
      app.kubernetes.io/component: {role}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {service}
        app.kubernetes.io/component: {role}
    spec:
      serviceAccountName: {service}
      containers:
        - name: livechat
          image: livechat
          command: [python, -m, services.{service}, {role}]
          envFrom:
            - configMapRef: {{ name: livechat-kafka }}
            - configMapRef: {{ name: livechat }}
            - secretRef: {{ name: livechat-tokens }}
            - secretRef: {{ name: {service} }}
"""

_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {service}
  labels:
    app.kubernetes.io/name: {service}
spec:
  selector:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: api
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {service}
  labels:
    app.kubernetes.io/name: {service}
automountServiceAccountToken: false
"""

# Its component is no role's, so no Service sends it requests. The overlay puts the image's tag in the name's place
# for it, because a Job that was run is never changed.
_MIGRATION = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate-{service}-untagged
  labels:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: migration
spec:
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {service}
        app.kubernetes.io/component: migration
    spec:
      serviceAccountName: {service}
      containers:
        - name: livechat
          image: livechat
          command: [livechat, migrate, {service}]
          envFrom:
            - secretRef: {{ name: {service} }}
            - secretRef: {{ name: {service}-owner }}
"""

_KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
{resources}"""

_PROCESS = """\
components:
  - ../../components/process
"""


def manifests() -> dict[Path, str]:
    """Every generated file, by its path under deploy/base."""
    files = {Path("kustomization.yaml"): _kustomization(["topics", *SERVICES])}
    for service in SERVICES.values():
        files |= _service(service)
    return files


def main() -> None:
    """Writes the files."""
    for path, text in manifests().items():
        (BASE / path).parent.mkdir(parents=True, exist_ok=True)
        (BASE / path).write_text(text)


def _service(service: Service) -> dict[Path, str]:
    roles = [_DEPLOYMENT.format(service=service.name, role=role) for role in service.role_names]
    parts = {
        "deployments.yaml": "---\n".join(roles),
        "migration.yaml": _MIGRATION.format(service=service.name),
        "service.yaml": _SERVICE.format(service=service.name),
    }
    files = {name: _HEAD + text for name, text in parts.items()}
    files["kustomization.yaml"] = _kustomization(parts) + _PROCESS
    return {Path(service.name, name): text for name, text in files.items()}


def _kustomization(resources: Iterable[str]) -> str:
    return _HEAD + _KUSTOMIZATION.format(resources="".join(f"  - {name}\n" for name in resources))


if __name__ == "__main__":
    main()
