"""HTTP of the crm service: the details of conversations, what comes of them, and the persons behind them."""

from services.crm.api import details, outcomes, persons

ROUTES = [route for part in (details, outcomes, persons) for route in part.router.routes]
