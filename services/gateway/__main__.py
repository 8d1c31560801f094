"""Runs the gateway service: `python -m services.gateway [role…]`."""

from services.ending import end_when_told

if __name__ == "__main__":
    end_when_told()
    from services.chassis.process import main
    from services.gateway.service import SERVICE

    main(SERVICE)
