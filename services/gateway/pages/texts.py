"""What the launcher says, in each language of bots, of which a visitor loads the one of their playbook."""

from contracts.look import Language

SAID: dict[Language, tuple[str, str, str]] = {
    "en": ("Open", "Close", "new"),
    "pt-BR": ("Abrir", "Fechar", "novas"),
}
"""What opens the panel is called, what closes it, and what is unread."""
