"""What comes of chats: leads, made by agents from a conversation or by a playbook's action cards.

Owns the streams `lead-<id>`. Topics in: playbook.events.v1, conversation.events.v1, crm.events.v1 (its own).
Topic out: crm.events.v1.
"""
