"""Whether what somebody did has reached the service that is asked next, and why it was refused."""

from typing import Any

import httpx
import pytest

from services.cli.demo.clients import Agent, Answer


async def is_taken(agent: Agent, path: str) -> bool:
    """The agent gets the conversation, once the service has heard that they are online."""
    try:
        await agent.post(path)
    except Answer as answer:
        if answer.code == "agent_offline":
            return False
        raise
    return True


async def is_there(client: Agent, path: str) -> bool:
    """The path has an answer by now."""
    try:
        await client.get(path)
    except Answer as answer:
        if answer.status == httpx.codes.NOT_FOUND:
            return False
        raise
    return True


async def refusal(agent: Agent, path: str, body: Any = None) -> str:
    """The code with which the agent's command is refused."""
    with pytest.raises(Answer) as refused:
        await agent.post(path, body)
    return str(refused.value.code)
