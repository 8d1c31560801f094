"""Which cluster, and what is there outside of it: Kafka, PostgreSQL, a store of files, and the images."""

import shlex
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from services.chassis.settings import Settings

Address = tuple[str, int]


class RealSettings(Settings):
    """What `make deploy-real` reads. The servers are reached from here and from the pods by the same addresses."""

    kubectl: str = "kubectl"
    """The command, with whatever has to stand before it; KUBECONFIG is its own."""
    kafka: str
    """Bootstrap servers; the first one has an IP address."""
    postgres: str = Field(repr=False)
    """The administrator's URL; its host is an IP address."""
    image: str
    """Our image with its tag, as the cluster's nodes have it or can pull it."""
    next_image: str | None = None
    """The image of the release after it; without one the upgrade changes the pods' settings alone."""
    proxy_image: str
    """An image with nginx."""
    files: str = "s3://livechat-files/real"
    files_endpoint: str
    """`http://` or `https://`, an IP address, port 443: the one port to which policies let files go."""
    files_key_id: str
    files_secret: SecretStr
    namespace: str = "livechat"
    policy_enforcer: str | None = None
    """A command for clusters whose network enforces no policies: run whenever pods have changed."""
    data: Path = Path(".livechat/deploy-real")
    """Where the installation's secrets and rendered manifests are kept."""

    @property
    def kubectl_argv(self) -> list[str]:
        """The command as arguments."""
        return shlex.split(self.kubectl)

    @property
    def kafka_address(self) -> Address:
        """The first broker."""
        host, _, port = self.kafka.split(",")[0].rpartition(":")
        return host, int(port)

    @property
    def postgres_address(self) -> Address:
        """The database server."""
        parts = urlsplit(self.postgres)
        return parts.hostname or "", parts.port or 5432

    @property
    def files_address(self) -> Address:
        """The store of files."""
        parts = urlsplit(self.files_endpoint)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
