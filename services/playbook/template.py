"""The built-in templates, in every language of a bot: flows that can be published as they are."""

from collections.abc import Mapping
from typing import Literal

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
from contracts.look import Language

WAIT_TIME_S = 60

Template = Literal["live_chat", "blank", "lead_qualification", "support"]

_TEXTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "welcome": "Hi there! How can we help you?",
        "chat": "Chat with us",
        "browse": "Just browsing",
        "online": "Thanks! We are looking for somebody who can help you.",
        "offline": "Sorry, everybody is busy at the moment.",
        "goodbye": "Enjoy your visit! We are here whenever you need us.",
        "leave_details": "Leave us your details and we will get back to you.",
        "name": "What is your name?",
        "name_retry": "Please tell us your name.",
        "email": "And your e-mail address?",
        "email_retry": "That does not look like an e-mail address. Please try again.",
        "thanks": "Thank you! We will be in touch soon.",
        "buy": "I am looking for an offer",
        "company": "Which company are you with?",
        "company_retry": "Please tell us the name of your company.",
        "when": "When would you like to start?",
        "soon": "In the next weeks",
        "later": "Later, or I do not know yet",
        "trouble": "Something does not work",
        "problem": "What does not work?",
        "problem_label": "Problem",
        "problem_retry": "Please tell us in a few words.",
        "help": "Help {name}",
    },
    "pt-BR": {
        "welcome": "Olá! Como podemos ajudar?",
        "chat": "Falar com a gente",
        "browse": "Só estou olhando",
        "online": "Obrigado! Estamos procurando alguém para atender você.",
        "offline": "Desculpe, todos estão ocupados no momento.",
        "goodbye": "Boa visita! Estamos aqui quando você precisar.",
        "leave_details": "Deixe seus dados e entraremos em contato.",
        "name": "Qual é o seu nome?",
        "name_retry": "Por favor, diga o seu nome.",
        "email": "E o seu e-mail?",
        "email_retry": "Isso não parece um e-mail. Tente de novo, por favor.",
        "thanks": "Obrigado! Entraremos em contato em breve.",
        "buy": "Procuro uma proposta",
        "company": "De qual empresa você é?",
        "company_retry": "Por favor, diga o nome da sua empresa.",
        "when": "Quando você gostaria de começar?",
        "soon": "Nas próximas semanas",
        "later": "Mais tarde, ou ainda não sei",
        "trouble": "Alguma coisa não funciona",
        "problem": "O que não funciona?",
        "problem_label": "Problema",
        "problem_retry": "Por favor, conte em poucas palavras.",
        "help": "Ajudar {name}",
    },
}


def flow_of(template: Template, wait_time_s: int = WAIT_TIME_S, language: Language = "en") -> Flow:
    """A template's flow: a question with a way out, and with the paths for which the template is."""
    told = _TEXTS[language]
    paths = [Choice(choice_id="browse", label=told["browse"], next="goodbye")]
    cards: dict[str, Card] = {}
    if template in ("live_chat", "support"):
        paths.insert(0, Choice(choice_id="chat", label=told["chat"], next="live_chat"))
        cards |= path_to_a_person(language, wait_time_s)
    if template == "support":
        paths.insert(0, Choice(choice_id="trouble", label=told["trouble"], next="problem"))
        cards |= _trouble(told)
    if template == "lead_qualification":
        paths.insert(0, Choice(choice_id="buy", label=told["buy"], next="company"))
        cards |= _buyer(told)
    welcome = QuestionCard(text=told["welcome"], choices=tuple(paths))
    return Flow(
        start="welcome", cards={"welcome": welcome, **cards, "goodbye": EndCard(text=told["goodbye"])}
    )


def _trouble(told: Mapping[str, str]) -> Mapping[str, Card]:
    """What does not work, who says so, and an activity for those who help."""
    return {
        "problem": CaptureCard(
            text=told["problem"],
            field="free",
            key="problem",
            label=told["problem_label"],
            retry_text=told["problem_retry"],
            next="who",
        ),
        "who": CaptureCard(text=told["name"], field="name", retry_text=told["name_retry"], next="where"),
        "where": CaptureCard(text=told["email"], field="email", retry_text=told["email_retry"], next="help"),
        "help": ActionCard(
            follow_up="activity", title=told["help"], note="{problem}", due_in_days=1, next="helped"
        ),
        "helped": EndCard(text=told["thanks"]),
    }


def _buyer(told: Mapping[str, str]) -> Mapping[str, Card]:
    """Who wants an offer: a lead where it is soon, and an activity where it is not."""
    when = (
        Choice(choice_id="soon", label=told["soon"], next="qualified"),
        Choice(choice_id="later", label=told["later"], next="disqualified"),
    )
    return {
        "company": CaptureCard(
            text=told["company"], field="company", retry_text=told["company_retry"], next="name"
        ),
        "name": CaptureCard(text=told["name"], field="name", retry_text=told["name_retry"], next="email"),
        "email": CaptureCard(text=told["email"], field="email", retry_text=told["email_retry"], next="when"),
        "when": QuestionCard(text=told["when"], choices=when),
        "qualified": QualifyCard(qualified=True, next="lead"),
        "lead": ActionCard(follow_up="lead", next="thanks"),
        "disqualified": QualifyCard(qualified=False, next="activity"),
        "activity": ActionCard(follow_up="activity", due_in_days=30, next="thanks"),
        "thanks": EndCard(text=told["thanks"]),
    }


def path_to_a_person(
    language: Language,
    wait_time_s: int,
    *,
    suffix: str = "",
    online_message: str | None = None,
    offline_message: str | None = None,
) -> Mapping[str, Card]:
    """A Live Chat card, the first, and its offline flow. `suffix` ends all their ids: one playbook may hold many."""
    told = _TEXTS[language]
    live_chat = LiveChatCard(
        online_message=online_message or told["online"],
        wait_time_s=wait_time_s,
        offline_message=offline_message or told["offline"],
        offline_flow=f"leave_details{suffix}",
    )
    return {f"live_chat{suffix}": live_chat, **_offline(told, suffix)}


def _offline(told: Mapping[str, str], suffix: str) -> Mapping[str, Card]:
    return {
        f"leave_details{suffix}": MessageCard(text=told["leave_details"], next=f"name{suffix}"),
        f"name{suffix}": CaptureCard(
            text=told["name"], field="name", retry_text=told["name_retry"], next=f"email{suffix}"
        ),
        f"email{suffix}": CaptureCard(
            text=told["email"], field="email", retry_text=told["email_retry"], next=f"qualified{suffix}"
        ),
        f"qualified{suffix}": QualifyCard(qualified=True, next=f"lead{suffix}"),
        f"lead{suffix}": ActionCard(follow_up="lead", next=f"thanks{suffix}"),
        f"thanks{suffix}": EndCard(text=told["thanks"]),
    }
