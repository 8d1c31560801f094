"""Walks as the services walk them: what each flow says to each answer, for whoever walks flows elsewhere.

The preview of drafts is such a walk: it reads this file and has to come to the same. `python -m tests.golden_walks`
writes it anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from random import Random
from typing import Any

from contracts.consent import ConsentGiven
from contracts.deciding import AgentSeen
from contracts.envelope import Event
from contracts.flow import Case, ConditionCard, Flow, QuestionCard
from contracts.hours import HoursSeen
from contracts.playbook import (
    AnswerGiven,
    Captured,
    CardShown,
    DetailCaptured,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    VisitEnded,
)
from contracts.privacy import Privacy
from services.chassis.decider import Refused
from services.playbook.cards import valid_detail
from services.playbook.commands.visit import (
    DeclineLiveChat,
    ExpireWait,
    Facts,
    GiveAnswer,
    GiveConsent,
    GiveDetail,
    Offer,
    OpenLiveChat,
    StartVisit,
    VisitCommand,
)
from services.playbook.decider.conditions import decided
from services.playbook.decider.visit import DECIDER
from services.playbook.decider.visit_state import Visit
from tests.golden_details import DETAILS, FORMS
from tests.golden_flows import (
    CONDITIONS,
    CONSENTING,
    FACTS,
    SAID,
    SHOP,
    USUAL,
    WALKS,
    Around,
    Input,
    drawn_flow,
)
from tests.unit.playbook.examples import AGENT, AT, PLAYBOOK, VISIT, VISITOR

DOCUMENT = Path(__file__).parent / "golden" / "walks.json"
SEED, DRAWN, STEPS = 7, 24, 8
SEEN: Mapping[type[Event], Sequence[str]] = {
    CardShown: ("card_id", "kind", "arrival", "text", "options", "field", "detail_type"),
    AnswerGiven: ("card_id", "arrival", "choice_id", "label"),
    DetailCaptured: ("card_id", "arrival", "field", "value"),
    ConsentGiven: (),
    LiveChatRequested: ("card_id", "online_message", "offline_message"),
    LiveChatStarted: (),
    OfflineFlowStarted: ("card_id", "reason"),
    VisitEnded: ("reason",),
}
"""The events in which visitors see a walk, and what of each."""


def facts_of(around: Around) -> Facts:
    """The same, as commands bring it."""
    online = (AgentSeen(agent_id=AGENT, version=1),) if around["online"] else ()
    hours = HoursSeen(open=around["open"], revision=1)
    return Facts(hours=hours, online=online, returning=around["returning"], opens=around["opens"])


class Walk:
    """One visit in one flow. Somebody is online or not; nobody ever comes."""

    def __init__(self, flow: Flow, around: Around, privacy: Privacy | None = None) -> None:
        self.flow, self._around, self._state = flow, around, DECIDER.initial
        self._facts = facts_of(around)
        self.seen = list[dict[str, Any]]()
        self._do(
            StartVisit(
                visit_id=VISIT,
                visitor_id=VISITOR,
                playbook_id=PLAYBOOK,
                offer=Offer(1, flow, privacy=privacy),
                pages=(around["page"],),
                locale=around["locale"],
                at=AT,
                facts=self._facts,
            )
        )

    @property
    def visit(self) -> Visit:
        """As it is now."""
        assert isinstance(self._state, Visit)
        return self._state

    def take(self, given: Input) -> dict[str, Any]:
        """What the visitor sees after an input, or why it is refused."""
        self.seen = []
        try:
            self._do(self._command(given))
        except Refused as refused:
            return {"input": given, "refused": refused.code, "retry": refused.facts.get("retry_text")}
        return {"input": given, "seen": self.seen}

    def _command(self, given: Input) -> VisitCommand:
        around: Any = {"flow": self.flow, "at": AT, "facts": self._facts}
        match given:
            case ["answer", card_id, choice_id]:
                return GiveAnswer(card_id=card_id, choice_id=choice_id, **around)
            case ["detail", card_id, value]:
                return GiveDetail(card_id=card_id, value=value, **around)
            case ["agree"]:
                return GiveConsent(at=AT)
            case _:
                asked = self.visit.live_chat
                return ExpireWait(request_id=asked.request_id if asked else "", **around)

    def _do(self, command: VisitCommand) -> None:
        events = list(DECIDER.decide(command, self._state))
        self._state = reduce(DECIDER.evolve, events, self._state)
        self.seen += filter(None, map(_seen, events))
        asked = self.visit.live_chat
        if asked is None or asked.phase != "asked":
            return
        if self._around["online"]:
            self._do(OpenLiveChat(request_id=asked.request_id, at=AT))
        else:
            around: Any = {"flow": self.flow, "at": AT, "facts": self._facts}
            self._do(DeclineLiveChat(request_id=asked.request_id, too_old=False, **around))


def _seen(event: Event) -> dict[str, Any]:
    names = SEEN.get(type(event))
    if names is None:
        return {}
    told = event.model_dump(mode="json")
    body = {"body": told["body"]} if told.get("body") else {}
    return {"type": event.TYPE} | {name: told[name] for name in names} | body


def _walk(
    name: str, flow: Flow, around: Around, inputs: list[Input], privacy: Privacy | None = None
) -> dict[str, Any]:
    walk = Walk(flow, around, privacy)
    told: dict[str, Any] = {"name": name, "facts": around, "flow": flow.model_dump(mode="json")}
    told |= {"begins": walk.seen, "privacy": privacy and privacy.model_dump(mode="json")}
    return told | {"steps": [walk.take(given) for given in inputs]}


def _drawn(number: int) -> dict[str, Any]:
    chance = Random(f"{SEED}/{number}")
    flow, around = drawn_flow(chance), chance.choice(FACTS)
    walk = Walk(flow, around)
    told: dict[str, Any] = {"name": f"drawn {number}", "facts": around, "begins": walk.seen}
    told |= {"flow": flow.model_dump(mode="json"), "privacy": None}
    return told | {"steps": [walk.take(_likely(walk, chance)) for _ in range(STEPS)]}


def _likely(walk: Walk, chance: Random) -> Input:
    """What a visitor may do now; mostly something that fits."""
    waiting = walk.visit.waiting
    if waiting is None:
        return ["expire"]
    card = walk.flow.cards[waiting.card_id]
    if isinstance(card, QuestionCard):
        return ["answer", waiting.card_id, chance.choice([one.choice_id for one in card.choices])]
    fitting = [value for value in DETAILS if valid_detail(card, value)]  # type: ignore[arg-type]
    return ["detail", waiting.card_id, chance.choice([*fitting, *fitting, "?"])]


def _details() -> Iterator[dict[str, Any]]:
    for card in FORMS:
        kept = {value: valid_detail(card, value) for value in DETAILS}
        yield {"card": card.model_dump(mode="json"), "kept": list(kept.items())}


def _conditions() -> Iterator[dict[str, Any]]:
    for condition in CONDITIONS:
        card = ConditionCard(cases=(Case(when=(condition,), next="yes"),), otherwise="no")
        tried = (
            [(USUAL, said) for said in SAID] if condition.of == "captured" else [(it, None) for it in FACTS]
        )
        holds = [_holds(card, around, said) for around, said in tried]
        tries = [[around, said, held] for (around, said), held in zip(tried, holds, strict=True)]
        yield {"condition": condition.model_dump(mode="json"), "tries": tries}


def _holds(card: ConditionCard, around: Around, said: str | None) -> bool:
    captured = () if said is None else (Captured(field="said", value=said),)
    visit = Walk(
        Flow.model_validate({"start": "end", "cards": {"end": {"kind": "end", "text": "Bye."}}}), around
    ).visit
    return decided(card, visit.model_copy(update={"captured": captured}), facts_of(around))[0] == 1


def written() -> str:
    """The document as of today: a line for each walk, card and condition."""
    parts = {
        "walks": [
            *(_walk(*one) for one in WALKS),
            *(_walk(name, SHOP, USUAL, inputs, privacy) for name, privacy, inputs in CONSENTING),
            *map(_drawn, range(DRAWN)),
        ],
        "details": [*_details()],
        "conditions": [*_conditions()],
    }
    told = ",\n".join(
        f'"{name}": [\n' + ",\n".join(json.dumps(one, separators=(",", ":")) for one in lines) + "\n]"
        for name, lines in parts.items()
    )
    return "{\n" + told + "\n}\n"


if __name__ == "__main__":
    DOCUMENT.write_text(written())
