"""Sentences of a text, with their exact offsets."""

from __future__ import annotations

import re

__all__ = ["is_well_formed", "sentence_spans", "words"]

_BOUNDARY = re.compile(
    r"(?P<stop>[.!?…]+[\"'”’)\]]*)(?=\s+)"  # a full stop and what closes after it
    r"|(?P<wide>[。！？]+[」』）]*)"  # CJK needs no space
    r"|\s*\n\s*\n\s*|\s*\n\s*(?=[^\sa-z])"  # a paragraph; a line that doesn't go on in lower case
)
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st sr jr vs etc e.g i.e cf no fig vol inc ltd co corp dept est approx gen sen rep gov
    capt col lt sgt rev hon jan feb mar apr jun jul aug sep sept oct nov dec mt ave rd blvd
    """.split()  # noqa: SIM905 - words read better than a list of literals
)
_WORD = re.compile(r"[^\W_]+(?:['’\-/&.][^\W_]+)*")
_LEAST_WORDS_IN_A_SENTENCE = 4


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open ``(begin, end)`` of every sentence, trimmed of white space, in order.

    A text without punctuation is one sentence per line or paragraph.
    """
    spans = []
    begin = 0
    for boundary in _BOUNDARY.finditer(text):
        if boundary["stop"] == "." and _is_abbreviation(text[begin : boundary.start()]):
            continue
        # Punctuation belongs to its sentence, white space to none.
        keeps = boundary["stop"] or boundary["wide"]
        spans.append((begin, boundary.end() if keeps else boundary.start()))
        begin = boundary.end()
    spans.append((begin, len(text)))
    return [trimmed for span in spans if (trimmed := _trimmed(text, *span)) is not None]


def words(text: str) -> list[str]:
    """The words of a text, hyphenated ones whole, in order."""
    return _WORD.findall(text)


def is_well_formed(sentence: str) -> bool:
    """Whether it looks written: a capital or digit first, a full stop last, and enough words."""
    closing = sentence.rstrip("\"'”’)]")
    return (
        len(words(sentence)) >= _LEAST_WORDS_IN_A_SENTENCE
        and not sentence[0].islower()
        and closing.endswith((".", "!", "?", "…", "。", "！", "？"))
    )


def _is_abbreviation(before: str) -> bool:
    last = before.rsplit(maxsplit=1)[-1].lower().lstrip("(\"'“‘") if before.strip() else ""
    if last.isdecimal() and before.strip() == last and len(last) <= 2:
        return True  # "2. The inverter" is a numbered heading
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last != "i")


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int] | None:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    return (begin, end) if begin < end else None
