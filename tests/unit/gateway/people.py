"""Somebody with an account, as the tests of ways in and out know them."""

from typing import Any

from tests.unit.gateway.examples import PASSWORD

OTHER_PASSWORD = "four grey herons"
Told = dict[str, Any]


class Ana:
    """The owner of a workspace, who joined."""

    def __init__(self, workspace_id: str, told: Told) -> None:
        self.workspace_id, self.agent_id, self.token = workspace_id, told["agent_id"], told["token"]
        self.session = told["session"]

    def says(self, password: str = PASSWORD, **more: Any) -> Told:
        return {
            "workspace_id": self.workspace_id,
            "email": "ana@example.org",
            "password": password,
            **more,
        }
