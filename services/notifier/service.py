"""The notifier, told to the chassis."""

from collections.abc import Mapping
from typing import Any

from services.chassis.clock import SystemClock
from services.chassis.service import Service
from services.notifier.api import router
from services.notifier.consumers import REACTIONS
from services.notifier.consumers.sender import Sender
from services.notifier.decider import choices, device, notice
from services.notifier.outbound import Push, WebPush
from services.notifier.projections import MODELS
from services.notifier.settings import NotifierSettings


def _own() -> Mapping[str, Any]:
    return own_of(WebPush(NotifierSettings, SystemClock()))


def own_of(push: Push) -> Mapping[str, Any]:
    """What only the notifier has, over a way to hand notices over."""
    return {"push": push, "sender": Sender(push)}


SERVICE = Service(
    name="notifier",
    deciders=(device.DECIDER, choices.DECIDER, notice.DECIDER),
    models=MODELS,
    reactions=REACTIONS,
    routes=router.routes,
    own=_own,
)
