"""How well text can be read on a colour, as WCAG 2.2 measures it."""

from __future__ import annotations

WHITE, BLACK = "#ffffff", "#10141d"  # what is written on colours
LEAST = 4.5  # contrast that text needs, WCAG 1.4.3


def luminance(color: str) -> float:
    """Relative luminance of a colour "#rrggbb": 0 for black, 1 for white."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours: 1 where they are equally light, 21 for black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(color: str) -> str:
    """Ink that can be read on `color`: white, or near black on the light ones."""
    return WHITE if contrast(WHITE, color) >= LEAST else BLACK
