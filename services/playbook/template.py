"""The built-in templates: flows that are complete and can be published as they are."""

from collections.abc import Callable, Mapping

from contracts.flow import (
    ActionCard,
    CaptureCard,
    Card,
    Choice,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    QualifyCard,
    QuestionCard,
)

WAIT_TIME_S = 60


def live_chat(wait_time_s: int = WAIT_TIME_S) -> Flow:
    """The Live Chat template: a question, the path to a person, and what happens when nobody comes."""
    return Flow(start="welcome", cards={**_online(wait_time_s), **_offline()})


def _online(wait_time_s: int) -> dict[str, Card]:
    return {
        "welcome": QuestionCard(
            text="Hi there! How can we help you?",
            choices=(
                Choice(choice_id="chat", label="Chat with us", next="live_chat"),
                Choice(choice_id="browse", label="Just browsing", next="goodbye"),
            ),
        ),
        "live_chat": LiveChatCard(
            online_message="Thanks! We are looking for somebody who can help you.",
            wait_time_s=wait_time_s,
            offline_message="Sorry, everybody is busy at the moment.",
            offline_flow="leave_details",
        ),
        "goodbye": EndCard(text="Enjoy your visit! We are here whenever you need us."),
    }


def _offline() -> dict[str, Card]:
    return {
        "leave_details": MessageCard(text="Leave us your details and we will get back to you.", next="name"),
        "name": CaptureCard(
            text="What is your name?", field="name", retry_text="Please tell us your name.", next="email"
        ),
        "email": CaptureCard(
            text="And your e-mail address?",
            field="email",
            retry_text="That does not look like an e-mail address. Please try again.",
            next="qualified",
        ),
        "qualified": QualifyCard(qualified=True, next="lead"),
        "lead": ActionCard(follow_up="lead", next="thanks"),
        "thanks": EndCard(text="Thank you! We will be in touch soon."),
    }


TEMPLATES: Mapping[str, Callable[[int], Flow]] = {"live_chat": live_chat}
