"""The gateway: sign-in, tokens, sockets, and the reads of inbox and transcripts.

Owns the streams `workspace-<id>` and `account-<agent id>` (`gateway.events.v1`) and sends `gateway.signals.v1`.
Hears `conversation.events.v1`, `playbook.events.v1`, `inbox.state.v1` and `agents.state.v1`, as outside gateways may.
"""
