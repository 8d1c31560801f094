"""The built image, as an engine runs it."""
