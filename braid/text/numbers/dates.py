"""Dates, times of day and weekdays in a text, in the languages of ``braid.text.languages``.

A form with two readings keeps both: ``3/4/2024`` is in March or in April, "at half past nine" in the morning
or at night. Two texts agree where one reading of each does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from braid.text.numbers.ordinals import ENGLISH_ORDINALS

__all__ = ["WEEKDAYS", "ClockTime", "Date", "Moments", "read_moments"]


@dataclass(frozen=True)
class Date:
    """A day, a month or a year as far as it is named; ``readings`` are ``(year, month, day)``."""

    readings: tuple[tuple[int | None, int | None, int | None], ...]
    written: str


@dataclass(frozen=True)
class ClockTime:
    """A time of day; ``readings`` are minutes since midnight."""

    readings: tuple[int, ...]
    written: str


@dataclass(frozen=True)
class Moments:
    """What a text says of when. Weekdays count from Monday, 0; ``spanned`` are those of "Monday to Friday".

    ``rest`` is the text with dates and times blanked out.
    """

    dates: tuple[Date, ...]
    times: tuple[ClockTime, ...]
    weekdays: tuple[tuple[int, str], ...]
    spanned: frozenset[int]
    rest: str


_MONTH_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio janeiro",
    "february feb februar février févr febrero febbraio fevereiro fev",
    "march mar märz maerz mars marzo março",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août agosto",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)
_MONTHS = {word: n for n, words in enumerate(_MONTH_NAMES, 1) for word in words.split()}
# Written small, these are verbs.
_ALSO_WORDS = frozenset({"may", "march", "mar"})
_WEEKDAY_NAMES = (
    "monday mondays montag montags lundi lunes lunedì segunda-feira 月曜 星期一 周一 월요일",
    "tuesday tuesdays dienstag dienstags mardi martes martedì terça-feira 火曜 星期二 周二 화요일",
    "wednesday wednesdays mittwoch mittwochs mercredi miércoles mercoledì"
    " quarta-feira 水曜 星期三 周三 수요일",
    "thursday thursdays donnerstag donnerstags jeudi jueves giovedì quinta-feira 木曜 星期四 周四 목요일",
    "friday fridays freitag freitags vendredi viernes venerdì sexta-feira 金曜 星期五 周五 금요일",
    "saturday saturdays samstag samstags sonnabend samedi sábado sabato 土曜 星期六 周六 토요일",
    "sunday sundays sonntag sonntags dimanche domingo domenica 日曜 星期日 星期天 周日 일요일",
)
WEEKDAYS = {word: n for n, words in enumerate(_WEEKDAY_NAMES) for word in words.split()}
_HOURS = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_GERMAN_HOURS = {
    word: n
    for n, word in enumerate(
        ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"], 1
    )
}

_MONTH = "(?P<month>" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")\b\.?"
_DAY = (
    r"(?P<day>\d{1,2}|"
    + "|".join(sorted(ENGLISH_ORDINALS, key=len, reverse=True))
    + ")(?:st|nd|rd|th|er|º|ª|°)?"
)
_YEAR = r"(?P<year>\d{4})"
_OF = r"(?:of|de|del|di|den)?"
_DATE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month_number>\d{2})-(?P<day>\d{2})(?!\d)",
        r"(?<![\d.])(?P<one>\d{1,2})(?P<mark>[./])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?![\d])",
        rf"\b{_DAY}\.?\s+{_OF}\s*{_MONTH}(?:,?\s*{_OF}\s*{_YEAR})?\b",
        rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}(?![\d:%]|[.,]\d)(?:\s*,?\s+{_YEAR})?\b",
        rf"\b{_MONTH}\s*,?\s+{_OF}\s*{_YEAR}\b",
        r"(?P<year>\d{4})\s*[年년]\s*(?:(?P<month_number>\d{1,2})\s*[月월]\s*(?:(?P<day>\d{1,2})\s*[日일])?)?",
        r"(?P<month_number>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]",
    )
)
_TIME_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\d:.,])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?![\d:])(?:\s*(?P<half>[ap]\.?\s?m\b\.?)|\s*uhr\b)?",
        r"(?<![\d:.,])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)\s*(?:(?P<half>[ap]\.?m\b\.?)|uhr\b)",
        r"(?<![\d:.,])(?P<hour>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)",
        r"(?<![\d:.,])(?P<hour>\d{1,2})\s?h\s?(?P<minute>[0-5]\d)\b",
        r"(?<![\d:.,])(?P<hour>\d{1,2})\s*(?:uhr|o['’]clock)\b(?:\s*(?P<minute>[0-5]\d)\b)?",
        r"(?<![\d:.,])(?P<hour>\d{1,2})\s*[時时](?!間|间)(?:\s*(?P<minute>[0-5]?\d)\s*分)?",
        r"\bhalf past (?P<hour_word>\w+)(?P<plus30>)",
        r"\bquarter past (?P<hour_word>\w+)(?P<plus15>)",
        r"\bquarter to (?P<hour_word>\w+)(?P<minus15>)",
        r"\b(?P<hour_word>\w+) o['’]clock",
        r"\bhalb (?P<hour_word>\w+)(?P<minus30>)",
        r"\b(?P<hour_word>\w+) uhr\b",
        r"\b(?P<noon>noon|midday)\b|\b(?P<midnight>midnight)\b",
    )
)
_SHIFTS = {"plus30": 30, "plus15": 15, "minus15": -15, "minus30": -30}
_TO = re.compile(
    r"\s*(?:to|through|until|till|bis|à|au|a|al|até|から|到|至|부터|-|–|—|~|〜|～)\s*", re.IGNORECASE
)
_WEEKDAY = re.compile(
    "|".join(
        rf"\b{re.escape(word)}\b" if word.isascii() or word[0].isascii() else re.escape(word)
        for word in sorted(WEEKDAYS, key=len, reverse=True)
    ),
    re.IGNORECASE,
)


def read_moments(text: str) -> Moments:
    """The dates, times and weekdays of a text whose number words are in digits."""
    dates: list[Date] = []
    times: list[ClockTime] = []
    named = list(_WEEKDAY.finditer(text))
    weekdays = tuple((WEEKDAYS[match.group().lower()], match.group()) for match in named)
    spanned = {
        (first + step) % 7
        for (one, other), (first, last) in zip(
            pairwise(named), pairwise(day for day, _ in weekdays), strict=True
        )
        if _TO.fullmatch(text[one.end() : other.start()])
        for step in range((last - first) % 7 + 1)
    }
    for form in _DATE_FORMS:
        for match in list(form.finditer(text)):
            readings = tuple(_dates(match.groupdict()))
            if readings:
                dates.append(Date(readings, match.group().strip()))
                text = _blanked(text, match)
    for form in _TIME_FORMS:
        for match in list(form.finditer(text)):
            minutes = tuple(_times(match.groupdict()))
            if minutes:
                times.append(ClockTime(minutes, match.group().strip()))
                text = _blanked(text, match)
    return Moments(tuple(dates), tuple(times), weekdays, frozenset(spanned), text)


def _blanked(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]


def _dates(found: dict[str, str | None]) -> Iterator[tuple[int | None, int | None, int | None]]:
    written = found.get("year")
    year = int(written) if written else None
    if year is not None and written is not None and len(written) == 2:
        year += 2000 if year < 70 else 1900
    one, two = found.get("one"), found.get("two")
    if one and two:
        for day, month in ((int(one), int(two)), (int(two), int(one))):
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield year, month, day
        return
    if found.get("month") in _ALSO_WORDS:
        return
    month_name, month_number, day_name = found.get("month"), found.get("month_number"), found.get("day")
    month_found = _MONTHS[month_name.lower()] if month_name else int(month_number) if month_number else None
    day_found: int | None = None
    if day_name:
        day_found = ENGLISH_ORDINALS.get(day_name.lower()) or (
            int(day_name) if day_name.isdecimal() else None
        )
    if (month_found is None or 1 <= month_found <= 12) and (day_found is None or 1 <= day_found <= 31):
        yield year, month_found, day_found


def _times(found: dict[str, str | None]) -> Iterator[int]:
    if found.get("noon"):
        yield 12 * 60
        return
    if found.get("midnight"):
        yield 0
        return
    word, digits = found.get("hour_word"), found.get("hour")
    if digits:
        hour: int | None = int(digits)
    else:
        lower = (word or "").lower()
        hour = _HOURS.get(lower) or _GERMAN_HOURS.get(lower) or (int(lower) if lower.isdecimal() else None)
    if hour is None or hour > 24:
        return
    minute = int(found.get("minute") or 0) + sum(
        shift for name, shift in _SHIFTS.items() if found.get(name) is not None
    )
    half = (found.get("half") or "").lower()
    if half:
        hours: tuple[int, ...] = (hour % 12 + (12 if half.startswith("p") else 0),)
    else:
        hours = (hour % 24, hour + 12) if 1 <= hour < 12 else (hour % 24,) if hour != 12 else (12, 0)
    for each in hours:
        yield (each * 60 + minute) % (24 * 60)
