"""Starts the gateway service."""

from services.chassis.process import main
from services.gateway.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
