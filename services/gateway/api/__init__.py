"""The gateway over HTTP: ways in, one's own account, the team, and the reads of inbox and transcripts."""

from services.gateway.api import account, entry, identity, inbox, team, visitor
from services.gateway.api.edge import OwnerAsk as OwnerAsk

ROUTES = [route for part in (entry, account, team, identity, inbox, visitor) for route in part.router.routes]
