"""What the launcher says, in each language of bots, of which a visitor loads the one of their playbook."""

from contracts.look import Language

SAID: dict[Language, tuple[str, str, str]] = {
    "en": ("Open", "Loading", "Close"),
    "pt-BR": ("Abrir", "Carregando", "Fechar"),
}
"""What its button is called before “chat”: while the panel is closed, while it comes, and while it is open."""
