"""`livechat`: the command line of operators and of everybody who tries the product."""

from services.ending import end_when_told


def main() -> None:
    """Runs the command line."""
    end_when_told()
    from services.cli.application import app

    app()


if __name__ == "__main__":
    main()
