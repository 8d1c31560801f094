"""Every environment variable that the conversation service alone reads."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.chassis.settings import Settings


class ConversationSettings(Settings):
    """After how many seconds without a socket a visitor counts as gone, and how fast one may write."""

    model_config = SettingsConfigDict(env_prefix="LIVECHAT_CONVERSATION_")

    visitor_left_s: int = Field(default=120, ge=1, le=3_600)
    visitor_messages_max: int = Field(default=60, ge=1)
    """Messages of one visitor in a minute, sent again or not."""
