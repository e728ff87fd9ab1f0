"""Numbers as a spreadsheet program shows them by a cell's format code: ``00000``, ``#,##0.00 "kg"``. Pure.

Format codes are those of ECMA-376 part 1, 18.8.31, spelled as files have them: in the American way.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

__all__ = ["format_number", "format_text"]

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<gap>.)|\*(?P<fill>.)'
    r"|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<sign>[.,%/@])|(?P<literal>.)",
    re.S,
)
# One that isn't quoted or escaped: behind it quotes come in pairs.
_SEMICOLON = re.compile(r'(?<!\\);(?=(?:[^"]*"[^"]*")*[^"]*$)')
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?(?:\d+\.?\d*|\.\d+))")
_KINDS_OF_TEXT = {"quoted": "", "escaped": "", "currency": "", "literal": "", "gap": " ", "fill": " "}
_MAX_DENOMINATOR_DIGITS = 6
_SHOWN_DIGITS = 15
_LEAST_EXPONENT, _GREATEST_EXPONENT = -10, 20
# A float has up to 309 digits before its point, a code up to 30 behind.
_MAX_DIGITS = 400


@dataclass(frozen=True)
class _Section:
    """One of the up to four parts of a code: its tokens as kind and text, and the numbers that it is for."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None = None

    def has(self, kind: str) -> bool:
        return any(token == kind for token, _ in self.tokens)


def format_number(value: float, code: str) -> str:
    """The number as it is shown; with up to 15 digits where the code says nothing about digits.

    Empty where the code shows nothing for such a number (``;;;`` hides every value).
    """
    sections = _sections(code)
    index = _chosen(sections, value)
    section = sections[index]
    is_signed = value < 0 and (index == 0 or section.condition is not None)
    if not math.isfinite(value):
        return str(value)
    if section.has("general") or (section.has("at") and not section.has("digit")):
        number = _general(abs(value))
        shown = "".join(number if kind in ("general", "at") else text for kind, text in section.tokens)
    elif section.has("slash") and section.has("digit"):
        shown = _with_fraction(section, abs(Decimal(repr(value))))
    else:
        with localcontext(Context(prec=_MAX_DIGITS)):
            shown = _with_digits(section, abs(Decimal(repr(value))))
    shown = " ".join(shown.split())
    return f"-{shown}" if is_signed and any(character in "123456789" for character in shown) else shown


def _general(amount: float) -> str:
    """A number without a format, as a cell is shown for editing: 15 digits, 1E+21 and 1E-11 where it has more
    than twenty places before its point or ten behind."""
    with localcontext(Context(prec=_SHOWN_DIGITS)):
        rounded = +Decimal(repr(amount))
    digits = rounded.normalize(Context(prec=_SHOWN_DIGITS))
    if not digits or _LEAST_EXPONENT <= digits.adjusted() <= _GREATEST_EXPONENT:
        return f"{digits:f}"
    power = digits.adjusted()
    return f"{digits.scaleb(-power):f}E{'-' if power < 0 else '+'}{abs(power):02d}"


def format_text(text: str, code: str) -> str:
    """A text as the code shows it: its fourth part is for texts, else the only one if it has an ``@``."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if section.has("at"):
        return "".join(text if kind == "at" else other for kind, other in section.tokens).strip()
    return "" if len(sections) > 3 and not section.tokens else text


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    return tuple(_section(part) for part in _SEMICOLON.split(code or "General")[:4])


def _section(code: str) -> _Section:
    tokens: list[tuple[str, str]] = []
    condition = None
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "bracket":
            if found := _CONDITION.fullmatch(text):
                condition = found[1], float(found[2])
        elif kind in _KINDS_OF_TEXT:
            tokens.append(("text", _KINDS_OF_TEXT[kind] or text))
        elif kind == "sign":
            names = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "at"}
            tokens.append((names[text], text))
        else:
            tokens.append((kind, text))
    return _Section(tuple(tokens), condition)


def _chosen(sections: tuple[_Section, ...], value: float) -> int:
    """Which section a number is shown by."""
    if any(section.condition for section in sections[:2]):
        for index, section in enumerate(sections[:3]):
            if section.condition is None or _fulfils(value, *section.condition):
                return index
        return 0
    count = min(len(sections), 3)
    if value < 0 and count > 1:
        return 1
    return 2 if value == 0 and count > 2 else 0


def _fulfils(value: float, sign: str, limit: float) -> bool:
    results = {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }
    return results[sign]


def _with_digits(section: _Section, amount: Decimal) -> str:
    """The tokens with the amount's digits in the places that are held for them."""
    tokens = section.tokens
    digits = [index for index, (kind, _) in enumerate(tokens) if kind == "digit"]
    point = next((index for index, (kind, _) in enumerate(tokens) if kind == "point"), len(tokens))
    power = next((index for index, (kind, _) in enumerate(tokens) if kind == "exponent"), len(tokens))
    whole = [index for index in digits if index < min(point, power)]
    decimals = [index for index in digits if point < index < power]
    powers = [index for index in digits if index > power]
    commas = [index for index, (kind, _) in enumerate(tokens) if kind == "comma"]
    last = digits[-1] if digits else -1
    amount *= Decimal(100) ** sum(kind == "percent" for kind, _ in tokens)
    amount /= Decimal(1000) ** sum(max(whole, default=-1) < index < point or index > last for index in commas)
    exponent = 0
    if powers and amount:
        step = max(1, len(whole))
        exponent = amount.adjusted() // step * step
        amount = amount.scaleb(-exponent)
    rounded = amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    before, _, behind = f"{rounded:f}".partition(".")
    shown = {index: text for index, (kind, text) in enumerate(tokens) if kind in ("text", "percent")}
    is_grouped = any(whole and whole[0] < index < whole[-1] for index in commas)
    shown.update(_placed(before.lstrip("0"), whole, tokens, is_grouped=is_grouped))
    kept = len(behind)
    while kept and behind[kept - 1] == "0" and tokens[decimals[kept - 1]][1] != "0":
        kept -= 1
    shown.update(zip(decimals, behind[:kept], strict=False))
    if point < len(tokens):
        shown[point] = "."
    if power < len(tokens):
        sign = "-" if exponent < 0 else "+" if tokens[power][1][1] == "+" else ""
        shown[power] = f"E{sign}"
        shown.update(_placed(str(abs(exponent)).lstrip("0"), powers, tokens, is_grouped=False))
    return "".join(shown.get(index, "") for index in range(len(tokens)))


def _placed(
    number: str, places: list[int], tokens: tuple[tuple[str, str], ...], *, is_grouped: bool
) -> dict[int, str]:
    """A whole number's digits by the places that hold them, from the right; the first takes what is left."""
    placed: dict[int, str] = {}
    left = number
    for count, index in enumerate(reversed(places)):
        digit, left = (left[-1:], left[:-1]) if index != places[0] else (left, "")
        if not digit and tokens[index][1] == "0":
            digit = "0"
        if is_grouped and digit:
            digit = _grouped(digit, count)
        placed[index] = digit
    return placed


def _grouped(digits: str, count: int) -> str:
    """Digits with a comma behind each that has a multiple of three digits behind it, ``count`` others too."""
    parts = []
    for place, digit in enumerate(reversed(digits), start=count):
        parts.append(f"{digit}," if place and place % 3 == 0 else digit)
    return "".join(reversed(parts))


def _with_fraction(section: _Section, amount: Decimal) -> str:
    """``1 3/4``: a whole number, if a place is held for one, and the nearest fraction with so many digits."""
    slash = next(index for index, (kind, _) in enumerate(section.tokens) if kind == "slash")
    behind = section.tokens[slash + 1 :]
    fixed = "".join(text for kind, text in behind if kind in ("digit", "text")).strip()
    before = [kind for kind, _ in section.tokens[:slash]]
    has_whole = "text" in before[before.index("digit") :] if "digit" in before else False
    digits = min(sum(kind == "digit" for kind, _ in behind), _MAX_DENOMINATOR_DIGITS)
    whole = int(amount) if has_whole else 0
    rest = Fraction(amount) - whole
    if fixed.isdecimal() and int(fixed):
        denominator = int(fixed)
        numerator = round(rest * denominator)
    else:
        near = rest.limit_denominator(10 ** max(1, digits) - 1)
        numerator, denominator = near.numerator, near.denominator
    if has_whole and numerator == denominator:
        whole, numerator = whole + 1, 0
    fraction = f"{numerator}/{denominator}" if numerator or not has_whole else ""
    return f"{whole if whole or not fraction else ''} {fraction}"
