"""`livechat restore`: a service's store filled from Kafka, and what follows from its events."""

from services.cli.restore.command import restore as restore
