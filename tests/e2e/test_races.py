"""Who comes first: of many agents one gets a conversation, and of an agent and the end of the wait time one counts."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from contracts.conversation import Assigned, BotPosted, ConversationEvent, ConversationStarted, WaitExpired
from services.cli.demo.clients import Agent, Answer
from services.cli.demo.reckoning import History
from tests.e2e.company import Chat, Company, at
from tests.e2e.system import System
from tests.proof import count

AGENTS = 50
TAKES_AT_ONCE = 3
JITTER_S = 0.05
WAVE_MAX = 25
MORE_WAVES_MAX = 8

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
        assert answer.code == "already_assigned", answer


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
class Tally:
    """How the races between a take and the end of the wait ended."""

    in_time: int = 0
    late: int = 0

    @property
    def aim_s(self) -> float:
        """Where to aim, from the end of the wait: away from the side on which all the shots have fallen so far."""
        if self.in_time and self.late:
            return 0.0
        return -JITTER_S if self.late else JITTER_S if self.in_time else 0.0


@pytest.mark.real
async def test_of_a_take_and_the_end_of_the_wait_exactly_one_comes_first(system: System) -> None:
    wanted, tally, waves = count(200), Tally(), 0
    async with Company(system) as company:
        await company.open()
        agents = [company.ana, company.ben, *await company.hire(TAKES_AT_ONCE - 2)]
        warm_up = await company.chat()
        for agent in agents:
            await _known_to_be_online(company, agent, warm_up)

        while tally.in_time + tally.late < wanted or not (tally.in_time and tally.late):
            left, waves = wanted - tally.in_time - tally.late, waves + 1
            assert left > 0 or waves <= wanted // WAVE_MAX + MORE_WAVES_MAX, f"no race: {tally}"
            await _wave(company, agents, min(max(left, 5), WAVE_MAX), tally)

    print(f"taken in time {tally.in_time}, after the end {tally.late}, in {waves} waves")


async def _wave(company: Company, agents: Sequence[Agent], size: int, tally: Tally) -> None:
    """So many visitors come one after the other; at the end of each one's wait several agents take the chat."""
    races = []
    for number in range(size):
        chat = await company.chat(company.short)
        spread_s = JITTER_S * (2 * number / (size - 1) - 1)
        races.append((chat, asyncio.create_task(_race(agents, chat, tally.aim_s + spread_s))))
    outcomes = [(chat, await race) for chat, race in races]
    for chat, _ in outcomes:
        await chat.panel.until(
            lambda s, c=chat: s.of(c.visit, "visit_taken_over"), what="the bot's step back"
        )
    company.told.missed = [c.conversation_id for c, _ in outcomes if c.panel.of(c.stream, "wait_expired")] + [
        id_ for id_ in company.told.missed if id_ not in {chat.conversation_id for chat, _ in outcomes}
    ]
    history = await company.at_rest(but=("leads of offline flows",))
    for chat, winner in outcomes:
        if _judged(history, chat, winner):
            tally.in_time += 1
        else:
            tally.late += 1


async def _race(agents: Sequence[Agent], chat: Chat, aim_s: float) -> Agent:
    """Takes around the end of the wait, from several tasks, none of them at quite the same moment."""
    (started,) = chat.panel.of(chat.stream, "conversation_started")
    left_s = (datetime.fromisoformat(started["answer_by"]) - datetime.now(UTC)).total_seconds()
    ends_at_s = asyncio.get_running_loop().time() + left_s

    async def shot(agent: Agent) -> Outcome:
        await at(ends_at_s + aim_s + random.uniform(-JITTER_S, JITTER_S) / 2)
        return await _taken(agent, chat)

    return _the_one(agents, await asyncio.gather(*(shot(agent) for agent in agents)))


def _events(history: History, conversation_id: str) -> list[ConversationEvent]:
    events = [recorded.event for recorded in history.streams[f"conversation-{conversation_id}"]]
    return [event for event in events if isinstance(event, ConversationEvent)]


def _judged(history: History, chat: Chat, winner: Agent) -> bool:
    """Whether the take came first. Raises AssertionError where the stream, or the visitor's screen, tells of both."""
    events = _events(history, chat.conversation_id)
    decisive = [event for event in events if isinstance(event, Assigned | WaitExpired)]
    (started,) = [event for event in events if isinstance(event, ConversationStarted)]
    match decisive:
        case [Assigned(late=False, agent_id=agent_id)]:
            in_time = True
        case [WaitExpired(), Assigned(late=True, agent_id=agent_id)]:
            in_time = False
        case _:
            raise AssertionError(f"{chat.stream}: {decisive}")
    assert agent_id == winner.agent_id
    offline = [e for e in events if isinstance(e, BotPosted) and e.text == started.offline_message]
    assert len(offline) == (0 if in_time else 1)
    assert not [e for e in events[events.index(decisive[-1]) :] if isinstance(e, BotPosted)]
    flows = [r for r in history.streams[chat.visit] if r.type == "playbook.offline_flow_started.v1"]
    assert len(flows) == len(offline)
    shown = [event["type"] for event in chat.panel.events[chat.stream]]
    assert shown == [recorded.type for recorded in history.streams[chat.stream]]
    return in_time
