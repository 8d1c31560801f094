"""One part at a time on real Kafka and PostgreSQL."""
