"""What agents do beside talking: details, persons, outcomes, files, devices, choices, replies, views, keeping out."""

import asyncio
from contextlib import suppress
from typing import Any

from contracts.ids import id_of, stream
from services.chassis.decider import Refused
from services.chassis.ports import Ports
from services.conversation.api import conversations as conversation
from services.conversation.api import replies, visitors
from services.crm.api import details, outcomes, persons
from services.crm.queries.persons import page_of_persons
from services.gateway.accounts import sessions
from services.gateway.accounts.standing import from_here, joined
from services.gateway.api import saved_views
from services.notifier import api as notifier
from services.presence import api as presence
from services.presence.api import OnlineBody
from tests.simulation.loop import pass_time
from tests.simulation.people import Employee, Person
from tests.simulation.uploads import send_file

SHORTCUTS = ("hello", "hours", "prices")
CONTENTS = (b"Price list", b"Price list", b"Price list", b"<html>", b"")


async def fill_in(agent: Employee, chat: str) -> None:
    """Something about the deal, the person or the organization; now and then over what somebody else has set."""
    overwrite: Any = {"expected_version": 0} if agent.rng.random() < 0.8 else {}
    number = agent.world.host.number()
    endpoint, body = agent.rng.choice(
        (
            (details.set_person, details.PersonBody(name=f"Vi {number}", **overwrite)),
            (details.set_person, details.PersonBody(phone=f"+43 1 {number:05}", **overwrite)),
            (details.set_organization, details.OrganizationBody(name=f"Acme {number}", **overwrite)),
            (details.set_organization, details.OrganizationBody(website=f"{number}.example", **overwrite)),
            (details.set_deal_value, _value(number, overwrite)),
        )
    )
    await agent.send("crm", endpoint, conversation_id=chat, body=body)


def _value(number: int, overwrite: Any) -> details.DealValueBody:
    return details.DealValueBody(value_minor=100 * number, currency="EUR", **overwrite)


async def note(agent: Employee, chat: str) -> None:
    """A note is written, or one that is there is changed or taken away, also by who must not."""
    notes = agent.company.notes.setdefault(chat, [])
    if not notes or agent.rng.random() < 0.6:
        body = details.NoteBody(text="Wants two.")
        call = await agent.send("crm", details.add_note, conversation_id=chat, body=body)
        if call.told is not None:
            notes.append(call.told.ids["note_id"])
    if not notes or agent.rng.random() < 0.3:
        return
    about = {"conversation_id": chat, "note_id": agent.rng.choice(notes)}
    if agent.rng.random() < 0.7:
        body = details.NoteBody(text=f"Wants {agent.world.host.number()}.")
        await agent.send("crm", details.edit_note, **about, body=body)
    else:
        await agent.send("crm", details.remove_note, **about)


async def tidy_up(agent: Employee) -> None:
    """Whoever is in the inbox gets the same name: some whom the list of persons shows, or has shown, are one.

    Now and then it is said the other way round as well.
    """
    for chat in [id_of(key) for key in agent.screen.rows if key.startswith("conversation-")]:
        person, firm = details.PersonBody(name="Violet"), details.OrganizationBody(name="Acme")
        await agent.send("crm", details.set_person, conversation_id=chat, body=person)
        await agent.send("crm", details.set_organization, conversation_id=chat, body=firm)
    await agent.wait(0.2, 2)
    known, workspace_id = agent.company.persons, agent.caller.workspace_id
    listed = await agent.world.ask("crm", lambda ports: page_of_persons(ports.reader, workspace_id, None, 50))
    known += [person.person_id for person in listed.items if person.person_id not in known]
    for _ in range(3 * len(known) - 2):
        one, other = agent.rng.choice(known), agent.rng.choice(known)
        ways = [(one, other), (other, one)] if agent.rng.random() < 0.4 else [(one, other)]
        await asyncio.gather(*(_say_one(agent, person_id, into) for person_id, into in ways))


async def _say_one(agent: Employee, person_id: str, into: str) -> None:
    body = persons.MergeBody(into=into)
    await agent.send("crm", persons.merge_person, person_id=person_id, body=body)


async def make_outcome(agent: Employee, chat: str) -> None:
    """A lead mostly; sometimes a deal or an activity."""
    luck, title = agent.rng.random(), "Two, please"
    if luck < 0.6:
        await agent.send("crm", outcomes.create_lead, conversation_id=chat, body=_body(title))
    elif luck < 0.8:
        deal = outcomes.DealBody(title=title)
        await agent.send("crm", outcomes.create_deal, conversation_id=chat, body=deal)
    else:
        activity = outcomes.ActivityBody(title=title)
        await agent.send("crm", outcomes.create_activity, conversation_id=chat, body=activity)


def _body(title: str) -> outcomes.OutcomeBody:
    return outcomes.OutcomeBody(title=title)


async def allow_device(agent: Employee, number: int, whose: str = "") -> None:
    """The agent's browser, or one that a colleague has used before, shows notices from now on."""
    luck = agent.rng.random()
    service = "push.test" if luck > 0.03 else "nowhere.test"
    told = _subscription(f"{service}/{whose or agent.caller.id}/{number}")
    body = notifier.DeviceBody.model_validate(told)
    call = await agent.send("notifier", notifier.allow, body=body)
    if call.told is not None:
        agent.devices.append(call.told.ids["device_id"])


async def change_devices(agent: Employee) -> None:
    """A device more, one less, or a colleague's."""
    luck = agent.rng.random()
    if luck < 0.35:
        await borrow_a_browser(agent)
    elif agent.devices and luck < 0.5:
        await agent.send("notifier", notifier.remove, device_id=agent.rng.choice(agent.devices))
    elif luck < 0.65:
        await allow_device(agent, 1, agent.rng.choice(agent.company.agents).id)
    else:
        await allow_device(agent, agent.rng.randint(1, 2))


async def borrow_a_browser(agent: Employee) -> None:
    """The agent signs in somewhere else for a while, is told of things there, and ends that session."""
    of, ids = (agent.caller.workspace_id, agent.caller.id), dict[str, str]()

    async def begin(ports: Ports) -> None:
        new = sessions.new_session(ports, *await joined(ports, *of), "borrowed")
        await sessions.keep_session(ports, new)
        ids["session_id"] = new.credential.claims["session_id"]

    async def end(ports: Ports) -> None:
        found, _ = await joined(ports, *of)
        await sessions.end_session(ports, found, ids["session_id"], from_here(ports, of[0]))

    with suppress(Refused):  # They were removed meanwhile, or signed out everywhere.
        await agent.world.ask("gateway", begin)
        there = agent.caller.model_copy(update=ids)
        body = notifier.DeviceBody.model_validate(_subscription(f"push.test/{agent.caller.id}/borrowed"))
        await agent.world.send("notifier", notifier.allow, there, body=body)
        switches = agent.rng.random() < 0.7
        if switches:
            if agent.rng.random() < 0.4:  # From there alone, so that it ends with that session.
                await agent.send("presence", presence.go_offline)
            await agent.world.send("presence", presence.go_online, there, body=OnlineBody(tab="borrowed"))
        await agent.wait(0, 5)
        await agent.world.ask("gateway", end)
        if switches and agent.rng.random() < 0.7:
            await agent.wait(0, 3)
            await agent.send(
                "presence", presence.go_online, body=OnlineBody(tab=f"tab-{agent.caller.id[:8]}")
            )


def _subscription(endpoint: str) -> dict[str, Any]:
    told = {"endpoint": f"https://{endpoint}", "keys": {"p256dh": "BKey", "auth": "auth"}}
    return {"subscription": told, "label": "Firefox"}


async def choose_notices(agent: Employee) -> None:
    """The agent wants to be told of less than before, or of more."""
    off = [kind for kind in notifier.KINDS if agent.rng.random() < 0.4]
    await agent.send("notifier", notifier.set_choices, body=notifier.ChoicesBody(off=off))


async def keep_replies(agent: Employee) -> None:
    """A canned reply is added, or some that are there, or were, are changed or taken away, also by who must not."""
    known = agent.company.replies
    for _ in range(agent.rng.randint(1, 3)):
        told = {"shortcut": agent.rng.choice(SHORTCUTS), "title": "Hello"}
        body = replies.ReplyBody(**told, text=f"Hello {{visitor_name}}! {agent.world.host.number()}")
        luck = agent.rng.random()
        if not known or luck < 0.4:
            call = await agent.send("conversation", replies.add_reply, body=body)
            if call.told is not None:
                known.append(call.told.ids["reply_id"])
        elif luck < 0.7:
            reply_id = agent.rng.choice(known)
            await agent.send("conversation", replies.change_reply, reply_id=reply_id, body=body)
        else:
            await agent.send("conversation", replies.remove_reply, reply_id=agent.rng.choice(known))


async def keep_views(agent: Employee) -> None:
    """A view more, or one that is there, or was, is changed or taken away."""
    filters = saved_views.FiltersBody(missed=agent.rng.random() < 0.5, words="prices")
    name = f"Prices {agent.world.host.number()}"
    body = saved_views.ViewBody(name=name, folder="mine", filters=filters)
    luck = agent.rng.random()
    if not agent.views or luck < 0.4:
        call = await agent.send("gateway", saved_views.add_view, body=body)
        if call.told is not None:
            agent.views.append(call.told.ids["view_id"])
    elif luck < 0.7:
        view_id = agent.rng.choice(agent.views)
        await agent.send("gateway", saved_views.change_view, view_id=view_id, body=body)
    else:
        await agent.send("gateway", saved_views.remove_view, view_id=agent.rng.choice(agent.views))


async def read(person: Person, chat: str) -> None:
    """Everything that the screen shows was seen; seldom more than there is."""
    shown = len(person.screen.streams.get(stream("conversation", chat), ()))
    body = conversation.ReadBody(up_to=max(1, shown) if person.rng.random() < 0.9 else shown + 50)
    await person.send("conversation", conversation.read, conversation_id=chat, body=body)


async def keep_out(agent: Employee, chat: str) -> None:
    """The visitor is blocked, tries to write or answers the bot, and is mostly let in again."""
    wait_s = agent.world.wait_left_s(chat)
    if (
        wait_s is not None and wait_s < 25 and agent.rng.random() < 0.7
    ):  # Until the bot asks, nobody having come.
        await agent.wait(wait_s + 0.2, wait_s + 1)
    body = visitors.BlockBody(reason="Rude.")
    await agent.send("conversation", visitors.block, conversation_id=chat, body=body)
    visitor = agent.world.visitor_in(chat)
    if visitor is not None and agent.rng.random() < 0.8:
        await agent.wait(0.1, 2)
        await visitor.react(chat, "Why?")
    if agent.rng.random() < 0.7:
        await agent.wait(0.1, 4)
        await agent.send("conversation", visitors.unblock, conversation_id=chat)


async def attach(person: Person, chat: str) -> None:
    """A file, and mostly the message that names it; with somebody else's token it is refused."""
    content = person.rng.choice(CONTENTS)
    name = (
        "attachment; filename*=utf-8''%FF" if person.rng.random() < 0.08 else 'attachment; filename="a.txt"'
    )
    upload = await send_file(person, chat, content, name)
    if upload is None or person.rng.random() < 0.3:
        return
    if person.rng.random() < 0.6:  # Not before the file may be asked for: one of both is too late.
        await pass_time(person.rng.uniform(10, 15))
    token = upload.attachment_token if person.rng.random() < 0.8 else f"{upload.attachment_token}x"
    about: Any = {"body": conversation.MessageBody(attachment_token=token), "request": upload.request}
    await person.send("conversation", conversation.post_message, conversation_id=chat, **about)
