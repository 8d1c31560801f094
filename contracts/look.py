"""How a playbook's widget looks, and the language of its own texts."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from contracts.envelope import Fact

Language = Literal["en", "pt-BR"]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Icon = Literal["chat", "bot", "help", "people", "phone", "star"]
BotName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Greeting = Annotated[str, StringConstraints(max_length=300)]


class Look(Fact):
    """How a playbook's widget looks, and which language its own texts are in. Colours are #rrggbb.

    `text_colour` stands on `colour`; the icon is on the button, the greeting beside it.
    """

    bot_name: BotName = "Bot"
    colour: Colour = "#1f5fd6"
    text_colour: Colour = "#ffffff"
    icon: Icon = "chat"
    position: Literal["left", "right"] = "right"
    greeting: Greeting = ""
    language: Language = "en"
