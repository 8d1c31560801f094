"""The gateway over HTTP: ways in, one's own account, the team, and the reads of inbox and transcripts."""

from fastapi import APIRouter

from services.gateway.api import account, entry, inbox, team
from services.gateway.api.edge import OwnerAsk as OwnerAsk

router = APIRouter()
for part in (entry, account, team, inbox):
    router.include_router(part.router)
