"""What the notifier does about events: it decides on notices, hands them over, and forgets removed agents' devices."""

from services.notifier.consumers.deciding import DECIDING
from services.notifier.consumers.leaving import LEAVING
from services.notifier.consumers.sending import SENDING

REACTIONS = (DECIDING, LEAVING, SENDING)
