"""Notices to agents: who is told of what, on which devices, and the hand-over to their push services.

Owns the streams `device-<id>`, `choices-<agent id>` and `notice-<id>`. Topics in: conversation.events.v1,
presence.events.v1, gateway.events.v1, notifier.events.v1 (its own). Topic out: notifier.events.v1.
"""
