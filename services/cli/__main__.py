"""`livechat`: the command line of operators and of everybody who tries the product."""

from services.cli.application import app


def main() -> None:
    """Runs the command line."""
    app()


if __name__ == "__main__":
    main()
