"""HTTP of the crm service: the details of conversations, what comes of them, and who is behind them."""

from services.crm.api import details, organizations, outcomes, persons

ROUTES = [route for part in (details, outcomes, persons, organizations) for route in part.router.routes]
