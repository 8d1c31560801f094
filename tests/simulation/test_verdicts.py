"""What runs are judged by finds what was forged about notices, devices, files, and agents who left."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import Assigned, Closed, MessagePosted, MessagesRead, Released
from contracts.gateway import AgentRemoved, FileDropped, FileReceived, SessionEnded
from contracts.ids import stream
from contracts.notifier import DeviceAllowed, DeviceNotice, NoticeDelayed, NoticesDecided
from contracts.presence import AgentLeft, AgentSwitchesEnded, AgentWentOffline, AgentWentOnline
from services.notifier.consumers.sending import devices_of
from tests.simulation import leavings, of_old, verdicts
from tests.simulation.forging import SOMEBODY, CannotForge, Fact, Forger, Forging, found
from tests.simulation.switches import switches
from tests.simulation.world import START

TOUCHED = (Assigned, Closed, MessagesRead)


def undecided(forger: Forger) -> None:
    del forger.history.streams[forger.find(NoticesDecided).stream]


def decided_twice(forger: Forger) -> None:
    forger.append(forger.find(NoticesDecided))


def decided_on_nothing(forger: Forger) -> None:
    forger.history.streams[stream("notice", SOMEBODY)] = [forger.find(NoticesDecided)]


def told_to_another(forger: Forger) -> None:
    decided = forger.find(NoticesDecided, lambda one: one.event.kind != "new_conversation")
    forger.change(decided, recipients=[_but(decided.event.recipients[0], agent_id=SOMEBODY)])


def told_to_nobody(forger: Forger) -> None:
    decided = forger.find(NoticesDecided, lambda one: one.event.kind == "new_conversation")
    forger.change(decided, recipients=())


def what_waits_anew_is_told_to_nobody(forger: Forger) -> None:
    """So late that whoever is online then has been for long."""
    for decided in forger.all(NoticesDecided):
        chat = forger.history.streams[stream("conversation", decided.event.conversation_id)]
        about = chat[decided.event.about_version - 1]
        if not isinstance(about.event, Released):
            continue
        late = about.event.at + timedelta(hours=1)
        forger.change(about, at=late)
        forger.change(decided, at=late, recipients=())
        if of_old.online(forger.history, about.metadata.workspace_id, late, late):
            return
    raise CannotForge


def without_a_device(forger: Forger) -> None:
    """Which its agent had allowed long before."""

    def known(one: Any) -> bool:
        return any(of_old.devices(forger.history, to.agent_id, one.event.at) for to in one.event.recipients)

    decided = forger.find(NoticesDecided, known)
    forger.change(decided, recipients=[_but(to, devices=()) for to in decided.event.recipients])


def silent_because_of(reason: str) -> Forging:
    """Who was told was not, for this reason, in a conversation that nobody took, read or closed."""

    def forge(forger: Forger) -> None:
        untouched = [chat for chat, _ in forger.history.conversations() if not forger.has(chat, TOUCHED)]
        recipient, decided = _told(forger, lambda one: one.outcome == "sent", untouched)
        _replace(forger, decided, recipient, outcome="suppressed", reason=reason)

    return forge


def told_although(reason: str) -> Forging:
    """Who was not told, for this reason, was."""

    def forge(forger: Forger) -> None:
        recipient, decided = _told(forger, lambda one: one.reason == reason)
        _replace(forger, decided, recipient, outcome="sent", reason=None)

    return forge


def silent_by_a_choice(forger: Forger) -> None:
    recipient, decided = _told(forger, lambda one: one.outcome == "sent")
    _replace(forger, decided, recipient, outcome="suppressed", switched_off=True)


def told_although_switched_off(forger: Forger) -> None:
    recipient, decided = _told(forger, lambda one: one.switched_off)
    _replace(forger, decided, recipient, outcome="sent", switched_off=False)


def silent_for_two_reasons(forger: Forger) -> None:
    recipient, decided = _told(forger, lambda one: one.switched_off)
    _replace(forger, decided, recipient, reason="closed")


def by_a_choice_that_never_was(forger: Forger) -> None:
    recipient, decided = _told(forger, lambda one: one.outcome == "sent")
    _replace(forger, decided, recipient, choices_version=recipient.choices_version + 9)


def by_a_choice_of_long_ago(forger: Forger) -> None:
    """Decided as if the agent had never chosen anything, and so late that this must have been known."""
    recipient, decided = _told(forger, lambda one: one.choices_version)
    _replace(forger, decided, recipient, choices_version=0)
    late = forger.history.streams[decided.stream][decided.version - 1]
    forger.change(late, at=late.event.at + timedelta(hours=1))


def told_as_another_kind(forger: Forger) -> None:
    forger.change(
        forger.find(NoticesDecided, lambda one: one.event.kind == "new_message"), kind="assigned_to_you"
    )


def silent_without_a_reason(forger: Forger) -> None:
    recipient, decided = _told(forger, lambda one: one.outcome == "sent")
    _replace(forger, decided, recipient, outcome="suppressed")


def _told(forger: Forger, where: Any, chats: Any = None) -> tuple[Any, Any]:
    def has_one(one: Any) -> bool:
        chat = stream("conversation", one.event.conversation_id)
        return (chats is None or chat in chats) and any(map(where, one.event.recipients))

    decided = forger.find(NoticesDecided, has_one)
    return next(filter(where, decided.event.recipients)), decided


def _replace(forger: Forger, decided: Any, recipient: Any, **fields: Any) -> None:
    rest = [one for one in decided.event.recipients if one is not recipient]
    forger.change(decided, recipients=[_but(recipient, **fields), *rest])


def _but(recipient: Any, **fields: Any) -> Any:
    return recipient.model_copy(update=fields)


def has_devices(one: Any) -> bool:
    return bool(devices_of(one.event))


def verdict_twice(forger: Forger) -> None:
    recipient, decided = _told(forger, lambda one: one.devices)
    _replace(forger, decided, recipient, devices=recipient.devices * 2)


def never_allowed(forger: Forger) -> None:
    forger.find(NoticesDecided, has_devices)
    forger.drop(DeviceAllowed)


def handed_to_another(forger: Forger) -> None:
    forger.find(NoticesDecided, has_devices)
    endpoint, message = forger.world.push.given[0]
    forger.world.push.given.append((f"{endpoint}/another", message))


def never_handed_over(forger: Forger) -> None:
    at_once = {one.stream for one in forger.all(NoticesDecided, has_devices)}
    if all(forger.has(name, DeviceNotice) for name in at_once):
        raise CannotForge
    forger.world.push.given.clear()


def still_to_be_handed_over(forger: Forger) -> None:
    forger.append(forger.find(NoticeDelayed))


def tells_of_another(forger: Forger) -> None:
    forger.append(forger.find(NoticeDelayed), device_id=SOMEBODY)


def named_by_nobody(forger: Forger) -> None:
    forger.drop(MessagePosted, lambda one: one.event.attachment is not None)


def named_twice(forger: Forger) -> None:
    forger.append(forger.find(MessagePosted, lambda one: one.event.attachment is not None))


def bytes_lost(forger: Forger) -> None:
    forger.find(FileReceived, lambda one: not forger.has(one.stream, FileDropped))
    forger.world.files.kept.clear()


def bytes_of_nobody(forger: Forger) -> None:
    forger.world.files.kept["somewhere"] = b"What is this?"


def removed(forger: Forger, agent_id: str) -> None:
    """The agent was removed, and nobody was told."""
    events = forger.history.streams[stream("account", agent_id)]
    if forger.has(events[0].stream, AgentRemoved):
        raise CannotForge
    events.append(replace(events[-1], event=AgentRemoved.model_construct(agent_id=agent_id, at=START)))


def removed_and_holds(forger: Forger) -> None:
    removed(forger, forger.find(Assigned, forger.is_last).event.agent_id)


def removed_and_online(forger: Forger) -> None:
    removed(forger, forger.find(AgentWentOnline, forger.is_last).event.agent_id)


def removed_and_listed(forger: Forger) -> None:
    forger.drop(AgentLeft)


def removed_and_looks_on(forger: Forger) -> None:
    screens = [one for one in forger.world.screens if one.caller.kind == "agent" and one.is_open]
    if not screens:
        raise CannotForge
    removed(forger, screens[0].caller.id)


def allowed_after_all(forger: Forger) -> None:
    ended, allowed = forger.find(SessionEnded), forger.find(DeviceAllowed, forger.is_last)
    forger.change(allowed, session_id=ended.event.session_id)


def online_after_all(forger: Forger) -> None:
    ended, online = forger.find(SessionEnded), forger.find(AgentWentOnline, forger.is_last)
    forger.change(online, session_id=ended.event.session_id)


def signed_out_elsewhere(forger: Forger) -> None:
    online = forger.find(AgentWentOnline, forger.is_last)
    gone = AgentWentOffline(agent_id=online.event.agent_id, at=online.event.at, reason="signed_out")
    forger.append(online)
    forger.history.streams[online.stream][-1] = replace(online, version=online.version + 1, event=gone)


def signed_out_in_part(forger: Forger) -> None:
    agent = forger.find(AgentWentOnline, forger.is_last)
    forger.append(agent)
    ended = AgentSwitchesEnded(
        agent_id=agent.event.agent_id, at=agent.event.at, session_ids=(agent.event.session_id,)
    )
    forger.history.streams[agent.stream][-1] = replace(agent, version=agent.version + 1, event=ended)


CASES: list[tuple[Fact, Forging, str]] = [
    (verdicts.notices, undecided, "was decided on 0 times"),
    (verdicts.notices, decided_twice, "was decided on 2 times"),
    (verdicts.notices, decided_on_nothing, "tells of nothing that is to be told"),
    (verdicts.notices, told_to_another, "and concerns"),
    (verdicts.notices, told_to_nobody, "and concerns"),
    (verdicts.notices, what_waits_anew_is_told_to_nobody, "was told to [], and concerns"),
    *[
        (verdicts.notices, silent_because_of(reason), f"because of {reason}, which is not so")
        for reason in ("own_action", "not_online", "closed", "taken", "read", "too_late", "removed")
    ],
    (verdicts.notices, told_although("own_action"), "sent for"),
    (verdicts.notices, told_although("not_online"), "sent for"),
    (verdicts.notices, silent_without_a_reason, "suppressed for"),
    (verdicts.notices, silent_by_a_choice, "because of switched_off, which is not so"),
    (verdicts.notices, told_although_switched_off, "because of None, which is not so"),
    (verdicts.notices, silent_for_two_reasons, "because of closed and switched_off, which is not so"),
    (verdicts.notices, by_a_choice_that_never_was, "was decided by choice"),
    (verdicts.notices, by_a_choice_of_long_ago, "was decided by choice 0 of"),
    (verdicts.notices, told_as_another_kind, "was told as assigned_to_you"),
    (verdicts.devices, without_a_device, "has no verdict on"),
    (verdicts.devices, verdict_twice, "has 2 verdicts on"),
    (verdicts.devices, never_allowed, "that its agent never allowed"),
    (verdicts.devices, handed_to_another, "for which it is not"),
    (verdicts.devices, never_handed_over, "was never handed to"),
    (verdicts.devices, still_to_be_handed_over, "is still to be handed to"),
    (verdicts.devices, tells_of_another, "for which it is not"),
    (leavings.files, named_by_nobody, "is kept and named by 0 messages"),
    (leavings.files, named_twice, "is kept and named by 2 messages"),
    (leavings.files, bytes_lost, "are lost"),
    (leavings.files, bytes_of_nobody, "is kept and nobody knows it"),
    (leavings.devices, allowed_after_all, "is still allowed in a session that was ended"),
    (switches, online_after_all, "is still online in a session that was ended"),
    (switches, signed_out_elsewhere, "was signed out although they switched on in a session that goes on"),
    (switches, signed_out_in_part, "has lost the switch of a session that goes on"),
    (leavings.removed, removed_and_holds, "is held by an agent who was removed"),
    (leavings.removed, removed_and_online, "was removed and is online"),
    (leavings.removed, removed_and_listed, "was removed and has not left"),
    (leavings.removed, removed_and_looks_on, "was removed and has an open screen"),
]


@pytest.mark.parametrize(("fact", "forge", "told"), CASES)
def test_a_fact_finds_what_was_forged_against_it(fact: Fact, forge: Forging, told: str) -> None:
    wrong = found(fact, forge)

    assert [line for line in wrong if told in line], wrong
