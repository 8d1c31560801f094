"""Details of conversations, persons, and what comes of chats, each decided for itself."""
