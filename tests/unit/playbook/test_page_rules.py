"""Page rules: set by editors, and which playbook a visit gets by them."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from contracts.conditions import LocaleIs, PageIs, UtmIs
from contracts.ids import derived_id
from contracts.installed import PageRulesSet
from contracts.page_rules import ChosenBy, PageCondition, PageRule
from contracts.playbook import VisitStarted
from services.chassis.decider import Refused
from services.chassis.tokens import Caller
from services.playbook.commands.playbook import SetPageRules
from services.playbook.decider.page_rules import that_hold
from services.playbook.decider.pages import place_of
from services.playbook.decider.playbook import DECIDER
from services.playbook.service import SERVICE
from tests.spec import given
from tests.unit.playbook.examples import AGENT, AT, PLAYBOOK, VISITOR, created
from tests.unit.playbook.test_api import EDITOR, code
from tests.unit.playbook.test_playbook_decider import archived
from tests.unit.playbook.world import WORKSPACE, World

OTHER, THIRD = derived_id("other playbook"), derived_id("third playbook")
PRICES = PageIs(compare="contains", value="/prices")
FROM_MAIL = UtmIs(parameter="source", compare="is", value="mail")
PORTUGUESE = LocaleIs(locales=("pt",))
NONE: Mapping[str, str] = {}
PAGES = ("https://www.example.com/?utm_source=mail", "https://www.example.com/prices")


def rule(*when: PageCondition, to: str = OTHER) -> PageRule:
    return PageRule(when=when, playbook_id=to)


def set_rules(*rules: PageRule, unfit: Mapping[str, str] = NONE) -> SetPageRules:
    return SetPageRules(rules=rules, unfit=unfit, by=AGENT, at=AT)


def rules_set(*rules: PageRule) -> PageRulesSet:
    return PageRulesSet(at=AT, playbook_id=PLAYBOOK, rules=rules, by=AGENT)


def numbers(rules: list[PageRule], pages: tuple[str, ...] = PAGES, locale: str = "pt-BR") -> list[int]:
    return [number for number, _ in that_hold(rules, place_of(pages, locale))]


def test_rules_are_replaced_and_the_same_rules_are_no_change() -> None:
    rules = rule(PRICES), rule(FROM_MAIL, to=THIRD)

    assert given(DECIDER, created).when(set_rules(*rules)) == [rules_set(*rules)]
    assert given(DECIDER, created, rules_set(*rules)).when(set_rules(*rules)) == []
    assert given(DECIDER, created, rules_set(*rules)).when(set_rules()) == [rules_set()]


def test_every_rule_that_leads_nowhere_is_told() -> None:
    rules = rule(PRICES), rule(PRICES, to=THIRD), rule(PRICES, to=PLAYBOOK)

    with pytest.raises(Refused) as refused:
        given(DECIDER, created).when(set_rules(*rules, unfit={OTHER: "it was archived"}))

    assert refused.value.code == "rule_leads_nowhere"
    errors: Any = refused.value.facts["errors"]
    assert [error["rule"] for error in errors] == [1, 3]


def test_an_archived_playbooks_rules_do_not_change() -> None:
    with pytest.raises(Refused, match="archived"):
        given(DECIDER, created, archived).when(set_rules(rule(PRICES)))


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ((PRICES,), True),
        ((FROM_MAIL,), True),
        ((PORTUGUESE,), True),
        ((PRICES, FROM_MAIL, PORTUGUESE), True),
        ((PRICES, LocaleIs(locales=("en",))), False),
        ((PageIs(compare="is", value=PAGES[0]),), False),
    ],
)
def test_a_rule_holds_where_all_of_its_conditions_do(when: tuple[PageCondition, ...], holds: bool) -> None:
    assert numbers([rule(*when)]) == ([1] if holds else [])


def test_who_tells_no_page_is_on_none() -> None:
    assert numbers([rule(PRICES), rule(FROM_MAIL), rule(PORTUGUESE)], pages=()) == [3]


CONDITIONS: st.SearchStrategy[PageCondition] = st.sampled_from((PRICES, FROM_MAIL, PORTUGUESE))
RULES = st.lists(st.lists(CONDITIONS, min_size=1, max_size=5).map(lambda when: rule(*when)), max_size=20)


@generated(RULES, st.lists(st.sampled_from(PAGES), max_size=3), st.sampled_from(("pt-BR", "en")))
def test_more_conditions_never_make_a_rule_hold_and_the_order_of_rules_is_kept(
    rules: list[PageRule], pages: list[str], locale: str
) -> None:
    held = numbers(rules, tuple(pages), locale)

    assert held == sorted(held)
    stricter = [PageRule(when=(*one.when[:4], PRICES), playbook_id=one.playbook_id) for one in rules]
    assert set(numbers(stricter, tuple(pages), locale)) <= set(
        numbers(
            [PageRule(when=one.when[:4], playbook_id=one.playbook_id) for one in rules], tuple(pages), locale
        )
    )


class Snippet:
    """A site's snippet of one active playbook, and other playbooks."""

    def __init__(self, world: World, playbook_id: str) -> None:
        self.world, self.playbook_id, self._visits = world, playbook_id, 0

    async def post(self, playbook_id: str, step: str, body: object = None, **more: Any) -> Any:
        return await self.world.ask(EDITOR, "POST", f"/playbooks/{playbook_id}/{step}", body, **more)

    async def lead(self, *rules: PageRule, **more: Any) -> Any:
        told = [one.model_dump(mode="json") for one in rules]
        return await self.post(self.playbook_id, "page-rules", {"rules": told}, **more)

    async def other(self, name: str, *, active: bool = True) -> str:
        playbook_id = await drawn(self.world, name)
        for step in ("publish", "activate") if active else ():
            assert (await self.post(playbook_id, step, {} if step == "publish" else None)).is_success
        return playbook_id

    async def visit(self, *pages: str, locale: str = "en") -> Any:
        self._visits += 1
        visit_id = derived_id("visit", self._visits)
        who = Caller(
            kind="visitor",
            id=VISITOR,
            workspace_id=WORKSPACE,
            visit_id=visit_id,
            playbook_id=self.playbook_id,
        )
        told = await self.world.ask(
            who, "POST", f"/visits/{visit_id}/start", {"pages": list(pages), "locale": locale}
        )
        look = await self.world.ask(who, "GET", f"/visits/{visit_id}/look")
        return told, look.json()

    async def got(self, *pages: str, locale: str = "en") -> VisitStarted:
        told, _ = await self.visit(*pages, locale=locale)
        assert told.is_success, told.text
        return next(it for it in reversed(self.world.events) if isinstance(it, VisitStarted))


async def drawn(world: World, name: str) -> str:
    made = await world.ask(EDITOR, "POST", "/playbooks", {"name": name})
    playbook_id: str = made.json()["ids"]["playbook_id"]
    return playbook_id


@pytest.fixture
async def snippet() -> Snippet:
    world = World(SERVICE)
    made = Snippet(world, await drawn(world, "Home page"))
    for step, body in (("publish", {}), ("activate", None)):
        assert (await made.post(made.playbook_id, step, body)).is_success
    return made


async def test_a_visit_gets_the_playbook_of_the_first_rule_that_holds(snippet: Snippet) -> None:
    prices, mail = await snippet.other("Prices"), await snippet.other("Mail")
    assert (await snippet.lead(rule(PRICES, to=prices), rule(FROM_MAIL, to=mail))).is_success

    got = await snippet.got(*PAGES)
    assert (got.playbook_id, got.chosen) == (prices, ChosenBy(snippet=snippet.playbook_id, rule=1))
    got = await snippet.got(PAGES[0])
    assert (got.playbook_id, got.chosen) == (mail, ChosenBy(snippet=snippet.playbook_id, rule=2))
    got = await snippet.got("https://www.example.com/jobs")
    assert (got.playbook_id, got.chosen) == (snippet.playbook_id, None)


async def test_a_playbook_that_takes_no_visits_is_passed_over(snippet: Snippet) -> None:
    draft, mail = await snippet.other("Draft", active=False), await snippet.other("Mail")
    await snippet.lead(rule(PRICES, to=draft), rule(PRICES, to=mail))

    assert (await snippet.got(*PAGES)).playbook_id == mail
    await snippet.post(mail, "archive")
    assert (await snippet.got(*PAGES)).playbook_id == snippet.playbook_id


async def test_a_snippet_of_a_playbook_that_takes_no_visits_leads_nowhere(snippet: Snippet) -> None:
    await snippet.lead(rule(PRICES, to=await snippet.other("Prices")))
    await snippet.post(snippet.playbook_id, "deactivate")

    told, _ = await snippet.visit(*PAGES)

    assert code(told) == (409, "playbook_not_active")


async def test_a_visit_wears_the_look_of_its_playbook(snippet: Snippet) -> None:
    prices = await snippet.other("Prices")
    await snippet.post(prices, "look", {"look": {"bot_name": "Penny"}})
    await snippet.lead(rule(PRICES, to=prices))

    assert (await snippet.visit(*PAGES))[1]["bot_name"] == "Penny"
    assert (await snippet.visit())[1]["bot_name"] == "Bot"


async def test_rules_that_lead_nowhere_are_refused_and_change_nothing(snippet: Snippet) -> None:
    gone = await snippet.other("Gone")
    await snippet.post(gone, "archive")
    before = len(snippet.world.events)

    for target in (gone, THIRD, snippet.playbook_id):
        assert code(await snippet.lead(rule(PRICES, to=target))) == (409, "rule_leads_nowhere")
    assert len(snippet.world.events) == before


async def test_rules_that_were_set_on_an_older_version_are_refused(snippet: Snippet) -> None:
    prices = await snippet.other("Prices")
    read = await snippet.world.ask(EDITOR, "GET", f"/playbooks/{snippet.playbook_id}")
    etag = read.headers["etag"]

    assert (await snippet.lead(rule(PRICES, to=prices), if_match=etag)).is_success
    assert code(await snippet.lead(if_match=etag)) == (412, "playbook_changed")
    assert (await snippet.got(*PAGES)).playbook_id == prices


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": []},
        {"when": [PRICES.model_dump()] * 6},
        {"when": [{"of": "online"}]},
        {"when": [{"of": "page", "compare": "known", "value": "x"}]},
        {"playbook_id": "x"},
        {"name": "x"},
    ],
)
async def test_a_wrong_rule_is_refused(snippet: Snippet, wrong: dict[str, Any]) -> None:
    good = rule(PRICES).model_dump(mode="json")

    answer = await snippet.post(snippet.playbook_id, "page-rules", {"rules": [{**good, **wrong}]})

    assert code(answer) == (422, "invalid")


async def test_there_is_a_limit_to_rules(snippet: Snippet) -> None:
    prices = await snippet.other("Prices")

    assert (await snippet.lead(*[rule(PRICES, to=prices)] * 20)).is_success
    assert code(await snippet.lead(*[rule(PRICES, to=prices)] * 21)) == (422, "invalid")
