"""Runs the playbook service: `python -m services.playbook [role…]`."""

from services.ending import end_when_told

if __name__ == "__main__":
    end_when_told()
    from services.chassis.process import main
    from services.playbook.service import SERVICE

    main(SERVICE)
