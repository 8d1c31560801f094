"""Presence of agents: who takes chats now, as they switched it and as long as they give signs of life.

Owns the streams `agent-<id>`. Topics in: gateway.signals.v1, gateway.events.v1, presence.events.v1 (its own).
Topics out: presence.events.v1, agents.state.v1.
"""
