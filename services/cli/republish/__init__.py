"""`livechat republish`: the whole log published anew, out of the stores, after every copy in Kafka was lost."""

from services.cli.republish.command import republish as republish
