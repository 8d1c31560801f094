"""The command line, above the services: runs servers and services, and asks them things."""
