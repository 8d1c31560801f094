"""What is written on a colour can be read: by WCAG 2, in what its owner wants or else in white or black."""

from contracts.look import Colour

READABLE = 4.5
WHITE, BLACK = "#ffffff", "#000000"


def ink_on(colour: Colour, wanted: Colour) -> Colour:
    """What to write with on a colour."""
    return next((ink for ink in (wanted, WHITE) if contrast(colour, ink) >= READABLE), BLACK)


def contrast(one: Colour, other: Colour) -> float:
    """Of two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
