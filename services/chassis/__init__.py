"""The runtime that every service stands on. It knows no word of chat: those live in the services."""
