"""The gateway over HTTP: ways in, one's own account, the team, the reads of inbox and transcripts, and the search."""

from services.gateway.api import (
    account,
    bots,
    entry,
    identity,
    inbox,
    saved_views,
    search,
    snippets,
    team,
    visitor,
)
from services.gateway.api.edge import OwnerAsk as OwnerAsk

PARTS = (entry, account, saved_views, team, identity, inbox, search, bots, snippets, visitor)
ROUTES = [route for part in PARTS for route in part.router.routes]
