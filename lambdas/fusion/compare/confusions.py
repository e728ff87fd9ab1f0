"""Which numbers a recogniser takes for each other: misread digits, misheard number words."""

from __future__ import annotations

from enum import Enum

from braid.domain.evidence.observation import ObservationKind
from braid.text.numbers.quantities import Quantity

__all__ = ["Confusion", "confusion"]

# Digits that look alike in print, as confusion matrices of OCR list them: 1-7, 3-8, 5-6, 0-6-8-9.
_LOOK_ALIKE = {frozenset(pair) for pair in ("17", "38", "56", "06", "08", "09", "68", "89", "58", "27")}


class Confusion(Enum):
    """How easily one number is taken for the other."""

    NONE = "none"
    POSSIBLE = "possible"
    LIKELY = "likely"


def confusion(
    one: Quantity, other: Quantity, one_kind: ObservationKind, other_kind: ObservationKind
) -> Confusion:
    """How easily recognisers would make ``other`` out of ``one``, given where each was found."""
    kinds = {one_kind, other_kind}
    found = Confusion.NONE
    if "utterance" in kinds:
        spoken, written = (one, other) if one_kind == "utterance" else (other, one)
        found = _misheard(spoken, written)
    if found is Confusion.NONE and "detected_text" in kinds:
        found = _misread(one.written, other.written)
    return found


def _misheard(spoken: Quantity, written: Quantity) -> Confusion:
    """Thirteen and thirty or sixteen; forty for forty-nine, whose rest became another word; five and nine."""
    for heard in spoken.values:
        for meant in written.values:
            if 13 <= min(heard, meant) <= 19 and max(heard, meant) == (min(heard, meant) - 10) * 10:
                return Confusion.LIKELY
            if _is_beginning(heard, meant) or _is_beginning(meant, heard):
                return Confusion.LIKELY
            if {heard % 10, meant % 10} == {5, 9} and abs(heard - meant) == 4:
                return Confusion.POSSIBLE
            if _differ_in_one_word(heard, meant):
                return Confusion.POSSIBLE
    return Confusion.NONE


def _is_beginning(part: float, number: float) -> bool:
    """Whether ``number`` begins with the words of ``part``: 40 of 49, 200 of 249, 9 of 9.5, 4 of 49."""
    if not part or part >= number:
        return False
    for place in (10, 100, 1000):
        if part % place == 0 and part <= number < part + place:
            return True
    texts = (f"{part:g}", f"{number:g}")
    return texts[1].startswith(texts[0]) or texts[1].endswith(texts[0])


def _differ_in_one_word(one: float, other: float) -> bool:
    """Thirteen and sixteen; of longer numbers, those with one digit another: one word misheard is enough."""
    if min(one, other) >= 13 and max(one, other) <= 19:
        return True
    ours, theirs = f"{one:g}", f"{other:g}"
    differing = sum(ours[at] != theirs[at] for at in range(min(len(ours), len(theirs))))
    return len(ours) == len(theirs) >= 3 and differing == 1


def _misread(one: str, other: str) -> Confusion:
    ours, theirs = _digits(one), _digits(other)
    if not ours or not theirs:
        return Confusion.NONE
    if ours == theirs:
        return Confusion.LIKELY  # a decimal point was lost
    shorter, longer = sorted((ours, theirs), key=len)
    if len(longer) - len(shorter) == 1 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return Confusion.LIKELY  # a digit was lost at an edge, or a sign was read as one ($49 as 549)
    if len(shorter) != len(longer):
        return Confusion.NONE
    differing = [frozenset(pair) for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    if all(pair in _LOOK_ALIKE for pair in differing):
        return Confusion.POSSIBLE
    return Confusion.NONE


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
