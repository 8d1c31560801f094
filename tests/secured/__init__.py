"""Kafka and PostgreSQL that let nobody in but by TLS and with a password, each service with its own rights alone."""
