"""Which playbook a visit gets by the page that it comes from: set by editors, decided when a visit begins."""

from collections.abc import Iterator, Sequence

from contracts.installed import PageRulesSet
from contracts.page_rules import PageRule
from services.chassis.decider import Refused
from services.playbook.commands.playbook import SetPageRules
from services.playbook.decider.conditions import holds_at
from services.playbook.decider.pages import Place
from services.playbook.decider.playbook_state import Playbook

ITSELF = "it has the snippet itself"


def set_page_rules(c: SetPageRules, playbook: Playbook) -> Sequence[PageRulesSet]:
    """Other rules, each of which names another playbook that can take visits one day."""
    if c.rules == playbook.rules:
        return []
    unfit = {**c.unfit, playbook.playbook_id: ITSELF}
    wrong = [
        (rule, unfit[one.playbook_id]) for rule, one in enumerate(c.rules, 1) if one.playbook_id in unfit
    ]
    if wrong:
        told = "; ".join(f"rule {rule}: {why}" for rule, why in wrong)
        errors = [{"rule": rule, "detail": why} for rule, why in wrong]
        raise Refused("rule_leads_nowhere", f"No visit can get this playbook: {told}.", errors=errors)
    return [PageRulesSet(at=c.at, playbook_id=playbook.playbook_id, rules=c.rules, by=c.by)]


def that_hold(rules: Sequence[PageRule], there: Place) -> Iterator[tuple[int, str]]:
    """The rules that hold there, each by its number and the playbook to which it leads; the first one counts whose
    playbook takes visits."""
    for number, rule in enumerate(rules, 1):
        if all(holds_at(condition, there) for condition in rule.when):
            yield number, rule.playbook_id
