"""What the launcher says, in each language of bots, of which a visitor loads the one of their playbook."""

from contracts.look import Language

DISMISS: dict[Language, str] = {"en": "Close", "pt-BR": "Fechar"}
"""What puts the greeting beside the button away."""
