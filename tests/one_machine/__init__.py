"""The containers of one machine, together."""
