"""Manifests with a mistake each, which have to be refused: a check that takes all would find nothing."""

from pathlib import Path

from deploy.rendering import Unreadable, read
from deploy.validation import problems

BAD = Path(__file__).parent / "tests" / "bad"
SAYS = "# refused: "


def bad() -> list[Path]:
    """The files; the first line of each says what has to be said of it."""
    return sorted(BAD.glob("*.yaml"))


def taken(path: Path) -> list[str]:
    """That this mistake is not refused, or for another reason."""
    text = path.read_text()
    try:
        found = problems(read(text))
    except Unreadable as error:
        found = [str(error)]
    expected = text.splitlines()[0].removeprefix(SAYS)
    if any(expected in problem for problem in found):
        return []
    return [f"{path.name}: is not refused as it should be, by `{expected}`, but by {found or 'nobody'}"]
