"""Reads of the crm service: chats, their details, what came of them, and persons."""
