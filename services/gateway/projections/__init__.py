"""The gateway's read models: pure folds of topics into rows, and what each kind of reader sees of an event."""

from services.gateway.projections.blocked import BLOCKED
from services.gateway.projections.files import RECEIVED_FILES
from services.gateway.projections.playbooks import OPEN_PLAYBOOKS
from services.gateway.projections.saved_views import SAVED_VIEWS
from services.gateway.projections.search import SEARCH
from services.gateway.projections.snippets import SNIPPET_SITES
from services.gateway.projections.state_rows import AGENTS, INBOX
from services.gateway.projections.streams import TRANSCRIPTS, WALKS
from services.gateway.projections.team import TEAM

MODELS = (
    OPEN_PLAYBOOKS,
    INBOX,
    AGENTS,
    TRANSCRIPTS,
    WALKS,
    SEARCH,
    RECEIVED_FILES,
    BLOCKED,
    TEAM,
    SAVED_VIEWS,
    SNIPPET_SITES,
)
