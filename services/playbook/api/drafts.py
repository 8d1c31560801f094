"""A playbook's draft over HTTP, changed card by card or whole.

Whatever was edited can be undone and redone, also by others and on another day: the log holds each draft.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BeforeValidator, Field, TypeAdapter

from contracts.flow import CHOICES_MAX, WAIT_TIME_S_MAX, WAIT_TIME_S_MIN, Card, CardId, Flow, Label, Text
from services.chassis.http import Accepted, Body, EditorAsk, Id
from services.playbook.api.made import MadeOn
from services.playbook.api.playbooks import DocumentBody, carry_out, exact
from services.playbook.commands.playbook import (
    AddLiveChatCard,
    DeleteCard,
    EditFlow,
    LabelPath,
    OrderPaths,
    PutCard,
    RedoEdit,
    ReplaceDraft,
    SetLiveChat,
    SetStart,
    UndoEdit,
)
from services.playbook.queries import draft_before
from services.playbook.template import WAIT_TIME_S

router = APIRouter()

_CARD: TypeAdapter[Card] = TypeAdapter(Card)

WaitTimeS = Annotated[int, Field(ge=WAIT_TIME_S_MIN, le=WAIT_TIME_S_MAX)]
CardPath = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,64}$", description="A card's id.")]
ChoicePath = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,64}$", description="A choice's id.")]


class FlowBody(Body):
    """Another draft."""

    flow: Annotated[Flow, exact(Flow)]


class LiveChatCardBody(Body):
    """A new path to a person: which question offers it, under which label, and what its card says."""

    question_id: CardId
    label: Label
    online_message: Text | None = None
    wait_time_s: WaitTimeS = WAIT_TIME_S
    offline_message: Text | None = None


class CardBody(Body):
    """A card, whole."""

    card: Annotated[Card, BeforeValidator(lambda given: _CARD.validate_python(given, extra="forbid"))]


class StartBody(Body):
    """The card with which visits begin."""

    card_id: CardId


class LabelBody(Body):
    """What a path is called."""

    label: Label


class OrderBody(Body):
    """All choices of a question, in the order in which they are offered."""

    choice_ids: list[CardId] = Field(min_length=1, max_length=CHOICES_MAX)


class LiveChatBody(Body):
    """What changes of a Live Chat card; what is missing stays. `wait_time_s` is in seconds."""

    online_message: Text | None = None
    wait_time_s: WaitTimeS | None = None
    offline_message: Text | None = None
    show_queue_position: bool | None = None


@router.post("/playbooks/{playbook_id}/flow")
async def edit_flow(playbook_id: Id, body: FlowBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Replaces the draft's flow."""
    return await carry_out(ask, playbook_id, EditFlow(flow=body.flow, **made))


@router.post("/playbooks/{playbook_id}/import")
async def replace_draft(playbook_id: Id, body: DocumentBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Replaces the draft's flow, the look and any privacy text by a document's; the playbook keeps its name."""
    return await carry_out(ask, playbook_id, ReplaceDraft(document=body.document, **made))


@router.post("/playbooks/{playbook_id}/live-chat-card")
async def add_live_chat_card(
    playbook_id: Id, body: LiveChatCardBody, ask: EditorAsk, made: MadeOn
) -> Accepted:
    """Adds a path to a person, with an offline flow of its own that can be edited afterwards."""
    suffix = f"_{ask.new_id('path')[:8]}"
    command = AddLiveChatCard(
        question_id=body.question_id,
        label=body.label,
        online_message=body.online_message,
        wait_time_s=body.wait_time_s,
        offline_message=body.offline_message,
        suffix=suffix,
        **made,
    )
    ids = {"card_id": f"live_chat{suffix}", "choice_id": f"chat{suffix}"}
    return await carry_out(ask, playbook_id, command, **ids)


@router.post("/playbooks/{playbook_id}/cards/{card_id}")
async def put_card(
    playbook_id: Id, card_id: CardPath, body: CardBody, ask: EditorAsk, made: MadeOn
) -> Accepted:
    """Adds a card, or puts another in its place; the cards that it leads to must be there."""
    return await carry_out(ask, playbook_id, PutCard(card_id=card_id, card=body.card, **made))


@router.post("/playbooks/{playbook_id}/cards/{card_id}/delete")
async def delete_card(playbook_id: Id, card_id: CardPath, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Takes out a card to which no other one leads."""
    return await carry_out(ask, playbook_id, DeleteCard(card_id=card_id, **made))


@router.post("/playbooks/{playbook_id}/start")
async def set_start(playbook_id: Id, body: StartBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Begins visits with another card."""
    return await carry_out(ask, playbook_id, SetStart(card_id=body.card_id, **made))


@router.post("/playbooks/{playbook_id}/questions/{question_id}/choices/{choice_id}")
async def label_path(
    playbook_id: Id,
    question_id: CardPath,
    choice_id: ChoicePath,
    body: LabelBody,
    ask: EditorAsk,
    made: MadeOn,
) -> Accepted:
    """Gives a path another label on the question that offers it."""
    command = LabelPath(question_id=question_id, choice_id=choice_id, label=body.label, **made)
    return await carry_out(ask, playbook_id, command)


@router.post("/playbooks/{playbook_id}/questions/{question_id}/order")
async def order_paths(
    playbook_id: Id, question_id: CardPath, body: OrderBody, ask: EditorAsk, made: MadeOn
) -> Accepted:
    """Offers a question's choices in another order."""
    command = OrderPaths(question_id=question_id, choice_ids=tuple(body.choice_ids), **made)
    return await carry_out(ask, playbook_id, command)


@router.post("/playbooks/{playbook_id}/live-chat-cards/{live_chat_id}")
async def set_live_chat(
    playbook_id: Id, live_chat_id: CardPath, body: LiveChatBody, ask: EditorAsk, made: MadeOn
) -> Accepted:
    """Changes a Live Chat card's messages and wait time, and whether who waits is told their place in line."""
    command = SetLiveChat(
        live_chat_id=live_chat_id,
        online_message=body.online_message,
        wait_time_s=body.wait_time_s,
        offline_message=body.offline_message,
        show_queue_position=body.show_queue_position,
        **made,
    )
    return await carry_out(ask, playbook_id, command)


@router.post("/playbooks/{playbook_id}/undo")
async def undo_edit(playbook_id: Id, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Puts back the draft as it was before the last edit, whoever made it and when; 100 edits back at most."""
    of, flow = await draft_before(ask.ports, ask.workspace_id, playbook_id, "undo")
    return await carry_out(ask, playbook_id, UndoEdit(of=of, flow=flow, **made))


@router.post("/playbooks/{playbook_id}/redo")
async def redo_edit(playbook_id: Id, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Puts back the draft as it was before it was undone, where nobody has edited it since."""
    of, flow = await draft_before(ask.ports, ask.workspace_id, playbook_id, "redo")
    return await carry_out(ask, playbook_id, RedoEdit(of=of, flow=flow, **made))
