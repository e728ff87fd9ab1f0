"""Named entities of an English text.

Patterns find what its own words prove: dates, quantities, firms, people with a title. Names without such
evidence come from ``named_entities`` where its recogniser is here; else they are left out rather than
guessed. Types and spelling are Amazon Comprehend's.
"""

from __future__ import annotations

import re
from typing import Any

from local.engines.text.named_entities import names
from local.weights import WeightsMissingError

__all__ = ["entities"]

_MONTHS = "january february march april may june july august september october november december"
_MONTH = rf"(?:{_MONTHS.replace(' ', '|')}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
# "march" and "may" are more often verbs.
_ONLY_A_MONTH = rf"(?:{_MONTHS.replace('march ', '').replace('may ', '').replace(' ', '|')})"
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|"
    r"(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|"
    r"million|billion|trillion)"
)
_SPELLED = rf"{_NUMBER_WORD}(?:(?:[ -]| and ){_NUMBER_WORD})*"
_FIGURE = r"[-+−]?\d+(?:[,.]\d+)*"
_AMOUNT = rf"(?:{_FIGURE}(?: (?:hundred|thousand|million|billion|trillion))?|(?:a |half a )?{_SPELLED})"
_UNIT = (
    r"(?:%|percent|per cent|percentage points?|degrees?(?: (?:celsius|fahrenheit))?|°[CF]?|"
    r"(?:milli|centi|kilo)?(?:met(?:er|re)|gram|lit(?:er|re))s?|kilos?|tons?|tonnes?|miles?|feet|foot|inch(?:es)?|"
    r"yards?|acres?|pounds?|ounces?|gallons?|mm|cm|km|kg|mg|ml|km/h|mph|[kmg]?hz|[kmgt]b|px|fps|kwh?|"
    r"watts?|volts?|dollars?|cents?|euros?|yen|usd|eur|gbp|"
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centuries|times|people|persons?|"
    r"(?:kilo|mega|giga|tera)?bytes?|pages?|items?|users?|customers?|employees?|students?|children)"
)
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’\-]+"

_KINDS = tuple(
    (kind, re.compile(pattern), score)
    for kind, pattern, score in (
        ("OTHER", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", 0.99),
        ("OTHER", r"\b(?:https?://|www\.)[^\s<>\"')]*[^\s<>\"').,;:!?]", 0.98),
        (
            "DATE",
            r"(?i)\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?\b|\b\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})\b"
            rf"|\b(?:{_DAY},? )?(?:the )?(?:\d{{1,2}}|{_ORDINAL}) (?:of )?{_MONTH}(?:,? (?:1[5-9]|20)\d\d)?\b"
            rf"|\b(?:{_DAY},? )?{_MONTH} (?:the )?(?:{_ORDINAL}|\d{{1,2}})\b(?!:)(?:,? (?:1[5-9]|20)\d\d\b)?"
            rf"|\b{_ONLY_A_MONTH}(?: (?:1[5-9]|20)\d\d)?\b"
            r"|\b(?-i:March|May) (?:1[5-9]|20)\d\d\b"
            rf"|\b(?:(?:last|next|this|every) )?{_DAY}(?: (?:morning|afternoon|evening|night))?\b"
            r"|\b(?:last|next|this|past) (?:week|month|quarter|year|decade|century)\b"
            r"|\b(?:yesterday|tomorrow|today|tonight)\b"
            r"|\b\d{1,2}:\d{2}(?: ?[ap]\.?m\b)?|\b\d{1,2} ?[ap]\.?m\b"
            r"|\b(?:the )?(?:early |late |mid[- ])?(?:18|19|20)\d0s\b"
            r"|\b(?:in|since|until|by|from|of) (?P<it>(?:18|19|20)\d\d)\b(?!%)",
            0.95,
        ),
        (
            "QUANTITY",
            rf"(?i)[$€£¥]\s?{_FIGURE}(?:\s?(?:k|m|bn|thousand|million|billion|trillion)\b)?"
            rf"|(?<![\w.,]){_AMOUNT}(?:\s|-)?{_UNIT}(?!\w)"
            r"|\b(?:half )?an? (?:second|minute|hour|day|week|month|year|decade|century)(?: and a half)?\b"
            rf"|(?<![\w.,:/-]){_FIGURE} (?:hundred|thousand|million|billion|trillion)\b"
            r"|\b(?:half|a third|two thirds|a quarter|three quarters) of\b",
            0.9,
        ),
        (
            "ORGANIZATION",
            rf"\b(?:{_WORD} (?:& |and )?){{1,4}}"
            r"(?:Inc|Incorporated|Ltd|Limited|LLC|LLP|Corp|Corporation|GmbH|AG|S\.A|SA|PLC|plc|N\.V|B\.V|Pty|"
            r"Foundation|Institute|University|College|Association|Committee|Commission|Agency|Ministry)\b\.?"
            rf"|\b(?:University|Institute|Ministry|Bank|Department|College) of (?:the )?{_WORD}"
            rf"(?: (?:and )?{_WORD}){{0,3}}",
            0.85,
        ),
        (
            "PERSON",
            r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|President|Senator|Sir|Captain|Judge)\b\.? "
            rf"(?P<it>{_WORD}(?: [A-Z]\.)?(?: {_WORD})?)",
            0.85,
        ),
        ("PERSON", rf"(?i:\bmy name is|\bi am called) (?P<it>{_WORD}(?: [A-Z]\.)?(?: {_WORD})?)", 0.85),
    )
)
# The share of recognised names of a type that were right in evaluation/entities; the others are too few.
_NAME_SCORES = {"PERSON": 0.89, "LOCATION": 0.88, "ORGANIZATION": 0.73}
_OTHER_NAME_SCORE = 0.7
_LEADING_ARTICLES = ("The ", "A ", "An ", "Our ", "This ", "At ", "In ", "And ", "But ")


def entities(text: str) -> list[dict[str, Any]]:
    """Every finding in reading order: ``{"type", "text", "begin", "end", "score"}``; findings never overlap.

    Offsets count characters (code points), half-open. ``score`` (0 to 1) is how much the pattern proves; for
    a recognised name it is the share of such names that were right (``evaluation/entities``).
    """
    found: list[dict[str, Any]] = []
    taken = bytearray(len(text))
    for kind, pattern, score in _KINDS:
        for match in pattern.finditer(text):
            named = "it" in pattern.groupindex and match["it"] is not None
            begin, end = match.span("it") if named else match.span()
            begin = _without_article(text, begin, end)
            if kind == "ORGANIZATION" and " " not in text[begin:end]:
                continue  # "The Committee": of what, nobody says
            if taken.find(1, begin, end) >= 0:
                continue
            taken[begin:end] = bytes([1]) * (end - begin)
            found.append({"type": kind, "text": text[begin:end], "begin": begin, "end": end, "score": score})
    for kind, begin, end in _names(text):
        if taken.find(1, begin, end) < 0:
            score = _NAME_SCORES.get(kind, _OTHER_NAME_SCORE)
            found.append({"type": kind, "text": text[begin:end], "begin": begin, "end": end, "score": score})
    return sorted(found, key=lambda finding: int(finding["begin"]))


def _names(text: str) -> list[tuple[str, int, int]]:
    try:
        return names(text)
    except (WeightsMissingError, ImportError):
        return []


def _without_article(text: str, begin: int, end: int) -> int:
    """Where the name starts: a capital at the start of a sentence isn't part of it."""
    for article in _LEADING_ARTICLES:
        if text.startswith(article, begin, end):
            return begin + len(article)
    return begin
