"""What was settled of a playbook's snippet: which playbook its visits get, and how its widget behaves."""

from pydantic import Field

from contracts.behaviour import Behaviour
from contracts.ids import AgentId, PlaybookId
from contracts.page_rules import PAGE_RULES_MAX, PageRule
from contracts.playbook import PlaybookServiceEvent


class PageRulesSet(PlaybookServiceEvent):
    """The list of rules was replaced by which visits of this playbook's snippet get another playbook; the first of
    which all holds counts."""

    playbook_id: PlaybookId
    rules: tuple[PageRule, ...] = Field(max_length=PAGE_RULES_MAX)
    by: AgentId


class BehaviourChanged(PlaybookServiceEvent):
    """Another behaviour of the playbook's widget was settled, whole."""

    playbook_id: PlaybookId
    behaviour: Behaviour
    by: AgentId
