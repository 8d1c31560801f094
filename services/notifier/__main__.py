"""Runs the notifier service: `python -m services.notifier [role…]`."""

from services.ending import end_when_told

if __name__ == "__main__":
    end_when_told()
    from services.chassis.process import main
    from services.notifier.service import SERVICE

    main(SERVICE)
