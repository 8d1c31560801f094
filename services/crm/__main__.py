"""Runs the crm service: `python -m services.crm [role…]`."""

from services.chassis.process import main
from services.crm.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
