"""What our screens say in a language: every text there is, and what stands on a screen that is none of them."""

import json
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Frame, Locator, Page

SOURCES = Path(__file__).parents[3] / "services" / "gateway" / "web" / "src"
LETTERS = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]+")
FILLED = re.compile(r"\{\w+\}")
FEWEST_LETTERS = 4
"""A text with fewer of its own beside what is filled in would be every text."""
SAID = """(root) => {
  const said = new Set([document.title]);
  const names = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt", "label"];
  const money = new Intl.DisplayNames(["pt-BR"], { type: "currency" });
  const others = (one) => ["SCRIPT", "STYLE"].includes(one.tagName) || one.closest("[lang]")?.lang === "en";
  const currency = (one) => one.tagName === "OPTION" && /^[A-Z]{3}$/.test(one.value)
    && one.text.includes(money.of(one.value));
  const look = (within) => {
    for (const one of within.querySelectorAll("*")) {
      if (others(one) || currency(one)) continue;
      for (const name of names) if (one.hasAttribute(name)) said.add(one.getAttribute(name));
      for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) said.add(node.data);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(root);
  return [...said].map((text) => text.trim()).filter((text) => text !== "");
}"""
STRINGS = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|\'((?:[^\'\\\n]|\\.)*)\'|[\[\]{}]')
ONE_TEXT = re.compile(r'"pt-BR": ("(?:[^"\\]|\\.)*")')
OF_DATES = frozenset(
    WORDS.findall(
        "há em agora hoje ontem anteontem amanhã de às s seg min h d dia dias hora horas minuto minutos segundo "
        "segundos domingo segunda terça quarta quinta sexta sábado feira jan fev mar abr mai jun jul ago set out nov "
        "dez janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro kb mb byte bytes"
    )
)
"""What Portuguese dates, lengths of time and sizes are made of, as the browser writes them."""
KEYS = frozenset(("alt", "ctrl", "shift", "enter", "esc"))
LANGUAGES = ("English", "Português (Brasil)")
"""Each calls itself so in all of them."""
ADDRESSES = ("http://", "https://", "<script async src=")


@cache
def portuguese() -> tuple[re.Pattern[str], ...]:
    """Every text of ours in pt-BR, whatever is filled into it."""
    found = set[str]()
    for path in sorted(SOURCES.rglob("*.ts*")):
        source = path.read_text()
        found |= {json.loads(one) for one in ONE_TEXT.findall(source)}
        for begin in re.finditer(r'"pt-BR": (?=[\[{])', source):
            found |= _texts(source[begin.end() :])
    patterns = []
    for text in sorted(found):
        own = FILLED.sub("", text)
        if own == text or len(LETTERS.findall(own)) >= FEWEST_LETTERS:
            patterns.append(
                re.compile(r".+?".join(re.escape(part) for part in FILLED.split(text)), re.DOTALL)
            )
    assert len(patterns) > 400, "the texts are not where they were"
    return tuple(patterns)


def foreign(screen: Page | Frame | Locator, *people: str) -> list[str]:
    """What stands there, or is told to those who do not see, and is neither Portuguese of ours, nor a date, a number or
    the name of a currency, nor in an element that says to be English, nor one of these texts that people have written.
    """
    at = screen if isinstance(screen, Locator) else screen.locator("html")
    said: list[str] = at.evaluate(SAID)
    known = frozenset(people)
    # Titles of pages, and marks behind names, are joined by a dot.
    return [text for text in said if not all(_known(part, known) for part in text.split(" · "))]


def is_ours(text: str) -> bool:
    """Whether it is one of our texts in Portuguese."""
    return any(pattern.fullmatch(text) for pattern in portuguese())


def _known(text: str, people: frozenset[str]) -> bool:
    words = [word.lower() for word in WORDS.findall(text) if len(word) > 1]
    return (
        text in people
        or text in LANGUAGES
        or text.startswith(ADDRESSES)
        or any(text == initials for one in people for initials in _initials(one))
        or all(word in OF_DATES or word in KEYS for word in words)
        or is_ours(text)
    )


def _initials(name: str) -> tuple[str, ...]:
    firsts = "".join(word[0] for word in name.split())
    return firsts.upper(), firsts[:1].upper(), (firsts[:1] + firsts[-1:]).upper()


def _texts(source: str) -> set[str]:
    """The strings of the literal that the source begins with, without its keys."""
    found, depth = set[str](), 0
    for one in STRINGS.finditer(source):
        token = one.group(0)
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
            if depth == 0:
                break
        elif one.group(1) is not None and one.group(2) is None:
            found.add(json.loads(f'"{one.group(1)}"'))
        elif one.group(3) is not None:
            found.add(one.group(3))
    return found
