"""Runs the conversation service: `python -m services.conversation [role…]`."""

from services.ending import end_when_told

if __name__ == "__main__":
    end_when_told()
    from services.chassis.process import main
    from services.conversation.service import SERVICE

    main(SERVICE)
