"""The coffee company's playbook and how its widget looks."""

from contracts.flow import (
    ActionCard,
    CaptureCard,
    Choice,
    EndCard,
    Flow,
    MessageCard,
    QualifyCard,
    QuestionCard,
)
from contracts.look import Look
from services.playbook.template import path_to_a_person

WAIT_TIME_S = 240
LOOK = Look(
    bot_name="Sunny",
    colour="#9a3f0b",
    text_colour="#ffffff",
    icon="chat",
    position="right",
    greeting="Questions about coffee? We are up already.",
    language="en",
)


def _question(text: str, *choices: tuple[str, str, str]) -> QuestionCard:
    named = (Choice(choice_id=choice, label=label, next=card) for choice, label, card in choices)
    return QuestionCard(text=text, choices=tuple(named))


FLOW = Flow(
    start="welcome",
    cards={
        "welcome": _question(
            "Good morning! I am Sunny. What can I do for you?",
            ("office", "Coffee for our office", "team"),
            ("beans", "Help me choose my beans", "taste"),
            ("person", "Talk to a barista", "who"),
            ("browse", "Just browsing", "goodbye"),
        ),
        "team": _question(
            "Lovely. How many of you drink coffee?",
            ("few", "Up to 10", "who"),
            ("some", "10 to 50", "who"),
            ("many", "More than 50", "who"),
        ),
        "taste": _question(
            "How do you like your coffee?",
            ("fruity", "Fruity and light", "brew"),
            ("dark", "Dark, like chocolate", "brew"),
            ("unsure", "Surprise me", "brew"),
        ),
        "brew": _question(
            "Noted. And how do you make it?",
            ("press", "French press", "who"),
            ("espresso", "Espresso machine", "who"),
            ("filter", "By hand, with a filter", "who"),
            ("other", "Not sure yet", "who"),
        ),
        "who": CaptureCard(
            text="And what is your name?",
            field="name",
            retry_text="Please tell us your name.",
            next="address",
        ),
        "address": CaptureCard(
            text="Your e-mail address, in case we lose each other?",
            field="email",
            retry_text="That does not look like an e-mail address. Please try again.",
            next="live_chat",
        ),
        **path_to_a_person("en", WAIT_TIME_S, online_message="Thanks! A barista is on the way."),
        "goodbye": EndCard(text="Enjoy your visit! We are here whenever you need us."),
    },
)

SECOND = Flow(
    start=FLOW.start,
    cards={
        **FLOW.cards,
        "brew": _question(
            "Noted. And how do you make it?",
            ("press", "French press", "fresh"),
            ("espresso", "Espresso machine", "fresh"),
            ("filter", "Pour over", "fresh"),
            ("cold", "Cold, overnight", "fresh"),
            ("other", "Not sure yet", "fresh"),
        ),
        "fresh": MessageCard(text="We roast every morning: yours will be fresh.", next="who"),
    },
)
"""What was published next."""

DRAFT = Flow(
    start=SECOND.start,
    cards={
        **SECOND.cards,
        "welcome": _question(
            "Good morning! I am Sunny. What can I do for you?",
            ("office", "Coffee for our office", "team"),
            ("beans", "Help me choose my beans", "taste"),
            ("browse", "Just browsing", "goodbye"),
        ),
        "team": _question(
            "Lovely. How many of you drink coffee?",
            ("few", "Up to 10", "who"),
            ("some", "10 to 50", "large"),
            ("many", "More than 50", "large"),
        ),
        "large": QualifyCard(qualified=True, next="offer"),
        "offer": ActionCard(follow_up="deal", title="A machine for an office", next="who"),
    },
)
"""What is being tried and published nowhere: nobody is asked for a person any more who did not say why."""

CAREERS = Flow(
    start="hello",
    cards={
        "hello": _question(
            "Hello! Do you want to work with us?",
            ("bar", "Behind the bar", "thanks"),
            ("roastery", "In the roastery", "thanks"),
        ),
        "thanks": EndCard(text="Come by any morning before nine, and ask for Chloe."),
    },
)
"""What visitors get who look for a job."""
