"""Personal data found by patterns, check digits and the words around them. No model: a bare name isn't found.

Types and spelling are those of Amazon Comprehend's DetectPiiEntities. Where the numbers carry check digits
they are checked; where a number means nothing by itself (a PIN, an account) a word before it must say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["personal_data"]


@dataclass(frozen=True)
class _Kind:
    """One type of personal data. Where the pattern has a named group, only that is the finding."""

    type: str
    pattern: re.Pattern[str]
    score: float
    accepts: Callable[[str], bool] = lambda _: True


def personal_data(text: str) -> list[dict[str, Any]]:
    """Every finding in reading order: ``{"type", "begin", "end", "score"}``; findings never overlap.

    Offsets count characters (code points), half-open. ``score`` (0 to 1) is how much the pattern proves.
    """
    found: list[tuple[int, int, _Kind]] = []
    taken = bytearray(len(text))
    for kind in _KINDS:  # the surest first: a card number isn't reported as a phone number again
        for match in kind.pattern.finditer(text):
            group = match.lastgroup if match.lastgroup is not None else 0
            begin, end = match.span(group)
            if taken.find(1, begin, end) < 0 and kind.accepts(text[begin:end]):
                found.append((begin, end, kind))
                taken[begin:end] = bytes([1]) * (end - begin)
    return [
        {"type": kind.type, "begin": begin, "end": end, "score": kind.score}
        for begin, end, kind in sorted(found, key=lambda finding: finding[0])
    ]


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]


def _passes_luhn(text: str) -> bool:
    """ISO/IEC 7812: from the right, every second digit doubled."""
    total = 0
    for position, digit in enumerate(reversed(_digits(text))):
        doubled = digit * 2
        total += digit if position % 2 == 0 else doubled - 9 * (doubled > 9)
    return total % 10 == 0


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and _passes_luhn(text)


def _is_social_insurance(text: str) -> bool:
    """Canada: nine digits, Luhn, and none starts with 0 or 8."""
    digits = _digits(text)
    return len(digits) == 9 and digits[0] not in (0, 8) and _passes_luhn(text)


def _is_iban(text: str) -> bool:
    """ISO 13616: country and check digits moved to the end, letters as 10 to 35, modulo 97 is 1."""
    compact = re.sub(r"\s", "", text).upper()
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _is_nhs_number(text: str) -> bool:
    digits = _digits(text)
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return len(digits) == 10 and check % 11 == digits[9]


def _is_routing_number(text: str) -> bool:
    """American Bankers Association: weights 3, 7, 1."""
    digits = _digits(text)
    weights = (3, 7, 1) * 3
    return len(digits) == 9 and sum(d * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


def _dihedral_product(a: int, b: int) -> int:
    """The group of a pentagon's turns (0 to 4) and flips (5 to 9), which Verhoeff's check multiplies in."""
    turned = (a - b if a >= 5 else a + b) % 5
    return turned if (a < 5) == (b < 5) else turned + 5


_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _is_aadhaar(text: str) -> bool:
    """India: twelve digits with Verhoeff's check, none starts with 0 or 1."""
    digits = _digits(text)
    if len(digits) != 12 or digits[0] < 2:
        return False
    check = 0
    for position, digit in enumerate(reversed(digits)):
        for _ in range(position % 8):
            digit = _VERHOEFF_TURN[digit]
        check = _dihedral_product(check, digit)
    return check == 0


_VIN_VALUES = dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _is_vehicle_number(text: str) -> bool:
    """ISO 3779 with the North American check digit at place 9."""
    values = [int(c) if c.isdecimal() else _VIN_VALUES[c] for c in text]
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return text[8] == ("X" if rest == 10 else str(rest))


def _is_internet_address(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    return 9 <= len(digits) <= 15 and len(set(digits)) > 2


def _kind(
    type_name: str, pattern: str, score: float, accepts: Callable[[str], bool] = lambda _: True
) -> _Kind:
    return _Kind(type_name, re.compile(pattern), score, accepts)


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MONTH_ES = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w'’\-]+"
_SAYS = r"(?:\s+(?:is|was|es)|\s*[:=#])?\s*(?:number|no\.?|nº)?\s*[:=#]?\s*"  # between a word and its number

_KINDS = (
    _kind("EMAIL", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", 0.99),
    _kind("URL", r"\b(?:https?://|www\.)[^\s<>\"')]*[^\s<>\"').,;:!?]", 0.98),
    _kind("AWS_ACCESS_KEY", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", 0.99),
    _kind("AWS_SECRET_KEY", r"(?i)secret[\w ]*key\W{1,4}(?P<it>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])", 0.98),
    _kind("MAC_ADDRESS", r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b", 0.98),
    _kind("IP_ADDRESS", r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)", 0.97, _is_internet_address),
    _kind(
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
        0.99,
        _is_iban,
    ),
    _kind("CREDIT_DEBIT_NUMBER", r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])", 0.99, _is_card),
    _kind("VEHICLE_IDENTIFICATION_NUMBER", r"\b[A-HJ-NPR-Z0-9]{17}\b", 0.99, _is_vehicle_number),
    _kind("US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", r"\b9\d\d-[5-9]\d-\d{4}\b", 0.95),
    _kind("SSN", r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])", 0.95),
    _kind(
        "UK_NATIONAL_INSURANCE_NUMBER",
        r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b",
        0.95,
    ),
    _kind("UK_NATIONAL_HEALTH_SERVICE_NUMBER", r"(?<![\d+] )\b\d{3} \d{3} \d{4}\b", 0.9, _is_nhs_number),
    _kind(
        "CA_SOCIAL_INSURANCE_NUMBER",
        r"(?i)\b(?:sin|social insurance)\b" + _SAYS + r"(?P<it>\d{3}[ -]\d{3}[ -]\d{3})\b",
        0.95,
        _is_social_insurance,
    ),
    _kind("IN_AADHAAR", r"(?<!\d )\b\d{4} \d{4} \d{4}\b(?! \d)", 0.95, _is_aadhaar),
    _kind("IN_PERMANENT_ACCOUNT_NUMBER", r"\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b", 0.95),
    _kind(
        "BANK_ROUTING",
        r"(?i)\b(?:routing|aba)\b" + _SAYS + r"(?P<it>\d{9})\b",
        0.97,
        _is_routing_number,
    ),
    _kind(
        "BANK_ACCOUNT_NUMBER", r"(?i)\b(?:account|acct|cuenta)\b\.?" + _SAYS + r"(?P<it>\d{6,17})\b", 0.9
    ),
    _kind(
        "PASSPORT_NUMBER",
        r"(?i)\b(?:passport|pasaporte)\b" + _SAYS + r"(?P<it>(?=(?:\w*\d){5})\w{6,9})\b",
        0.9,
    ),
    _kind(
        "DRIVER_ID",
        r"(?i)\bdriver'?s?'? (?:license|licence|id)\b" + _SAYS + r"(?P<it>(?=[\w-]*\d{4})[\w-]{5,18})\b",
        0.9,
    ),
    _kind(
        "CREDIT_DEBIT_EXPIRY",
        r"(?i)\b(?:exp|expires|expiry|expiration|caduca|valid thru)\b[^\d\n]{0,12}"
        r"(?P<it>(?:0[1-9]|1[0-2])/(?:\d{4}|\d{2}))\b",
        0.9,
    ),
    _kind("CREDIT_DEBIT_CVV", r"(?i)\b(?:cvv2?|cvc2?|security code)\b[^\d\n]{0,6}(?P<it>\d{3,4})\b", 0.9),
    _kind(
        "PASSWORD",
        r"(?i)\b(?:password|passwd|contraseña)(?:\s+(?:is|es)\s+|\s*[:=]\s*)(?P<it>\S*[^\s.,;])",
        0.85,
    ),
    _kind("USERNAME", r"(?i)\b(?:username|user name|login)(?:\s+is\s+|\s*[:=]\s*)(?P<it>[\w.\-]*\w)", 0.85),
    _kind("PIN", r"(?i)\bpin\b(?:\s+code)?(?:\s+(?:is|es))?\s*[:=]?\s*(?P<it>\d{4,6})\b", 0.85),
    _kind(
        "SWIFT_CODE",
        r"\b(?:SWIFT|BIC|swift|bic)(?:/BIC)?\b(?: code)?\W{1,3}(?P<it>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b",
        0.9,
    ),
    _kind(
        "LICENSE_PLATE",
        r"(?i)\blicen[sc]e plate\b" + _SAYS + r"(?P<it>(?=[\w -]*\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4})\b",
        0.85,
    ),
    _kind(
        "DATE_TIME",
        r"(?i)\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?\b|\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?\b"
        rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
        rf"|\b\d{{1,2}} de {_MONTH_ES}(?: de \d{{4}})?\b"
        r"|\b\d{1,2}:\d{2}(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]m\b",
        0.9,
    ),
    _kind(
        "PHONE",
        r"(?<![\w.-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,4}"
        r"|\(\d{2,5}\)[ .-]?\d{3,4}(?:[ .-]\d{3,4})?"
        r"|0\d{2,4}[ .-]\d{3,4}[ .-]?\d{3,4}"
        r"|(?:1[ .-])?[2-9]\d{2}[ .-]\d{3}[ .-]\d{4}|[6-9]\d{2} \d{3} \d{3})(?![\w-])",
        0.8,
        _is_phone,
    ),
    _kind(
        "ADDRESS",
        rf"\b\d{{1,5}}[A-Za-z]? (?:{_CAPITALISED} ){{1,3}}"
        r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square|Sq|Way|Court|Ct|Close|Place|Pl)\b"
        rf"\.?(?:,? (?!(?:[A-Z]{{1,2}}\d|[A-Z]{{2}} \d)){_CAPITALISED})*"
        r"(?:,? [A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|,? [A-Z]{2} \d{5}(?:-\d{4})?)?"
        rf"|\b(?:Calle|Avenida|Plaza|Paseo)(?: (?:de|del|la|las|los))* {_CAPITALISED}"
        rf"(?: {_CAPITALISED})*,? \d{{1,4}}",
        0.85,
    ),
    _kind(
        "AGE", r"(?i)\b(?P<it>\d{1,3}[ -]years?[ -]old)\b|\baged? \d{1,3}\b|\b\d{1,3} años\b", 0.9
    ),
    _kind(
        "NAME",
        rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sra?|Don|Doña)\b\.? (?P<it>{_CAPITALISED}(?: {_CAPITALISED})?)",
        0.8,
    ),
    _kind(
        "NAME",
        r"\b(?:[Mm]y name is|[Mm]e llamo|[Mm]i nombre es|Dear|Sincerely,|[Ss]igned by|Attn:?)\s"
        rf"(?P<it>{_CAPITALISED}(?: [A-Z]\.)?(?: {_CAPITALISED})?)(?! (?:Team|Support|Us|Service|Customer))"
        # A single word after "Contact" is as often a heading's.
        rf"|\b[Cc]ontact (?P<its>{_CAPITALISED} {_CAPITALISED})",
        0.7,
    ),
)  # fmt: skip
