"""What callers may ask of conversations, and about visitors."""
