"""Words that a tuning job refuses, and personal data that a model shouldn't learn."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["RESERVED_WORDS", "personal_data", "reserved_words"]

# Of Nova's conversations, case-sensitive: Bedrock, "Guidelines for preparing your data for Amazon Nova".
RESERVED_WORDS = (
    *("System:", "SYSTEM:", "User:", "USER:", "Bot:", "BOT:", "Assistant:", "ASSISTANT:", "Thought:"),
    *("[EOS]", "<image>", "<video>", "<unk>"),
)


def reserved_words(text: str) -> list[str]:
    """Each reserved word that a text holds, once."""
    return [word for word in RESERVED_WORDS if word in text]


def personal_data(text: str) -> list[str]:
    """Which kinds of personal data a text holds, once each: those that their form or check digits give away.

    Names and addresses have no form; Comprehend, or who reads it, finds those.
    """
    if not _CANDIDATE.search(text):  # most texts: neither an @ nor seven digits near each other
        return []
    return [
        kind
        for kind, (pattern, accepts) in _KINDS.items()
        if any(accepts(match.group()) for match in pattern.finditer(text))
    ]


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: from the right, every second digit doubled."""
    digits = _digits(text)
    total = sum(
        digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4)
        for place, digit in enumerate(reversed(digits))
    )
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and total % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as numbers, modulo 97."""
    plain = text.replace(" ", "")
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _is_internet_address(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    return 9 <= len(digits) <= 15 and len(set(digits)) > 2


_CANDIDATE = re.compile(r"@|\d(?:[^\d\n]{0,2}\d){6}")
_KINDS: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "e-mail address": (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), bool),
    "card number": (re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])"), _is_card),
    "bank account (IBAN)": (
        re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.ASCII),
        _is_iban,
    ),
    "US social security number": (
        re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])"),
        bool,
    ),
    "phone number": (
        re.compile(
            r"(?<![\w.-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,4}"
            r"|(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])"
        ),
        _is_phone,
    ),
    "IP address": (re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"), _is_internet_address),
}
