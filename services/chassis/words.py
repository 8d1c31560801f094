"""Words of texts, the same in PostgreSQL and in memory: folded, with their places; and what is asked for by them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.chassis.decider import Refused

WORD_CHARS_MAX = 64
BEGINNING_CHARS_MIN = 2
WORKSPACE_CHARS = 8

# Scripts without blanks between words: there each letter is a word, and what was typed together is a phrase.
_LETTERS = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"[{_LETTERS}]|(?:(?![{_LETTERS}])[^\W_]|[\u0300-\u036f])+")
_MARKS = re.compile("[\u0300-\u036f]")
_ALIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_PART = re.compile(r'-?"[^"]*"?|\S+')
_KEPT = re.compile(r"'([^']+)':\d+")


class NoWords(Refused):
    """Nothing is asked for that could be looked up."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "no_words", "Name a word to look for: letters or digits, and not only what is not wanted."
        )


class TooBroad(Refused):
    """Looking it up takes longer than it may."""

    status = 422

    def __init__(self) -> None:
        super().__init__("too_broad", "There is too much of that: use more words, or rarer ones.")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is looked up, and where it stands in its text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words one after the other. `begins`: the last of them may go on; `excluded`: they shall not be there."""

    words: tuple[str, ...]
    begins: bool = False
    excluded: bool = False


Asked = tuple[tuple[Term, ...], ...]
"""What is asked for: all terms of any of these."""


def words_of(text: str) -> Iterator[Word]:
    """The text's words in order, without regard to case, accents and the width of letters."""
    for run in _RUN.finditer(text):
        for piece in _RUN.findall(_folded(run.group())):
            yield Word(piece[:WORD_CHARS_MAX], run.start(), run.end())


def _folded(text: str) -> str:
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_ALIKE)
    return unicodedata.normalize("NFC", _MARKS.sub("", bare))


def asked_by(text: str) -> Asked:
    """Reads what a person typed: words, "phrases", -without, this or that. The last word may still be unfinished.

    Raises NoWords.
    """
    parts = _PART.findall(text)
    choices: list[list[Term]] = [[]]
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        if part.casefold() == "or" and choices[-1] and not is_last:
            choices.append([])
        elif words := tuple(word.folded for word in words_of(part)):
            excluded, quoted = part.startswith("-"), '"' in part
            begins = is_last and not excluded and not quoted and len(words[-1]) >= BEGINNING_CHARS_MIN
            choices[-1].append(Term(words, begins, excluded))
    found = tuple(tuple(terms) for terms in choices if any(not term.excluded for term in terms))
    if not found:
        raise NoWords
    return found


def vector(workspace_id: str, text: str) -> str:
    """The text's words as PostgreSQL's tsvector, each beneath its workspace, so that others' words cost nothing."""
    scope = workspace_id[:WORKSPACE_CHARS]
    return " ".join(f"'{scope}.{word.folded}':{place}" for place, word in enumerate(words_of(text), 1))


def tsquery(workspace_id: str, asked: Asked) -> str:
    """What is asked for as PostgreSQL's tsquery over such vectors."""
    scope = workspace_id[:WORKSPACE_CHARS]
    return " | ".join(f"({' & '.join(_of_term(scope, term) for term in terms)})" for terms in asked)


def _of_term(scope: str, term: Term) -> str:
    words = " <-> ".join(f"'{scope}.{word}'" for word in term.words)
    return f"{'!' if term.excluded else ''}({words}{':*' if term.begins else ''})"


def says(kept: str, workspace_id: str, asked: Asked) -> bool:
    """Whether a vector has what is asked for, as PostgreSQL would say."""
    scope = f"{workspace_id[:WORKSPACE_CHARS]}."
    words = [word.removeprefix(scope) for word in _KEPT.findall(kept)]
    return any(
        all(any(True for _ in _places(words, term)) is not term.excluded for term in terms) for terms in asked
    )


def marks(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Where in the text, from and to, what is asked for stands; in order, without overlaps."""
    words = list(words_of(text))
    folded = [word.folded for word in words]
    wanted = [term for terms in asked for term in terms if not term.excluded]
    found = sorted(
        (words[at].start, words[at + len(term.words) - 1].end)
        for term in wanted
        for at in _places(folded, term)
    )
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart


def _places(words: Sequence[str], term: Term) -> Iterator[int]:
    """Where the term begins among these words."""
    size = len(term.words)
    for at in range(len(words) - size + 1):
        last = words[at + size - 1]
        is_last = last.startswith(term.words[-1]) if term.begins else last == term.words[-1]
        if is_last and tuple(words[at : at + size - 1]) == term.words[:-1]:
            yield at
