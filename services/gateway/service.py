"""The gateway, told to the chassis."""

from collections.abc import Mapping
from typing import Any

from contracts.topics import (
    AGENTS_STATE,
    CONVERSATION_EVENTS,
    GATEWAY_EVENTS,
    INBOX_STATE,
    NOTIFIER_EVENTS,
    PLAYBOOK_EVENTS,
)
from services.chassis.service import Service
from services.chassis.settings import Fresh
from services.gateway import api, files, pages, sockets
from services.gateway.accounts.snippets import Snippets
from services.gateway.consumers import REACTIONS
from services.gateway.decider import account, file, snippet, workspace
from services.gateway.outbound import file_store
from services.gateway.projections import MODELS
from services.gateway.settings import GatewaySettings
from services.gateway.timers import beacon


def _own() -> Mapping[str, Any]:
    return {
        "settings": GatewaySettings(),
        "signer": Fresh(lambda: GatewaySettings().signer()),
        "files": file_store(GatewaySettings),
        "built": pages.built(),
        "snippets": Snippets(),
    }


SERVICE = Service(
    name="gateway",
    deciders=(workspace.DECIDER, account.DECIDER, file.DECIDER, snippet.DECIDER),
    models=MODELS,
    reactions=REACTIONS,
    routes=[*api.ROUTES, *sockets.router.routes, *files.router.routes],
    with_api={"beacon": beacon},
    tails=(GATEWAY_EVENTS, CONVERSATION_EVENTS, PLAYBOOK_EVENTS, NOTIFIER_EVENTS, INBOX_STATE, AGENTS_STATE),
    hears_signals=True,
    own=_own,
    raw=files.is_upload,
    pages=pages.router.routes,
)
