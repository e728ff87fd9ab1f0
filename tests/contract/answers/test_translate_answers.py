"""Translate: what it is asked, what of its answers is read and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from braid.aws.translate import Translate, read_translation
from braid.domain.errors import (
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter, Usage
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

ANSWER = {"TranslatedText": "Hallo", "SourceLanguageCode": "en", "TargetLanguageCode": "de"}


def test_text_is_translated_and_its_characters_counted() -> None:
    meter, asked = Meter(), []

    def respond(members: dict[str, Any]) -> dict[str, Any]:
        asked.append(members)
        return ANSWER

    adapter = Translate(meter, translate=answered_by("translate", {"TranslateText": respond}))
    assert adapter.translate_text("Héllo\n😀", "en", "de") == "Hallo"
    assert asked == [{"Text": "Héllo\n😀", "SourceLanguageCode": "en", "TargetLanguageCode": "de"}]
    assert meter.usage() == (Usage("translate", "TranslateText", "character", 7),)


def test_what_was_applied_is_known_and_left() -> None:
    applied = {**ANSWER, "AppliedSettings": {"Formality": "FORMAL"}, "AppliedTerminologies": []}
    assert read_translation(applied, "en", "de") == "Hallo"


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        ({**ANSWER, "TargetLanguageCode": "nl"}, "asked from en to de, answered from en to nl"),
        ({**ANSWER, "SourceLanguageCode": "fr"}, "asked from en to de, answered from fr to de"),
        ({"Languages": []}, "the answer has no TranslatedText"),
        ({**ANSWER, "TranslatedText": 1}, "TranslatedText must be a string, not 1"),
    ],
)
def test_other_answers_are_refused(answer: dict[str, Any], match: str) -> None:
    with pytest.raises(InvalidServiceOutputError, match=match):
        read_translation(answer, "en", "de")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("UnsupportedLanguagePairException", 400, UnsupportedError),
        ("InvalidRequestException", 400, UnsupportedError),
        ("TextSizeLimitExceededException", 400, RefusedByServiceError),
        ("TooManyRequestsException", 429, ThrottledError),
        ("LimitExceededException", 400, ThrottledError),
        ("ServiceUnavailableException", 503, ServiceUnavailableError),
        ("InternalServerException", 500, ServiceUnavailableError),
    ],
)
def test_errors_become_ours(code: str, status: int, error: type[BraidError]) -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no", status=status)

    meter = Meter()
    adapter = Translate(meter, translate=answered_by("translate", {"TranslateText": refuse}))
    with pytest.raises(error, match=f"translate:TranslateText: {code}"):
        adapter.translate_text("Hello", "en", "de")
    assert meter.usage() == ()
