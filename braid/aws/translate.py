"""Amazon Translate turns plain text of one language into another; formality and profanity are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import UnsupportedError
from braid.domain.money.accounting import Meter

__all__ = ["MAX_TEXT_BYTES", "Translate", "read_translation"]

_OPERATION = "translate:TranslateText"
# "Text" of TranslateText: 10,000 bytes of UTF-8
# (https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html).
MAX_TEXT_BYTES = 10_000


# What the service won't take costs the captions of that language, not the asset.
_OWN_CODES = {
    "UnsupportedLanguagePairException": UnsupportedError,
    "DetectedLanguageLowConfidenceException": UnsupportedError,
    "InvalidRequestException": UnsupportedError,
    "ValidationException": UnsupportedError,
}


class Translate:
    """Translates text and counts its characters on ``meter``, blanks and line breaks among them, as billed.

    Raises the classes of ``braid.domain.errors``; ``UnsupportedError`` for a pair that the service hasn't.
    """

    def __init__(self, meter: Meter, *, translate: Any = None) -> None:
        self._meter = meter
        self._client = translate or client("translate")

    def translate_text(self, text: str, source_language: str, target_language: str) -> str:
        """``text``, at most ``MAX_TEXT_BYTES`` of UTF-8, in the other language; codes are Translate's own."""
        with service_errors(_OPERATION, _OWN_CODES):
            response = self._client.translate_text(
                Text=text, SourceLanguageCode=source_language, TargetLanguageCode=target_language
            )
        self._meter.count("translate", "TranslateText", "character", len(text))
        return read_translation(response, source_language, target_language)


def read_translation(response: Mapping[str, Any], source_language: str, target_language: str) -> str:
    """Reads an answer of TranslateText, which must be about the languages that were asked about."""
    answer = ServiceAnswer.whole(_OPERATION, response, "TranslatedText")
    pair = (answer.text("SourceLanguageCode"), answer.text("TargetLanguageCode"))
    if pair != (source_language, target_language):
        raise answer.refusal(
            f"asked from {source_language} to {target_language}, answered from {pair[0]} to {pair[1]}"
        )
    return answer.text("TranslatedText")
