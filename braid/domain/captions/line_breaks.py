"""Where a text may be broken: at blanks, or in scripts without them between characters. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from braid.domain.captions.languages import is_unspaced
from braid.domain.captions.timing import width

__all__ = ["shared_out", "wrapped"]

# What no line begins with, and none ends with (JIS X 4051, "kinsoku"); marks and joiners never stand alone.
_NOT_FIRST = frozenset("、。，．・：；？！）」』】〕〉》”’ぁぃぅぇぉっゃゅょァィゥェォッャュョー…?!,.:;)%ๆฯ")
_NOT_LAST = frozenset("（「『【〔〈《“‘([")


def shared_out(text: str, shares: Sequence[float], language: str) -> tuple[str, ...]:
    """``text`` in as many parts as there are ``shares``, each as wide as its share of the whole.

    Parts end where a line may. Joined they are the text; where it has fewer pieces the last are empty.
    """
    pieces = _pieces(text, language)
    total, whole = sum(shares) or 1.0, width(text)
    widths = [width(piece) for piece in pieces]
    parts, begin, reached, wanted = [], 0, 0.0, 0.0
    for number, share in enumerate(shares, start=1):
        wanted += whole * share / total
        end = begin
        most = len(pieces) - (len(shares) - number)  # one at least for each part that follows
        while end < len(pieces) and (
            number == len(shares) or end == begin or (end < most and reached + widths[end] / 2 <= wanted)
        ):
            reached += widths[end]
            end += 1
        parts.append("".join(pieces[begin:end]).strip())
        begin = end
    return tuple(parts)


def wrapped(text: str, columns: int, language: str) -> tuple[str, ...]:
    """``text`` in as few lines of ``columns`` as it takes, about equally wide where that takes no more.

    Only what can't be broken is wider.
    """
    filled = _filled(_pieces(text, language), columns)
    even = shared_out(text, [1.0] * len(filled), language)
    fits = all(even) and max(map(width, even), default=0) <= columns
    return even if fits else filled


def _filled(pieces: Sequence[str], columns: int) -> tuple[str, ...]:
    """Lines with as many pieces as each holds."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and width(f"{lines[-1]}{piece}".rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return tuple(line.strip() for line in lines if line.strip())


def _pieces(text: str, language: str) -> list[str]:
    """What can't be broken, each with the blanks behind it."""
    if not is_unspaced(language):
        words = text.split()
        return [f"{word} " for word in words[:-1]] + words[-1:]
    pieces: list[str] = []
    for character in text:
        if pieces and not _may_begin(character, pieces[-1]):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _may_begin(character: str, before: str) -> bool:
    last = before[-1]
    return not (
        character in _NOT_FIRST
        or last in _NOT_LAST
        or character.isspace()
        or unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
        or character in "\u0e33\u0eb3"  # vowels of Thai and Lao that stand behind their letter
        or last in "เแโใไເແໂໃໄ"  # and those that stand before it
        # Words and numbers of other scripts stay whole.
        or (character.isascii() and last.isascii() and character.isalnum() and last.isalnum())
    )
