"""The demonstration: visitors and agents who use the running system through public HTTP and WebSocket alone."""
