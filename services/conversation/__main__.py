"""Starts the conversation service."""

from services.chassis.process import main
from services.conversation.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
