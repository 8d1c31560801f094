"""Where a playbook's snippet was seen: each site once an hour, and of those that may not have it only so many a day."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.gateway import SnippetSeen
from services.chassis.decider import Decider
from services.gateway.commands import NoteSnippet

TOLD_AGAIN_AFTER = timedelta(hours=1)
STRANGERS_MAX = 20
"""Of a playbook in STRANGERS_WITHIN: whoever invents sites is listened to no longer."""
STRANGERS_WITHIN = timedelta(days=1)
SITES_KEPT = 100
"""More than a playbook may have, and than strangers may add in a day."""


class Sighting(BaseModel):
    """When the site was told last, and whether it was allowed then."""

    model_config = ConfigDict(frozen=True)

    at: UtcTime
    allowed: bool


class Sightings(BaseModel):
    """The sites that were told last, at most SITES_KEPT."""

    model_config = ConfigDict(frozen=True)

    sites: Mapping[str, Sighting] = {}


def decide(command: NoteSnippet, state: Sightings) -> Sequence[Event]:
    """The sighting, where it is news."""
    c, before = command, state.sites.get(command.site)
    if before is not None and before.allowed == c.allowed and c.at < before.at + TOLD_AGAIN_AFTER:
        return []
    if before is None and not c.allowed and _strangers(c, state) >= STRANGERS_MAX:
        return []
    return [SnippetSeen(at=c.at, playbook_id=c.playbook_id, site=c.site, allowed=c.allowed)]


def _strangers(c: NoteSnippet, state: Sightings) -> int:
    since = c.at - STRANGERS_WITHIN
    return sum(not sighting.allowed and sighting.at > since for sighting in state.sites.values())


def evolve(state: Sightings, event: Event) -> Sightings:
    """The state after an event: where too many are known, the one that was told longest ago is forgotten."""
    if not isinstance(event, SnippetSeen):
        return state
    sites = {**state.sites, event.site: Sighting(at=event.at, allowed=event.allowed)}
    if len(sites) > SITES_KEPT:
        del sites[min(sites, key=lambda site: (sites[site].at, site))]
    return Sightings(sites=sites)


DECIDER: Decider[NoteSnippet, Sightings] = Decider(
    category="snippet",
    decide=decide,
    evolve=evolve,
    initial=Sightings(),
    states=(Sightings,),
    schema=1,
)
