"""Reads of the crm service: chats, their details, what came of them, persons and organizations."""
