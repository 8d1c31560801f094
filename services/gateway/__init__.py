"""The gateway: sign-in, tokens, sockets, and the reads of inbox and transcripts.

Owns the streams `workspace-<id>` and `account-<agent id>` (`gateway.events.v1`) and sends `gateway.signals.v1`.
Hears its own events, and as outside gateways may `conversation.events.v1`, `playbook.events.v1`, `inbox.state.v1` and
`agents.state.v1`.
"""
