"""`livechat doctor`: looks at a running installation, says in words what is wrong, and which command mends it."""

from services.cli.doctor.command import doctor

__all__ = ["doctor"]
