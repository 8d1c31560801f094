"""What editors may ask of a playbook.

`version` is the playbook's on which a change was made; None: on any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.behaviour import Behaviour
from contracts.flow import Card, Flow
from contracts.look import Language, Look
from contracts.page_rules import PageRule
from contracts.playbook_document import PlaybookDocument
from services.playbook.template import Template


@dataclass(frozen=True, slots=True)
class CreatePlaybook:
    """Make a playbook from a built-in template. `wait_time_s` is in seconds."""

    playbook_id: str
    name: str
    template: Template
    wait_time_s: int
    language: Language
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ImportPlaybook:
    """Make a playbook from a document."""

    playbook_id: str
    document: PlaybookDocument
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RenamePlaybook:
    """Give the playbook another name."""

    name: str
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeLook:
    """Give the widget another look."""

    look: Look
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of the draft."""

    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFlow(Edit):
    """Replace the draft's flow."""

    flow: Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceDraft(Edit):
    """Replace the draft's flow and the look by a document's."""

    document: PlaybookDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreVersion(Edit):
    """Put a published version's `flow` into the draft."""

    published: int
    flow: Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLiveChatCard(Edit):
    """Add a path to a person: a choice of a question, its Live Chat card and an offline flow.

    `suffix` ends the ids of all that is made; without messages of its own the card has its language's.
    """

    question_id: str
    label: str
    online_message: str | None
    wait_time_s: int
    offline_message: str | None
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCard(Edit):
    """Add a card, or put another in its place."""

    card_id: str
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCard(Edit):
    """Take out a card that no other one names."""

    card_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStart(Edit):
    """Begin visits with another card."""

    card_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPath(Edit):
    """Give a path another label on the question that offers it."""

    question_id: str
    choice_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaths(Edit):
    """Offer a question's choices in another order; all of them are named."""

    question_id: str
    choice_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLiveChat(Edit):
    """Change a Live Chat card's messages and wait time (in seconds), and whether who waits is told their place in line;
    what is None stays."""

    live_chat_id: str
    online_message: str | None = None
    wait_time_s: int | None = None
    offline_message: str | None = None
    show_queue_position: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoEdit(Edit):
    """Put back the draft as it was before its last edit: the `flow` of the event with the version `of`.

    None: there is none to put back.
    """

    of: int | None
    flow: Flow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedoEdit(Edit):
    """Put back the draft as it was before the last undoing; `of` and `flow` as there."""

    of: int | None
    flow: Flow | None


DraftCommand = (
    EditFlow
    | ReplaceDraft
    | RestoreVersion
    | AddLiveChatCard
    | PutCard
    | DeleteCard
    | SetStart
    | LabelPath
    | OrderPaths
    | SetLiveChat
    | UndoEdit
    | RedoEdit
)


@dataclass(frozen=True, slots=True)
class SetSites:
    """Replace the list of sites that may load the widget."""

    sites: tuple[str, ...]
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SetPageRules:
    """Replace the rules by which visits of the snippet get another playbook.

    `unfit` says why some of the playbooks that they name cannot be got.
    """

    rules: tuple[PageRule, ...]
    unfit: Mapping[str, str]
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeBehaviour:
    """Let the widget behave otherwise."""

    behaviour: Behaviour
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SetUnfinishedChats:
    """Make a lead of visits that are left unfinished for so many seconds; None: of none."""

    after_s: int | None
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PublishPlaybook:
    """Make the draft the version that new visits walk."""

    note: str
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ActivatePlaybook:
    """Take visits from now on."""

    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DeactivatePlaybook:
    """Take no new visits."""

    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RollBackPlaybook:
    """Let new visits walk an older version again."""

    published: int
    by: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ArchivePlaybook:
    """Put the playbook away for good."""

    by: str
    at: datetime
    version: int | None = None


LifeCommand = (
    RenamePlaybook
    | ChangeLook
    | SetSites
    | SetPageRules
    | ChangeBehaviour
    | SetUnfinishedChats
    | PublishPlaybook
    | RollBackPlaybook
    | ActivatePlaybook
    | DeactivatePlaybook
)
PlaybookCommand = CreatePlaybook | ImportPlaybook | DraftCommand | LifeCommand | ArchivePlaybook
