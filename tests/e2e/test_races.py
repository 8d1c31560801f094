"""Who comes first: of many agents one gets a conversation, and of an agent and the end of the wait time one counts."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest

from contracts.conversation import Assigned, BotPosted, ConversationEvent, ConversationStarted, WaitExpired
from contracts.playbook import OfflineFlowStarted
from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.clients import Agent, Answer
from services.cli.demo.reckoning import History
from services.cli.demo.screens import Screen
from tests.e2e.company import Chat, Company, at
from tests.e2e.system import System
from tests.proof import count

AGENTS = 50
TAKES_AT_ONCE = 3
JITTER_S = 0.05
WAVE_MIN, WAVE_MAX = 5, 25
MORE_RACES_MAX = 50

Outcome = Answer | dict[str, object]


@pytest.mark.real
async def test_of_fifty_agents_who_take_one_conversation_exactly_one_gets_it(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        agents = [company.ana, company.ben, *await company.hire(AGENTS - 2)]
        warm_up = await company.chat()
        for agent in agents:
            await _known_to_be_online(company, agent, warm_up)

        winners = {}
        for _ in range(count(20)):
            chat = await company.chat()
            winners[chat.conversation_id] = _the_one(agents, await _take_at_once(agents, chat))

        history = await company.at_rest()
        for conversation_id, winner in winners.items():
            (assigned,) = [e for e in _events(history, conversation_id) if isinstance(e, Assigned)]
            assert assigned.agent_id == winner.agent_id


async def _known_to_be_online(company: Company, agent: Agent, chat: Chat) -> None:
    """The conversation service has heard of the agent's switch: a take is refused for another reason, or none."""
    try:
        await company.take(agent, chat)
    except Answer as answer:
        if answer.code != "already_assigned":
            raise


async def _take_at_once(agents: Sequence[Agent], chat: Chat) -> list[Outcome]:
    go = asyncio.Event()

    async def take(agent: Agent) -> Outcome:
        await go.wait()
        return await _taken(agent, chat)

    takes = [asyncio.create_task(take(agent)) for agent in agents]
    go.set()
    return await asyncio.gather(*takes)


async def _taken(agent: Agent, chat: Chat) -> Outcome:
    try:
        accepted: dict[str, object] = await agent.post(f"{chat.path}/take")
    except Answer as answer:
        return answer
    return accepted


def _the_one(agents: Sequence[Agent], outcomes: Sequence[Outcome]) -> Agent:
    """Whose take was accepted; all the others were told by whom they were beaten."""
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    (winner,) = [
        agent for agent, outcome in zip(agents, outcomes, strict=True) if not isinstance(outcome, Answer)
    ]
    assert len(refusals) == len(agents) - 1
    assert {(refusal.status, refusal.code) for refusal in refusals} == {(409, "already_assigned")}
    assert {refusal.problem["holder_id"] for refusal in refusals} == {winner.agent_id}
    assert all(refusal.problem["holder_name"] in refusal.problem["detail"] for refusal in refusals)
    return winner


@dataclass
class Races:
    """Races between takes and the end of the wait time, each of them over: its chat and whose take was accepted."""

    company: Company
    agents: Sequence[Agent]
    outcomes: list[tuple[Chat, Agent]] = field(default_factory=list)
    aim_s: float = 0.0
    """Where to aim, from the end of the wait."""

    @property
    def late(self) -> list[Chat]:
        """The chats whose visitors saw the wait end."""
        return [chat for chat, _ in self.outcomes if chat.panel.of(chat.stream, "wait_expired")]

    @property
    def undecided(self) -> bool:
        """Whether only one side has ever won, so that nothing says that the other one can."""
        return len(self.late) in (0, len(self.outcomes))

    async def wave(self, size: int) -> None:
        """So many visitors come one after the other; at the end of each one's wait several agents take the chat."""
        running = []
        for number in range(size):
            chat = await self.company.chat(self.company.short)
            spread_s = JITTER_S * (2 * number / (size - 1) - 1)
            running.append((chat, asyncio.create_task(self._race(chat, self.aim_s + spread_s))))
        over = [(chat, await race) for chat, race in running]
        for chat, _ in over:
            for stream, type_ in ((chat.stream, "assigned"), (chat.visit, "visit_taken_over")):
                told = partial(Screen.of, stream=stream, type_=type_)
                await chat.panel.until(told, PATIENCE_S, f"{type_} in {stream}")
        self.outcomes += over
        if self.undecided:  # On a busy machine every shot may fall on the same side.
            self.aim_s -= JITTER_S if self.late else -JITTER_S

    async def _race(self, chat: Chat, aim_s: float) -> Agent:
        """Takes around the end of the wait, from several tasks, none of them at quite the same moment."""
        (started,) = chat.panel.of(chat.stream, "conversation_started")
        left_s = (datetime.fromisoformat(started["answer_by"]) - datetime.now(UTC)).total_seconds()
        aimed_at_s = asyncio.get_running_loop().time() + left_s + aim_s

        async def shot(agent: Agent) -> Outcome:
            await at(aimed_at_s + random.uniform(-JITTER_S, JITTER_S) / 2)
            return await _taken(agent, chat)

        return _the_one(self.agents, await asyncio.gather(*(shot(agent) for agent in self.agents)))


@pytest.mark.real
async def test_of_a_take_and_the_end_of_the_wait_exactly_one_comes_first(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        races = Races(company, [company.ana, company.ben, *await company.hire(TAKES_AT_ONCE - 2)])
        warm_up = await company.chat()
        for agent in races.agents:
            await _known_to_be_online(company, agent, warm_up)

        wanted = count(200)
        while (left := wanted - len(races.outcomes)) > 0 or races.undecided:
            assert len(races.outcomes) < wanted + MORE_RACES_MAX, "one side always wins: this is no race"
            await races.wave(min(max(left, WAVE_MIN), WAVE_MAX))

        company.told.missed += [chat.conversation_id for chat in races.late]
        history = await company.at_rest(but=("leads of offline flows",))
        margins_ms: dict[bool, list[float]] = {True: [], False: []}
        for chat, winner in races.outcomes:
            late, margin_ms = _judged(history, chat, winner)
            margins_ms[late].append(abs(margin_ms))
    for late, found in margins_ms.items():
        print(
            f"{'late' if late else 'in time'}: {len(found)} of {wanted}, the closest by {min(found):.0f} ms"
        )


def _events(history: History, conversation_id: str) -> list[ConversationEvent]:
    events = [recorded.event for recorded in history.streams[f"conversation-{conversation_id}"]]
    return [event for event in events if isinstance(event, ConversationEvent)]


def _judged(history: History, chat: Chat, winner: Agent) -> tuple[bool, float]:
    """Whether the take came after the end of the wait, and how many milliseconds after it.

    Raises AssertionError where the stream, or the visitor's screen, has it both ways.
    """
    events = _events(history, chat.conversation_id)
    (started,) = [event for event in events if isinstance(event, ConversationStarted)]
    match decisive := [event for event in events if isinstance(event, Assigned | WaitExpired)]:
        case [Assigned(late=False) as assigned]:
            end = started.answer_by
        case [WaitExpired(at=end), Assigned(late=True) as assigned]:
            pass
        case _:
            raise AssertionError(f"{chat.stream}: {decisive}")
    assert assigned.agent_id == winner.agent_id
    offline = [e for e in events if isinstance(e, BotPosted) and e.text == started.offline_message]
    assert len(offline) == len(decisive) - 1
    assert not [e for e in events[events.index(assigned) :] if isinstance(e, BotPosted)]
    flows = [r for r in history.streams[chat.visit] if isinstance(r.event, OfflineFlowStarted)]
    assert len(flows) == len(offline)
    shown = [event["type"] for event in chat.panel.events[chat.stream]]
    assert shown == [recorded.type for recorded in history.streams[chat.stream]]
    return assigned.late, (assigned.at - end).total_seconds() * 1_000
