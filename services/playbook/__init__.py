"""Playbooks and visits: what the bot says, and each visitor's walk through it.

Owns the streams `playbook-<id>` and `visit-<id>`. Topics in: conversation.events.v1, presence.events.v1,
gateway.events.v1 (business hours), playbook.events.v1 (its own).
Topic out: playbook.events.v1.
"""
