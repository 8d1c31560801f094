"""Runs the playbook service: `python -m services.playbook [role…]`."""

from services.chassis.process import main
from services.playbook.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
