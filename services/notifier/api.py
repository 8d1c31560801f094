"""The HTTP edge: an agent's devices, the key that they subscribe with, and what the agent wants to be told of."""

from typing import Annotated, get_args

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from contracts.ids import stream
from contracts.notifier import Kind
from services.chassis.decider import Refused
from services.chassis.http import Accepted, AgentAsk, BadRequest, Body, Forbidden, Id, Page
from services.notifier import queries
from services.notifier.commands import AllowDevice, RemoveDevice, SetChoices
from services.notifier.decider import choices, device
from services.notifier.outbound import BadEndpoint, Push, Subscription, subscriptions

ENDPOINT_CHARS_MAX, KEY_CHARS_MAX, LABEL_CHARS_MAX = 2_048, 128, 80
KINDS: tuple[Kind, ...] = get_args(Kind)

router = APIRouter()

Key = Annotated[str, StringConstraints(min_length=1, max_length=KEY_CHARS_MAX)]


class Keys(Body):
    """The keys of a subscription, in base64url."""

    p256dh: Key
    auth: Key


class SubscriptionBody(Body):
    """A browser's subscription, as its own JSON form has it."""

    endpoint: Annotated[str, StringConstraints(min_length=1, max_length=ENDPOINT_CHARS_MAX)]
    keys: Keys


class DeviceBody(Body):
    """A device that may show notices; `label` is what its agent knows it by, such as "Firefox on Linux"."""

    subscription: SubscriptionBody
    label: Annotated[str, StringConstraints(max_length=LABEL_CHARS_MAX, strip_whitespace=True)] = ""


class ChoicesBody(Body):
    """The kinds of notices that the caller does not want, all of them."""

    off: Annotated[list[Kind], Field(max_length=len(KINDS))]


class VapidKey(BaseModel):
    """The key that a browser subscribes with; null where this installation sends no web push."""

    public_key: str | None


class TooManyDevices(Refused):
    """The agent has as many devices as anybody may have."""

    def __init__(self) -> None:
        super().__init__(
            "too_many_devices", f"An agent has at most {queries.DEVICES_MAX} devices; remove one first."
        )


class NoWebPush(Refused):
    """This installation has no key to send web push with."""

    def __init__(self) -> None:
        super().__init__("no_web_push", "This installation sends no web push.")


@router.post("/devices")
async def allow(ask: AgentAsk, body: DeviceBody) -> Accepted:
    """Let this device show notices. Repeated, it tells the device's newest keys; another agent takes it over.

    It goes with the session of the token: once that is ended, the device shows nothing until it is allowed again.
    """
    given = body.subscription
    subscription = Subscription(given.endpoint, given.keys.p256dh, given.keys.auth)
    device_id = subscriptions.device_of(ask.workspace_id, given.endpoint)
    await _admit(ask, subscription, device_id)
    command = AllowDevice(
        device_id=device_id,
        agent_id=ask.caller.id,
        label=body.label,
        at=ask.now,
        session_id=ask.caller.session_id,
    )
    about = (ask.workspace_id, device_id, ask.caller.id)
    # Before the event: a device that is told of must be one that can be reached.
    await subscriptions.keep(ask.ports.credentials, *about, subscription, ask.now)
    name = stream("device", device_id)
    try:
        accepted = await ask.execute(device.DECIDER, name, command, device_id=device_id)
    except Refused:
        # Nothing stays of what was refused.
        await subscriptions.forget_unless_allowed(ask.ports, *about)
        raise
    # Nor of a late repeat where another agent has the device by now. Who had it before may be forgotten meanwhile.
    if await subscriptions.forget_unless_allowed(ask.ports, *about):
        await subscriptions.keep(ask.ports.credentials, *about, subscription, ask.now)
    return accepted


@router.get("/devices")
async def devices(ask: AgentAsk) -> Page[queries.Device]:
    """The caller's devices."""
    return Page(items=await queries.devices_of(ask.reader, ask.workspace_id, ask.caller.id))


@router.delete("/devices/{device_id}")
async def remove(ask: AgentAsk, device_id: Id) -> Accepted:
    """Take a device of one's own off."""
    name = stream("device", device_id)
    accepted = await ask.execute(device.DECIDER, name, RemoveDevice(agent_id=ask.caller.id, at=ask.now))
    # Not where the request came again, and the device had been allowed anew in between.
    await subscriptions.forget_unless_allowed(ask.ports, ask.workspace_id, device_id, ask.caller.id)
    return accepted


@router.get("/choices")
async def get_choices(ask: AgentAsk) -> queries.NoticeChoices:
    """The kinds of notices that the caller has switched off; at first none."""
    return await queries.choices_of(ask.reader, ask.workspace_id, ask.caller.id)


@router.post("/choices")
async def set_choices(ask: AgentAsk, body: ChoicesBody) -> Accepted:
    """Be told of nothing of these kinds, on no device and in no tab, and of all others."""
    off = tuple(kind for kind in KINDS if kind in body.off)
    command = SetChoices(agent_id=ask.caller.id, off=off, at=ask.now)
    return await ask.execute(choices.DECIDER, stream("choices", ask.caller.id), command)


@router.get("/vapid-key")
async def vapid_key(ask: AgentAsk) -> VapidKey:
    """The key to subscribe with."""
    return VapidKey(public_key=_push(ask).public_key)


async def _admit(ask: AgentAsk, subscription: Subscription, device_id: str) -> None:
    """Returns if this device may be added. Raises Refused."""
    if _push(ask).public_key is None:
        raise NoWebPush
    if await queries.is_removed(ask.reader, ask.workspace_id, ask.caller.id):
        raise Forbidden("You are no longer of this workspace.")
    try:
        await _push(ask).admit(subscription)
    except BadEndpoint as bad:
        raise BadRequest("bad_endpoint", str(bad)) from None
    known = await queries.devices_of(ask.reader, ask.workspace_id, ask.caller.id)
    if len(known) >= queries.DEVICES_MAX and device_id not in {one.device_id for one in known}:
        raise TooManyDevices


def _push(ask: AgentAsk) -> Push:
    push: Push = ask.ports.own["push"]
    return push
