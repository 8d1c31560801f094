"""The playbook that the simulated visitors walk: every kind of card, and a short wait."""

from contracts.conditions import HoursAre, SomebodyOnline, VisitorReturns
from contracts.flow import (
    ActionCard,
    CaptureCard,
    Card,
    Case,
    Choice,
    ConditionCard,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    OutsideHours,
    QualifyCard,
    QuestionCard,
)
from contracts.formatted import Paragraph, Run

HERE = (Paragraph(runs=(Run(text="We are "), Run(text="here", bold=True), Run(text="."))),)
ONLINE_MESSAGE, OFFLINE_MESSAGE = "Somebody will be with you.", "Sorry, everybody is busy."
OUTSIDE = OutsideHours(
    online_message="It is late, and somebody may be with you.",
    offline_message="Sorry, nobody is here so late.",
    note="We are closed.",
)
OFFLINE_MESSAGES = (OFFLINE_MESSAGE, OUTSIDE.offline_message)


def flow(wait_time_s: int, greeting: str) -> Flow:
    """A question, a detail before the chat for some, the Live Chat card, and an offline flow with all follow-ups."""
    return Flow(start="welcome", cards={**_online(wait_time_s, greeting), **_offline()})


def _online(wait_time_s: int, greeting: str) -> dict[str, Card]:
    return {
        "welcome": QuestionCard(
            text=greeting,
            choices=(
                Choice(choice_id="chat", label="Chat with us", next="live_chat"),
                Choice(choice_id="name", label="Chat, I am …", next="first_name"),
                Choice(choice_id="browse", label="Just browsing", next="anybody"),
            ),
        ),
        "first_name": CaptureCard(text="Your name?", field="name", retry_text="Please.", next="topic"),
        "topic": CaptureCard(
            text="What is it about?",
            field="free",
            key="topic",
            label="Topic",
            retry_text="Please.",
            next="live_chat",
        ),
        "live_chat": LiveChatCard(
            online_message=ONLINE_MESSAGE,
            wait_time_s=wait_time_s,
            offline_message=OFFLINE_MESSAGE,
            outside_hours=OUTSIDE,
            offline_flow="leave_details",
        ),
        "anybody": ConditionCard(
            cases=(
                Case(when=(VisitorReturns(),), next="goodbye"),
                Case(when=(SomebodyOnline(), HoursAre()), next="here"),
            ),
            otherwise="goodbye",
        ),
        "here": MessageCard(text="…", body=HERE, next="goodbye"),
        "goodbye": EndCard(text="Enjoy your visit!"),
    }


def _offline() -> dict[str, Card]:
    return {
        "leave_details": MessageCard(text="Leave us your details.", next="budget"),
        "budget": QuestionCard(
            text="Is there a budget?",
            choices=(
                Choice(choice_id="yes", label="Yes", next="qualified"),
                Choice(choice_id="no", label="No", next="disqualified"),
                Choice(choice_id="again", label="Try again to reach somebody", next="live_chat"),
            ),
        ),
        "qualified": QualifyCard(qualified=True, next="email"),
        "disqualified": QualifyCard(qualified=False, next="activity"),
        "email": CaptureCard(text="Your address?", field="email", retry_text="Again, please.", next="lead"),
        "lead": ActionCard(follow_up="lead", next="deal"),
        "deal": ActionCard(follow_up="deal", next="company"),
        "company": CaptureCard(text="Your company?", field="company", retry_text="Again.", next="thanks"),
        "activity": ActionCard(follow_up="activity", next="thanks"),
        "thanks": EndCard(text="Thank you!"),
    }
