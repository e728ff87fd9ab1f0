"""The local Comprehend speaks the service's shapes, limits and errors, through real engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.engines.pool import EnginePool
from local.services import comprehend
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.service_model import assert_answer, assert_documented_error, assert_request

CALLER = Caller("test", "000000000000", "us-east-1")
TEXT = (
    "🎉 I love the new solar panels of Acme Energy Ltd. They saved us 40 euros in March 2025. "
    "Write to Dr. Jane Smith at jane@example.org."
)
SINGLE = [
    "DetectSentiment",
    "DetectEntities",
    "DetectKeyPhrases",
    "DetectPiiEntities",
    "ContainsPiiEntities",
]
BATCHES = ["BatchDetectSentiment", "BatchDetectEntities", "BatchDetectKeyPhrases"]


@pytest.fixture(scope="module")
def service(engines: EnginePool) -> Service:
    return comprehend.build_service(engines)


def call(service: Service, name: str, **request: Any) -> Any:
    return service.operations[name](request, CALLER)


def refused(service: Service, name: str, **request: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        call(service, name, **request)
    return caught.value


@pytest.mark.parametrize("name", SINGLE)
def test_answers_fit_the_model(service: Service, name: str) -> None:
    request = {"Text": TEXT, "LanguageCode": "en"}
    assert_request("comprehend", name, request)
    assert_answer("comprehend", name, call(service, name, **request))


@pytest.mark.parametrize("name", [*BATCHES, "BatchDetectDominantLanguage"])
def test_batches_fit_the_model_and_report_bad_texts_by_index(service: Service, name: str) -> None:
    request: dict[str, Any] = {"TextList": [TEXT, "x" * 5_001, " ", "It rained all day."]}
    if name in BATCHES:
        request["LanguageCode"] = "en"
    assert_request("comprehend", name, request)
    answer = call(service, name, **request)
    assert_answer("comprehend", name, answer)
    assert [each["Index"] for each in answer["ResultList"]] == [0, 3]
    assert [(each["Index"], each["ErrorCode"]) for each in answer["ErrorList"]] == [
        (1, "TextSizeLimitExceededException"),
        (2, "InvalidRequestException"),
    ]


def test_the_language_is_found(service: Service) -> None:
    answer = call(service, "DetectDominantLanguage", Text="Die Werkstatt öffnet um neun Uhr.")
    assert_answer("comprehend", "DetectDominantLanguage", answer)
    assert answer["Languages"][0]["LanguageCode"] == "de"
    assert call(service, "DetectDominantLanguage", Text="12:30 — 45 %") == {"Languages": []}


def test_offsets_count_characters_beyond_the_basic_plane_once(service: Service) -> None:
    phrases = call(service, "DetectKeyPhrases", Text=TEXT, LanguageCode="en")["KeyPhrases"]
    entities = call(service, "DetectEntities", Text=TEXT, LanguageCode="en")["Entities"]
    assert {"Acme Energy Ltd.", "40 euros", "March 2025", "Jane Smith"} <= {each["Text"] for each in entities}
    for each in [*phrases, *entities]:
        assert TEXT[each["BeginOffset"] : each["EndOffset"]] == each["Text"]


def test_personal_data_is_found_in_english_and_spanish(service: Service) -> None:
    for code, text in (("en", "Write to jane@example.org"), ("es", "Mi correo es jane@example.org")):
        (found,) = call(service, "DetectPiiEntities", Text=text, LanguageCode=code)["Entities"]
        assert found["Type"] == "EMAIL"
        assert text[found["BeginOffset"] : found["EndOffset"]] == "jane@example.org"


def test_sentiment_scores_sum_to_one(service: Service) -> None:
    answer = call(service, "DetectSentiment", Text="I love it!", LanguageCode="en")
    assert answer["Sentiment"] == "POSITIVE"
    assert sum(answer["SentimentScore"].values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "most_bytes"),
    [
        ("DetectDominantLanguage", 100_000),
        ("DetectSentiment", 5_000),
        ("DetectEntities", 100_000),
        ("DetectKeyPhrases", 100_000),
        ("DetectPiiEntities", 100_000),
    ],
)
def test_sizes_are_bytes_not_characters(service: Service, name: str, most_bytes: int) -> None:
    language = {} if name == "DetectDominantLanguage" else {"LanguageCode": "en"}
    assert_answer("comprehend", name, call(service, name, Text="é" * (most_bytes // 2), **language))
    error = refused(service, name, Text="é" * (most_bytes // 2) + "x", **language)
    assert error.code == "TextSizeLimitExceededException"
    assert str(most_bytes) in error.message
    assert_documented_error("comprehend", name, error.code, error.status)


@pytest.mark.parametrize("name", SINGLE)
def test_languages_without_an_engine_are_refused(service: Service, name: str) -> None:
    error = refused(service, name, Text="Bonjour à tous", LanguageCode="fr")
    assert error.code == "UnsupportedLanguageException"
    assert_documented_error("comprehend", name, error.code, error.status)


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("code", ["xx", "EN", None])
def test_languages_that_the_service_does_not_know_are_invalid(
    service: Service, name: str, code: str | None
) -> None:
    request = {"Text": "Hello"} | ({} if code is None else {"LanguageCode": code})
    assert refused(service, name, **request).code == "ValidationException"


@pytest.mark.parametrize("name", [*SINGLE, "DetectDominantLanguage"])
@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_text_is_refused(service: Service, name: str, text: str) -> None:
    error = refused(service, name, Text=text, LanguageCode="en")
    assert error.code == "InvalidRequestException"
    assert_documented_error("comprehend", name, error.code, error.status)


def test_a_batch_has_at_most_twenty_five_texts(service: Service) -> None:
    error = refused(service, "BatchDetectSentiment", TextList=["a"] * 26, LanguageCode="en")
    assert error.code == "BatchSizeLimitExceededException"
    assert (
        refused(service, "BatchDetectSentiment", TextList=[], LanguageCode="en").code == "ValidationException"
    )


def test_toxicity_is_never_made_up(service: Service) -> None:
    error = refused(service, "DetectToxicContent", TextSegments=[{"Text": "You fool"}], LanguageCode="en")
    assert error.code == "UnsupportedLanguageException"
    assert "no engine that judges toxicity" in error.message
    assert_documented_error("comprehend", "DetectToxicContent", error.code, error.status)


def test_custom_recognizers_are_refused(service: Service) -> None:
    error = refused(service, "DetectEntities", Bytes=b"%PDF-", LanguageCode="en")
    assert error.code == "InvalidRequestException"


@pytest.mark.parametrize(
    ("file", "name", "member"),
    [
        ("entities.json", "DetectEntities", "Entities"),
        ("key_phrases.json", "DetectKeyPhrases", "KeyPhrases"),
    ],
)
def test_real_answers_have_the_members_that_ours_have(
    service: Service, shared_data: Path, file: str, name: str, member: str
) -> None:
    path = shared_data / "aws-comprehend" / "content-localization-on-aws" / file
    real = json.loads(json.loads(path.read_text())["Results"][0])[member]
    assert_answer("comprehend", name, {member: real})
    ours = call(service, name, Text=TEXT, LanguageCode="en")[member]
    assert {frozenset(each) for each in ours} == {frozenset(each) for each in real}
    assert {type(each["Score"]) for each in [*ours, *real]} == {float}
