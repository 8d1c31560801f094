"""No I/O here."""
