"""Starts the presence service."""

from services.chassis.process import main
from services.presence.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
