"""R2: a playbook has its own colours, icon, bot name and language, and its visitors see them."""

import pytest

from tests.e2e.editing import Owner

pytestmark = pytest.mark.real

LOOK = {
    "bot_name": "Bia",
    "colour": "#0a7d33",
    "text_colour": "#fffffe",
    "icon": "star",
    "position": "left",
    "greeting": "Oi!",
    "language": "pt-BR",
}


def test_a_look_is_shown_to_visitors_at_once_and_to_no_other_playbooks(owner: Owner) -> None:
    changed, other = owner.create(), owner.create()
    for playbook_id in (changed, other):
        owner.publish(playbook_id)
    visit, neighbour = owner.visit(changed), owner.visit(other)
    before = neighbour.get("/look")

    owner.post(f"playbooks/{changed}/look", {"look": LOOK})

    assert visit.get("/look") == LOOK
    assert neighbour.get("/look") == before != LOOK
    assert owner.get(f"playbooks/{changed}")["look"] == LOOK


def test_a_playbook_that_is_made_in_a_language_speaks_it(owner: Owner) -> None:
    playbook_id = owner.create(language="pt-BR")
    owner.publish(playbook_id)

    visit = owner.visit(playbook_id)

    assert visit.get("/look")["language"] == "pt-BR"
    assert visit.said() == ["Olá! Como podemos ajudar?"]
    assert visit.labels() == ["Falar com a gente", "Só estou olhando"]


@pytest.mark.parametrize(
    "wrong",
    [{"colour": "red"}, {"icon": "skull"}, {"language": "xx"}, {"bot_name": ""}, {"font": "x"}],
    ids=str,
)
def test_a_look_that_is_none_is_refused_and_changes_nothing(owner: Owner, wrong: dict[str, str]) -> None:
    playbook_id = owner.create()
    before = owner.get(f"playbooks/{playbook_id}")

    refused = owner.post(f"playbooks/{playbook_id}/look", {"look": {**LOOK, **wrong}}, 422)

    assert refused["code"] == "invalid"
    assert owner.get(f"playbooks/{playbook_id}") == before
