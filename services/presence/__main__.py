"""Runs the presence service: `python -m services.presence [role…]`."""

from services.ending import end_when_told

if __name__ == "__main__":
    end_when_told()
    from services.chassis.process import main
    from services.presence.service import SERVICE

    main(SERVICE)
