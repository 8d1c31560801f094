"""Runs the crm service: `python -m services.crm [role…]`."""

from services.ending import end_when_told

if __name__ == "__main__":
    end_when_told()
    from services.chassis.process import main
    from services.crm.service import SERVICE

    main(SERVICE)
