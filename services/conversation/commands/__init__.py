"""What callers may ask of conversations, about visitors, and of canned replies."""
