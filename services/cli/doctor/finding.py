"""What was found: the part that it is about, what is wrong with it in words, and what mends it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `mend` is a command, or a sentence where no command can do it.

    `seen` is false where nobody could look: then nothing is known of the part, which is no sign that it is well.
    """

    about: str
    what: str
    mend: str
    seen: bool = True


def unseen(about: str, error: BaseException, mend: str) -> Finding:
    """The part could not be looked at."""
    first = str(error).strip().split("\n")[0] or type(error).__name__
    return Finding(about, f"could not be looked at: {first}", mend, seen=False)


def status_of(findings: list[Finding]) -> int:
    """The command's exit status: 0 well, 1 something is wrong, 2 something could not be looked at."""
    return 2 if any(not one.seen for one in findings) else int(bool(findings))
