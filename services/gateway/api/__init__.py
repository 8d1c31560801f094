"""The gateway over HTTP: ways in, one's account, the team and its hours, reads of inbox and transcripts, the search."""

from services.gateway.api import (
    account,
    bots,
    entry,
    hours,
    identity,
    inbox,
    saved_views,
    search,
    snippets,
    team,
    visitor,
)
from services.gateway.api.edge import OwnerAsk as OwnerAsk

PARTS = (entry, account, saved_views, team, hours, identity, inbox, search, bots, snippets, visitor)
ROUTES = [route for part in PARTS for route in part.router.routes]
