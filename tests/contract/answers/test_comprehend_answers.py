"""Comprehend: real findings parse whole; offsets, sums and units are checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from braid.aws.comprehend import (
    Comprehend,
    read_dominant_language,
    read_entities,
    read_key_phrases,
    read_pii_entities,
    read_sentiment,
    read_toxic_content,
)
from braid.domain.errors import (
    InvalidServiceOutputError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by


def _job_output(shared_data: Path, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a job's result is wrapped in, and one line of the result itself."""
    path = shared_data / "aws-comprehend" / "content-localization-on-aws" / name
    wrapper = json.loads(path.read_text())
    return wrapper, json.loads(wrapper["Results"][0])


def _text_around(findings: list[dict[str, Any]]) -> str:
    """A text in which every finding stands at its offsets."""
    characters = [" "] * max(item["EndOffset"] for item in findings)
    for item in findings:
        characters[item["BeginOffset"] : item["EndOffset"]] = item["Text"]
    return "".join(characters)


def test_real_entities_and_phrases_are_read_whole(shared_data: Path) -> None:
    entities = _job_output(shared_data, "entities.json")[1]["Entities"]
    found = read_entities({"Entities": entities}, _text_around(entities))
    assert [(item.text, item.kind, item.begin_offset, item.end_offset) for item in found] == [
        (item["Text"], item["Type"], item["BeginOffset"], item["EndOffset"]) for item in entities
    ]
    phrases = _job_output(shared_data, "key_phrases.json")[1]["KeyPhrases"]
    read = read_key_phrases({"KeyPhrases": phrases}, _text_around(phrases))
    assert [item.text for item in read] == [item["Text"] for item in phrases]
    assert [item.confidence for item in read] == pytest.approx([item["Score"] for item in phrases], abs=1e-6)


@pytest.mark.parametrize(
    "reader",
    [
        read_dominant_language,
        read_sentiment,
        partial(read_entities, text=""),
        partial(read_key_phrases, text=""),
    ],
)
def test_an_answer_without_its_findings_is_refused(reader: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidServiceOutputError, match=r"comprehend:Detect\w+: the answer has no "):
        reader({"ResultList": []})


def test_offsets_in_other_units_are_noticed() -> None:
    """UTF-16 offsets agree with ours until the first emoji."""
    text = "😀 Anna lives here"
    entity = {"Text": "Anna", "Type": "PERSON", "Score": 0.9, "BeginOffset": 3, "EndOffset": 7}
    with pytest.raises(InvalidServiceOutputError, match="stands ‹nna ›"):
        read_entities({"Entities": [entity]}, text)
    (found,) = read_entities({"Entities": [{**entity, "BeginOffset": 2, "EndOffset": 6}]}, text)
    assert found.text == "Anna"


@pytest.mark.parametrize(("begin", "end"), [(-1, 2), (3, 3), (0, 6)])
def test_offsets_outside_of_the_text_are_refused(begin: int, end: int) -> None:
    entity = {"Type": "NAME", "Score": 0.9, "BeginOffset": begin, "EndOffset": end}
    with pytest.raises(InvalidServiceOutputError, match="lie outside of the 5 characters"):
        read_pii_entities({"Entities": [entity]}, "hello")


@pytest.mark.parametrize(("begin", "end"), [(-1, 4), (4, 0), (11, 99), (6, 10)])
def test_one_misplaced_finding_costs_itself_alone(begin: int, end: int) -> None:
    text = "Anna likes Bern"
    good = {"Text": "Anna", "Type": "PERSON", "Score": 0.9, "BeginOffset": 0, "EndOffset": 4}
    odd = {**good, "Text": "Bern", "BeginOffset": begin, "EndOffset": end}

    assert [found.text for found in read_entities({"Entities": [odd, good]}, text)] == ["Anna"]
    assert [found.text for found in read_key_phrases({"KeyPhrases": [good, odd]}, text)] == ["Anna"]


def test_personal_data_survives_a_neighbour_outside_of_the_text() -> None:
    name = {"Type": "NAME", "Score": 0.9, "BeginOffset": 0, "EndOffset": 4}

    (found,) = read_pii_entities({"Entities": [{**name, "EndOffset": 99}, name]}, "Anna")

    assert (found.begin_offset, found.end_offset) == (0, 4)


def test_the_likeliest_language_is_the_dominant_one() -> None:
    languages = [{"LanguageCode": "nl", "Score": 0.2}, {"LanguageCode": "de", "Score": 0.7}]
    assert read_dominant_language({"Languages": languages}) == "de"
    assert read_dominant_language({"Languages": []}) is None


def test_sentiment() -> None:
    score = {"Positive": 0.7, "Negative": 0.1, "Neutral": 0.15, "Mixed": 0.05}
    found = read_sentiment({"Sentiment": "POSITIVE", "SentimentScore": score})
    assert (found.label, found.positive, found.negative, found.neutral, found.mixed) == (
        "positive", 0.7, 0.1, 0.15, 0.05,
    )  # fmt: skip
    with pytest.raises(
        InvalidServiceOutputError, match="one of POSITIVE, NEGATIVE, NEUTRAL, MIXED, not 'GOOD'"
    ):
        read_sentiment({"Sentiment": "GOOD", "SentimentScore": score})


def test_toxicity_answers_every_segment() -> None:
    result = {"Labels": [{"Name": "INSULT", "Score": 0.9}], "Toxicity": 0.8}
    assert read_toxic_content({"ResultList": [result]}, 1) == ({"INSULT": 0.9},)
    with pytest.raises(InvalidServiceOutputError, match="2 segments were asked about, 1 were answered"):
        read_toxic_content({"ResultList": [result]}, 2)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("TooManyRequestsException", ThrottledError),
        ("ThrottlingException", ThrottledError),
        ("UnsupportedLanguageException", UnsupportedError),
        ("InternalServerException", ServiceUnavailableError),
    ],
)
def test_error_codes(code: str, error: type[Exception]) -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no")

    comprehend = Comprehend(Meter(), comprehend=answered_by("comprehend", {"DetectEntities": refuse}))
    with pytest.raises(error, match=code):
        comprehend.detect_entities("text", "en")


@pytest.mark.parametrize(("characters", "units"), [(1, 3), (300, 3), (301, 4), (1000, 10)])
def test_units_of_a_hundred_characters_three_at_least(characters: int, units: int) -> None:
    client = answered_by("comprehend", {"DetectKeyPhrases": lambda members: {"KeyPhrases": []}})
    meter = Meter()
    Comprehend(meter, comprehend=client).detect_key_phrases("é" * characters, "fr")
    (used,) = meter.usage()
    assert (used.service, used.operation, used.unit, used.quantity) == (
        "comprehend", "DetectKeyPhrases", "unit", units,
    )  # fmt: skip


def test_a_language_without_half_of_the_likelihood_is_no_language() -> None:
    languages = [{"LanguageCode": "fr", "Score": 0.11}, {"LanguageCode": "nl", "Score": 0.07}]
    assert read_dominant_language({"Languages": languages}) is None
