"""HTTP of the crm service: the details of conversations, what comes of them, and the persons behind them."""

from fastapi import APIRouter

from services.crm.api import details, outcomes, persons

router = APIRouter()
for part in (details, outcomes, persons):
    router.include_router(part.router)
