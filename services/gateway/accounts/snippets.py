"""Notes where playbooks' snippets are seen, beside the answers that pages get: a page never waits for it."""

from collections import OrderedDict
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from prometheus_client import Counter

from contracts.ids import stream
from services.chassis.execution import execute
from services.chassis.parked import is_infrastructure
from services.chassis.ports import Ports
from services.gateway.accounts.standing import from_here, settings_of
from services.gateway.commands import NoteSnippet
from services.gateway.decider.snippet import DECIDER, TOLD_AGAIN_AFTER

SITE_CHARS_MAX = 260
KNOWN_MAX = 4_096
"""What a process remembers to have noted: page views of a known site cost nothing."""
NOTED_AT_ONCE_MAX = 4
"""The rest is left to the next page view: no flood of them keeps others from the database."""

UNNOTED = Counter(
    "livechat_gateway_snippets_unnoted", "Sightings of snippets that were left to the next one.", ["reason"]
)

log = structlog.get_logger()


def origin_of(address: str | None) -> str | None:
    """The origin of a page's address, as sites are written; None where it has none."""
    try:
        parts = urlsplit(address or "")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    usual = {"http": 80, "https": 443}[parts.scheme]
    site = f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")
    return site if len(site) <= SITE_CHARS_MAX and host.replace("-", "").replace(".", "").isalnum() else None


class Snippets:
    """What this process noted last, and how much it is noting now."""

    def __init__(self) -> None:
        self._noted: OrderedDict[tuple[str, str, str, bool], datetime] = OrderedDict()
        self._noting = 0

    async def note(
        self, ports: Ports, workspace_id: str, playbook_id: str, site: str | None, sites: tuple[str, ...]
    ) -> None:
        """Notes that a page of `site` has the playbook's snippet; `sites` are those that may. Our own pages count not.

        What fails is left to the next page view: nobody was told that it was noted.
        """
        if site is None or site in settings_of(ports).origins:
            return
        key, now = (workspace_id, playbook_id, site, site in sites), ports.clock.now()
        if key in self._noted and now < self._noted[key] + TOLD_AGAIN_AFTER:
            return
        if self._noting >= NOTED_AT_ONCE_MAX:
            UNNOTED.labels("busy").inc()
            return
        self._noting += 1
        try:
            command = NoteSnippet(playbook_id, site, key[-1], now)
            name = stream("snippet", playbook_id)
            await execute(ports, DECIDER, name, command, from_here(ports, workspace_id))
            self._remember(key, now)
        except Exception as error:
            if not is_infrastructure(error):
                raise
            UNNOTED.labels("unavailable").inc()
            log.warning("snippet_unnoted", playbook_id=playbook_id, error=type(error).__name__)
        finally:
            self._noting -= 1

    def _remember(self, key: tuple[str, str, str, bool], now: datetime) -> None:
        self._noted[key] = now
        self._noted.move_to_end(key)
        while len(self._noted) > KNOWN_MAX:
            self._noted.popitem(last=False)


def snippets_of(ports: Ports) -> Snippets:
    """This process's."""
    snippets: Snippets = ports.own["snippets"]
    return snippets
