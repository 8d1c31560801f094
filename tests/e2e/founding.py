"""The command line, kept open beside a system: it makes a workspace for each line that it reads, `NAME<tab>EMAIL`.

Starting the command line anew for each of the many companies of a test run would cost more than their tests.
"""

import sys

from typer.testing import CliRunner

from services.cli.application import app


def main() -> None:
    """Answers each line with one: the owner's one-time link, or what went wrong. Ends with its input."""
    runner = CliRunner()
    for line in sys.stdin:
        name, email = line.rstrip("\n").split("\t")
        done = runner.invoke(app, ["workspace", "create", name, email])
        told = dict(each.split(" ", 1) for each in done.stdout.splitlines() if " " in each)
        print(told.get("link") or f"failed: {done.output!r} {done.exception!r}", flush=True)


if __name__ == "__main__":
    main()
