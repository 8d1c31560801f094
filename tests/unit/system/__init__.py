"""All services in one process, without servers."""
