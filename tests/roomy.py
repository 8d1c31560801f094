"""Limits that are raised where tests and benchmarks run: there everybody comes from one address, and fast."""

from collections.abc import Mapping

ROOMY: Mapping[str, str] = {
    "LIVECHAT_GATEWAY_VISITS_ADDRESS_MAX": "1000000",
    "LIVECHAT_GATEWAY_VISITS_SITE_MAX": "1000000",
    "LIVECHAT_GATEWAY_SOCKETS_ADDRESS_MAX": "1000000",
    "LIVECHAT_GATEWAY_SOCKETS_CALLER_MAX": "1000000",
    "LIVECHAT_CONVERSATION_VISITOR_MESSAGES_MAX": "1000000",
}
"""Variables of the services."""
