"""The editor shows the launcher's icons as the server draws them."""

import re
from pathlib import Path

from services.gateway.pages.icons import DRAWN

OFFERED = Path("services/gateway/web/src/models/playbook-icons.ts")


def test_every_icon_is_offered_as_it_is_drawn() -> None:
    offered = dict(re.findall(r'^  (\w+): "([^"]+)",$', OFFERED.read_text(), re.MULTILINE))
    assert offered == DRAWN
