"""Changes of a playbook's draft. A draft may be unfinished, but every card that it names is there.

Whatever was changed, the event carries the whole flow: its readers need to know no edits.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, assert_never

from contracts.flow import (
    CARDS_MAX,
    CHOICES_MAX,
    Card,
    Choice,
    Flow,
    LiveChatCard,
    QuestionCard,
    following,
)
from contracts.installed import BehaviourChanged
from contracts.playbook import FlowEdited, LookChanged, PlaybookServiceEvent
from services.chassis.decider import NotFound, Refused
from services.playbook.commands.playbook import (
    AddLiveChatCard,
    DeleteCard,
    DraftCommand,
    EditFlow,
    LabelPath,
    OrderPaths,
    PutCard,
    RedoEdit,
    ReplaceDraft,
    RestoreVersion,
    SetLiveChat,
    SetStart,
    UndoEdit,
)
from services.playbook.decider.playbook_state import Playbook
from services.playbook.template import path_to_a_person


class Stale(Refused):
    """The edit was made on a playbook that somebody has changed since."""

    status = 412

    def __init__(self, version: int) -> None:
        super().__init__(
            "playbook_changed", "Somebody has changed the playbook: read it again.", version=version
        )


def edit(c: DraftCommand, playbook: Playbook) -> Sequence[PlaybookServiceEvent]:
    """The draft after the change; nothing where it is as wanted already, whoever made it so."""
    flow = _changed(c, playbook)
    way: Literal["edit", "undo", "redo"] = (
        "undo" if isinstance(c, UndoEdit) else "redo" if isinstance(c, RedoEdit) else "edit"
    )
    made: Any = {"at": c.at, "playbook_id": playbook.playbook_id, "by": c.by}
    events: list[PlaybookServiceEvent] = []
    if flow != playbook.draft:
        restored = c.published if isinstance(c, RestoreVersion) else None
        events.append(FlowEdited(**made, flow=flow, way=way, restored=restored))
    if isinstance(c, ReplaceDraft) and c.document.look != playbook.look:
        look = c.document.look.model_dump()
        events.append(LookChanged(**made, **look))
    if isinstance(c, ReplaceDraft) and c.document.privacy and playbook.behaviour.privacy is None:
        # It counts at once for all who come, published or not: what they are asked already, no file changes.
        behaviour = playbook.behaviour.model_copy(update={"privacy": c.document.privacy})
        events.append(BehaviourChanged(**made, behaviour=behaviour))
    return events


def _changed(c: DraftCommand, playbook: Playbook) -> Flow:
    flow = playbook.draft
    match c:
        case EditFlow():
            return c.flow
        case ReplaceDraft():
            return c.document.flow
        case RestoreVersion():
            return c.flow
        case AddLiveChatCard():
            return _with_live_chat(c, playbook)
        case PutCard():
            return _with(flow, {c.card_id: c.card})
        case DeleteCard():
            return _without(c.card_id, flow)
        case SetStart():
            if c.card_id not in flow.cards:
                raise NotFound("card")
            return Flow(start=c.card_id, cards=flow.cards)
        case LabelPath():
            return _labelled(c, flow)
        case OrderPaths():
            return _ordered(c, flow)
        case UndoEdit():
            return _put_back(c, playbook, playbook.undo)
        case RedoEdit():
            return _put_back(c, playbook, playbook.redo)
        case SetLiveChat():
            return _with(flow, {c.live_chat_id: _told(c, flow)})
        case _:
            assert_never(c)


def _put_back(c: UndoEdit | RedoEdit, playbook: Playbook, kept: Sequence[int]) -> Flow:
    """The draft where it is as it was already: a repeat finds it so."""
    if c.flow is None or c.of is None:
        if isinstance(c, UndoEdit):
            raise Refused("nothing_to_undo", "There is no edit to undo.")
        raise Refused("nothing_to_redo", "There is no edit to redo.")
    if c.flow != playbook.draft and c.of not in kept[-1:]:
        raise Stale(playbook.version)
    return c.flow


def _with(flow: Flow, new: Mapping[str, Card]) -> Flow:
    cards = {**flow.cards, **new}
    if len(cards) > CARDS_MAX:
        raise Refused("too_many_cards", f"A playbook has at most {CARDS_MAX} cards.")
    missing = sorted({id_ for card in new.values() for id_ in following(card)} - cards.keys())
    if missing:
        raise Refused("no_such_card", f"These cards are not there: {', '.join(missing)}.", cards=missing)
    return Flow(start=flow.start, cards=cards)


def _without(card_id: str, flow: Flow) -> Flow:
    if card_id not in flow.cards:
        return flow
    by = sorted(id_ for id_, card in flow.cards.items() if id_ != card_id and card_id in following(card))
    if by or card_id == flow.start:
        told = f"led to by {', '.join(by)}" if by else "where every visit begins"
        raise Refused("card_in_use", f"The card is {told}: lead elsewhere first.", cards=by)
    return Flow(start=flow.start, cards={id_: card for id_, card in flow.cards.items() if id_ != card_id})


def _question(card_id: str, flow: Flow) -> QuestionCard:
    card = flow.cards.get(card_id)
    if not isinstance(card, QuestionCard):
        raise NotFound("question")
    return card


def _offering(card_id: str, choices: Sequence[Choice], flow: Flow) -> Flow:
    question = _question(card_id, flow).model_copy(update={"choices": tuple(choices)})
    return _with(flow, {card_id: question})


def _labelled(c: LabelPath, flow: Flow) -> Flow:
    choices = _question(c.question_id, flow).choices
    if all(choice.choice_id != c.choice_id for choice in choices):
        raise NotFound("choice")
    label = {"label": c.label}
    named = [
        choice.model_copy(update=label) if choice.choice_id == c.choice_id else choice for choice in choices
    ]
    return _offering(c.question_id, named, flow)


def _ordered(c: OrderPaths, flow: Flow) -> Flow:
    choices = {choice.choice_id: choice for choice in _question(c.question_id, flow).choices}
    if sorted(c.choice_ids) != sorted(choices):
        there = list(choices)
        raise Refused("not_the_choices", "Name each choice of the question once.", choices=there)
    return _offering(c.question_id, [choices[id_] for id_ in c.choice_ids], flow)


def _told(c: SetLiveChat, flow: Flow) -> LiveChatCard:
    card = flow.cards.get(c.live_chat_id)
    if not isinstance(card, LiveChatCard):
        raise NotFound("Live Chat card")
    new = {
        "online_message": c.online_message,
        "wait_time_s": c.wait_time_s,
        "offline_message": c.offline_message,
        "show_queue_position": c.show_queue_position,
    }
    told = {name: value for name, value in new.items() if value is not None}
    plain = {body: () for body, text in LiveChatCard.texts.items() if text in told}
    return card.model_copy(update={**told, **plain})


def _with_live_chat(c: AddLiveChatCard, playbook: Playbook) -> Flow:
    flow, first = playbook.draft, f"live_chat{c.suffix}"
    if first in flow.cards:
        return flow  # A repeat: the suffix was made for this command alone.
    choices = _question(c.question_id, flow).choices
    if len(choices) >= CHOICES_MAX:
        raise Refused("too_many_choices", f"A question offers at most {CHOICES_MAX} choices.")
    cards = path_to_a_person(
        playbook.look.language,
        c.wait_time_s,
        suffix=c.suffix,
        online_message=c.online_message,
        offline_message=c.offline_message,
    )
    path = Choice(choice_id=f"chat{c.suffix}", label=c.label, next=first)
    return _offering(c.question_id, [*choices, path], _with(flow, cards))
