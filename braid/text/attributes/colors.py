"""Colour words, and which colours people may call by either name."""

from __future__ import annotations

__all__ = ["COLOR_WORDS", "IDIOMS", "are_near", "are_synonyms", "is_chromatic"]

# The eleven basic colour terms of English (Berlin and Kay, 1969) and what shops call their shades.
_SHADES = {
    "red": "red crimson scarlet maroon burgundy ruby",
    "orange": "orange",
    "yellow": "yellow golden gold mustard",
    "green": "green olive lime emerald khaki",
    "blue": "blue navy azure cobalt turquoise teal cyan",
    "purple": "purple violet lilac lavender magenta",
    "pink": "pink fuchsia",
    "brown": "brown tan beige chestnut bronze",
    "black": "black",
    "white": "white ivory cream",
    "gray": "gray grey silver charcoal",
}
COLOR_WORDS = {word: color for color, words in _SHADES.items() for word in words.split()}

# Neighbours: under another light, or to another eye, one passes for the other.
_NEAR = {
    frozenset(pair.split())
    for pair in (
        "red pink",
        "red orange",
        "red brown",
        "red purple",
        "orange yellow",
        "orange brown",
        "yellow brown",
        "yellow green",
        "yellow white",
        "green blue",
        "green brown",
        "green gray",
        "blue purple",
        "blue gray",
        "blue black",
        "purple pink",
        "pink white",
        "brown black",
        "brown gray",
        "black gray",
        "white gray",
    )
}
_SYNONYMS = {frozenset(pair.split()) for pair in ("purple pink", "blue purple", "gray black", "gray white")}
# "Black Friday" is no colour of anything.
IDIOMS = frozenset(
    {
        ("black", "friday"),
        ("black", "box"),
        ("black", "market"),
        ("blue", "print"),
        ("blue", "chip"),
        ("gold", "standard"),
        ("gray", "area"),
        ("green", "card"),
        ("green", "energy"),
        ("green", "house"),
        ("green", "light"),
        ("orange", "juic"),
        ("red", "cross"),
        ("red", "tap"),
        ("silver", "bullet"),
        ("white", "house"),
        ("white", "paper"),
        ("white", "board"),
        ("yellow", "page"),
    }
)
_ACHROMATIC = frozenset({"black", "white", "gray"})


def are_near(one: str, other: str) -> bool:
    """Whether one measured or named colour can be taken for the other."""
    return one == other or frozenset((one, other)) in _NEAR


def are_synonyms(one: str, other: str) -> bool:
    """Whether people use one name where others use the other."""
    return one == other or frozenset((one, other)) in _SYNONYMS


def is_chromatic(color: str) -> bool:
    """Whether the colour is none of black, white and gray, which backgrounds and shadows bring."""
    return color not in _ACHROMATIC
