"""Which notices there have to be, reckoned from the log alone, and whether each has its verdicts."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from contracts.conversation import Assigned, Reassigned, Released
from contracts.ids import category_of, stream
from contracts.notifier import NoticesDecided, notice_of
from services.cli.demo.reckoning import History, read_history
from services.notifier.decider.policy import EVERYBODY, Conversation, concerned
from tests.e2e.system import System
from tests.waiting import eventually

WITHIN_S = 60.0
Devices = Mapping[str, Collection[str]]


def due(history: History) -> Iterator[tuple[str, str]]:
    """The stream of each notice that there has to be, and whom it concerns."""
    for name, events in history.streams.items():
        holders: list[tuple[int, str | None]] = []
        for one in events if category_of(name) == "conversation" else ():
            if isinstance(one.event, Assigned | Reassigned):
                holders.append((one.version, one.event.agent_id))
            elif isinstance(one.event, Released):
                holders.append((one.version, None))
            whom = concerned(one.event, one.version, Conversation(one.version, holders=tuple(holders)))
            if whom is not None:
                yield stream("notice", notice_of(one.event_id)), whom


def wrong_verdicts(history: History, devices: Devices) -> list[str]:
    """What is missing, doubled or told to others; `devices` are what agents have allowed before all of it."""
    wrong, wanted = [], dict(due(history))
    for name, whom in wanted.items():
        events = [one.event for one in history.streams.get(name, ())]
        decided = [event for event in events if isinstance(event, NoticesDecided)]
        if [event.part for event in decided] != list(range(1, (decided[0].parts if decided else 1) + 1)):
            wrong.append(f"{name} was decided on in {len(decided)} parts")
        told = [recipient for event in decided for recipient in event.recipients]
        if whom != EVERYBODY and [recipient.agent_id for recipient in told] != [whom]:
            wrong.append(f"{name} is not for {whom} alone")
        verdicts = Counter(device for recipient in told for device in recipient.devices)
        concerns = [one for agent, some in devices.items() if whom in (agent, EVERYBODY) for one in some]
        wrong += [f"{name} has {verdicts[one]} verdicts on {one}" for one in concerns if verdicts[one] != 1]
    undue = (name for name in history.streams if category_of(name) == "notice" and name not in wanted)
    return wrong + [f"{name} tells of nothing that is to be told" for name in undue]


async def all_decided(system: System, workspace_id: str, devices: Devices) -> History:
    """The log, once each notice that there has to be has exactly one verdict for each of these devices."""
    history, wrong = History({}), ["nothing was read"]

    async def agreed() -> bool:
        nonlocal history, wrong
        history = await read_history(system.kafka, system.naming, workspace_id)
        wrong = wrong_verdicts(history, devices)
        return bool(not wrong and dict(due(history)))

    try:
        await eventually(agreed, within_s=WITHIN_S, every_s=0.3)
    except AssertionError as late:
        raise AssertionError("\n".join(wrong)) from late
    return history
