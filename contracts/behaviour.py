"""How a playbook's widget behaves on the pages of a site, beside how it looks."""

from pydantic import Field

from contracts.envelope import Fact
from contracts.privacy import Privacy

OPENS_AFTER_S_MAX = 600


class Behaviour(Fact):
    """How a playbook's widget behaves. `hides_offline`: its button is not on the page while no agent is online.

    The panel opens by itself `opens_after_s` seconds after the page was there, where that is not 0, once a day in a
    browser; `opens_on_phones`: also where it fills the screen. `privacy` is what visits are told of personal data.
    """

    hides_offline: bool = False
    opens_after_s: int = Field(default=0, ge=0, le=OPENS_AFTER_S_MAX)
    opens_on_phones: bool = False
    privacy: Privacy | None = None
