"""Starts the notifier service."""

from services.chassis.process import main
from services.notifier.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
