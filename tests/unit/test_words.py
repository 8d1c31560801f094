"""Words as they are looked up: what counts as the same, what is asked for, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import derived_id
from services.chassis.words import (
    WORD_CHARS_MAX,
    NoWords,
    Term,
    asked_by,
    marks,
    says,
    tsquery,
    vector,
    words_of,
)

WORKSPACE = derived_id("workspace")
SCOPE = WORKSPACE[:8]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Do you ship?", "do you ship"),
        ("São PAULO", "sao paulo"),
        ("Sa\u0303o", "sao"),
        ("Łódź Ørsted Straße", "lodz orsted strasse"),
        ("ＷＩＤＥ ﬁne", "wide fine"),
        ("İstanbul ısı", "istanbul isi"),
        ("ёлка", "елка"),
        ("三日です", "三 日 で す"),
        ("ｶﾞ", "ガ"),
        ("anna@example.com +55-11", "anna example com 55 11"),
        ("snake_case don't", "snake case don t"),
        ("🙂 \u0301 … '\\", ""),
        ("한국어 हिन्दी", "한국어 ह न द"),
    ],
)
def test_words_are_the_same_without_case_accents_and_width(text: str, expected: str) -> None:
    assert " ".join(word.folded for word in words_of(text)) == expected


def test_a_word_knows_its_place_in_the_text() -> None:
    text = "🙂 Sa\u0303o, três"

    assert [text[word.start : word.end] for word in words_of(text)] == ["Sa\u0303o", "três"]


def test_a_word_without_end_is_cut() -> None:
    (word,) = words_of("x" * 500)
    assert len(word.folded) == WORD_CHARS_MAX


def term(*words: str, begins: bool = False, excluded: bool = False) -> Term:
    return Term(words, begins, excluded)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ship it", ((term("ship"), term("it", begins=True)),)),
        ("ship i", ((term("ship"), term("i")),)),
        ('"ship it"', ((term("ship", "it"),),)),
        ('"ship it', ((term("ship", "it"),),)),
        ("ship -it", ((term("ship"), term("it", excluded=True)),)),
        ('it -"ship it"', ((term("it"), term("ship", "it", excluded=True)),)),
        ("a or bc", ((term("a"),), (term("bc", begins=True),))),
        ("a OR b or", ((term("a"),), (term("b"), term("or", begins=True)))),
        ("or", ((term("or", begins=True),),)),
        ("-a or b", ((term("b"),),)),
        ("a@b.com", ((term("a", "b", "com", begins=True),),)),
        ('a "or" b', ((term("a"), term("or"), term("b")),)),
    ],
)
def test_what_is_typed_is_read_as_on_the_web(text: str, expected: object) -> None:
    assert asked_by(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "?!", "-ship", '""', '-"ship it"', "- - 🙂", "-a or -b"])
def test_without_a_word_that_is_wanted_nothing_can_be_looked_up(text: str) -> None:
    with pytest.raises(NoWords):
        asked_by(text)


def test_words_stand_beneath_their_workspace() -> None:
    assert vector(WORKSPACE, "Ship it, ship") == f"'{SCOPE}.ship':1 '{SCOPE}.it':2 '{SCOPE}.ship':3"
    asked = asked_by('ship "it not" -x or b')
    either = f"(('{SCOPE}.ship') & ('{SCOPE}.it' <-> '{SCOPE}.not') & !('{SCOPE}.x'))"
    assert tsquery(WORKSPACE, asked) == f"{either} | (('{SCOPE}.b'))"
    assert not says(vector(derived_id("elsewhere"), "ship"), WORKSPACE, asked_by("ship"))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Do you ship to Brazil?", "braz ship", ["ship"]),
        ("Do you ship to Brazil?", "ship braz", ["ship", "Brazil"]),
        ("ship ship ship", '"ship ship"', ["ship ship ship"]),
        ("São Paulo", "sao -rio", ["São"]),
        ("発送はブラジルまで", "ブラジル", ["ブラジル"]),
        ("nothing of it", "absent", []),
        ("½ price", '"1"', ["½"]),
    ],
)
def test_what_was_asked_for_is_marked_in_the_text(text: str, words: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, asked_by(words))] == expected


@given(st.text(max_size=80))
def test_a_text_has_each_of_its_words_and_their_phrase(text: str) -> None:
    kept = vector(WORKSPACE, text)
    words = [word.folded for word in words_of(text)]

    assert not words or says(kept, WORKSPACE, asked_by('"' + " ".join(words) + '"'))
    for word in words:
        assert says(kept, WORKSPACE, asked_by(f'"{word}"'))


@given(st.text(max_size=80), st.text(alphabet="ab -\"or'\\é", min_size=1, max_size=30))
def test_marks_are_in_the_text_in_order_and_apart(text: str, words: str) -> None:
    try:
        asked = asked_by(words)
    except NoWords:
        return
    places = [0, *(place for mark in marks(text + " ab or é", asked) for place in mark)]

    assert places == sorted(places)
    assert places[-1] <= len(text) + 8
