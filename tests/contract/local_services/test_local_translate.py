"""The local Translate has the service's limits and errors, and no translation."""

from __future__ import annotations

from typing import Any

import pytest

from local.services import translate
from local.services.protocol import ServiceError
from tests.local.service_calls import ServiceClient

CLIENT = ServiceClient(translate.build_service())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "UnsupportedLanguagePairException"),
        ({"SourceLanguageCode": "auto"}, "UnsupportedLanguagePairException"),
        ({"Text": "ü" * 5001}, "TextSizeLimitExceededException"),
        ({"TerminologyNames": ["brands"]}, "ResourceNotFoundException"),
    ],
)
def test_refusals_are_the_services_own(changes: dict[str, Any], code: str) -> None:
    request = {"Text": "Hello", "SourceLanguageCode": "en", "TargetLanguageCode": "de", **changes}
    with pytest.raises(ServiceError) as refused:
        CLIENT.call("TranslateText", **request)
    assert refused.value.code == code


def test_the_same_language_comes_back_as_it_is() -> None:
    answer = CLIENT.call("TranslateText", Text="Hello\nyou", SourceLanguageCode="en", TargetLanguageCode="en")
    assert answer == {"TranslatedText": "Hello\nyou", "SourceLanguageCode": "en", "TargetLanguageCode": "en"}
