"""Conversations and the inbox: who holds which conversation, and what was said in it.

Owns the streams `conversation-<id>`, `visitor-<id>`, `attachment-<id>` and `reply-<id>`. Topics in: playbook.events.v1,
presence.events.v1, gateway.events.v1 (who was removed), gateway.signals.v1 (visitors' sockets), conversation.events.v1
(its own). Topics out: conversation.events.v1, inbox.state.v1.
"""
