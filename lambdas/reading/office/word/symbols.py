"""What the characters of symbol fonts are in Unicode. Pure.

Sources: Adobe's Symbol encoding (ISO 32000-1, annex D.5) and Microsoft's charts of the Wingdings fonts. A
box that is ticked, whichever way it is drawn, is ☒: one spelling for one meaning.
"""

# ruff: noqa: E501  tables read better unbroken

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TICKED", "UNKNOWN", "UNTICKED", "is_symbol_font", "symbol"]

TICKED, UNTICKED = "☒", "☐"
UNKNOWN = "\ufffd"
_PRIVATE = 0xF000  # where Word puts the 256 places of a symbol font

_SYMBOL_FROM_21 = (
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
_SYMBOL_FROM_A0 = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…│─↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
_SYMBOL = (
    {0x21 + place: character for place, character in enumerate(_SYMBOL_FROM_21)}
    | {0xA0 + place: character for place, character in enumerate(_SYMBOL_FROM_A0)}
    | {0xF1 + place: character for place, character in enumerate("〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭")}
)
_WINGDINGS = {
    0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x41: "✌", 0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟",
    0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x4E: "☠", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: UNTICKED, 0x70: UNTICKED,
    0x71: UNTICKED, 0x72: UNTICKED, 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: TICKED, 0x9E: "·",
    0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA4: "◉", 0xA5: "◎", 0xA7: "▪", 0xA8: UNTICKED, 0xAA: "✦", 0xAB: "★",
    0xD5: "⌫", 0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨",
    0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "✗", 0xFC: "✓", 0xFD: TICKED, 0xFE: TICKED,
    **{0x80 + number: character for number, character in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿")},
}  # fmt: skip
_WINGDINGS_2 = {
    0x2A: UNTICKED, 0x30: UNTICKED, 0x4F: "✗", 0x50: "✓", 0x51: TICKED, 0x52: TICKED, 0x53: TICKED, 0x54: TICKED,
    0x98: "•", 0xA2: "■", 0xA3: UNTICKED,
    **{0x69 + number: character for number, character in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩")},
}  # fmt: skip
_WINGDINGS_3 = {0x22: "↑", 0x23: "↓", 0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓"}
_WEBDINGS = {0x33: "◀", 0x34: "▶", 0x61: "✔", 0x63: UNTICKED, 0x67: "■", 0x6E: "●", 0x72: "✖", 0xC8: "☎"}
_FONTS: Mapping[str, Mapping[int, str]] = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
}


def is_symbol_font(font: str | None) -> bool:
    """Whether the font's characters aren't the letters in whose place they stand."""
    return (font or "").lower() in _FONTS


def symbol(code: int, font: str | None) -> str:
    """The character that stands at ``code`` of ``font``; ``UNKNOWN`` where that can't be said."""
    place = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code
    if is_symbol_font(font):
        if place in (0x20, 0xA0) and place not in _FONTS[(font or "").lower()]:
            return " "
        return _FONTS[(font or "").lower()].get(place, UNKNOWN)
    return UNKNOWN if place != code or code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)
