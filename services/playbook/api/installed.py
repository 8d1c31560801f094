"""Playbooks on sites over HTTP: which one the visits of a snippet get, by the page, and how the widget behaves."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from contracts.behaviour import Behaviour
from contracts.page_rules import PAGE_RULES_MAX, PageRule
from services.chassis.http import Accepted, Body, EditorAsk, Id
from services.playbook.api.made import MadeOn
from services.playbook.api.playbooks import carry_out, exact
from services.playbook.commands.playbook import ChangeBehaviour, SetPageRules
from services.playbook.queries import unfit_for_visits

router = APIRouter()


class PageRulesBody(Body):
    """All rules, in their order: visits get the playbook of the first that holds, and the snippet's where none does."""

    rules: list[Annotated[PageRule, exact(PageRule)]] = Field(max_length=PAGE_RULES_MAX)


class BehaviourBody(Body):
    """Another behaviour, whole."""

    behaviour: Annotated[Behaviour, exact(Behaviour)]


@router.post("/playbooks/{playbook_id}/page-rules")
async def set_page_rules(playbook_id: Id, body: PageRulesBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Replaces the rules by which visits of this playbook's snippet get another playbook."""
    named = {rule.playbook_id for rule in body.rules}
    unfit = await unfit_for_visits(ask.ports, ask.workspace_id, named)
    return await carry_out(ask, playbook_id, SetPageRules(rules=tuple(body.rules), unfit=unfit, **made))


@router.post("/playbooks/{playbook_id}/behaviour")
async def change_behaviour(playbook_id: Id, body: BehaviourBody, ask: EditorAsk, made: MadeOn) -> Accepted:
    """Lets the widget behave otherwise, at once: on sites within a minute."""
    return await carry_out(ask, playbook_id, ChangeBehaviour(behaviour=body.behaviour, **made))
