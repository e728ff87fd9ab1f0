"""What is asked of Comprehend, in which pieces, and how answers come back onto the whole text."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.aws.comprehend import MAX_SENTIMENT_BYTES, MAX_TEXT_BYTES, MAX_TOXICITY_SEGMENT_BYTES
from braid.domain.errors import ServiceUnavailableError, ThrottledError
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passage, Passages
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.language import analysis as analysis_module
from lambdas.language.analysis import analyze, comprehend_language
from lambdas.language.source_text import SourceText, text_of_passages
from lambdas.language.summary import summarize
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY, LAST_TRY


def memory() -> DocumentStore:
    """A store that holds nothing yet."""
    return DocumentStore("results", "asset-1", 1, s3=MemoryS3())


def analyzed(
    source: SourceText, *, retries: Retries, comprehend: Any, store: DocumentStore | None = None
) -> LanguageAnalysis:
    """The analysis in one try, unless ``store`` holds what earlier ones found."""
    return analyze(
        source, store=store or memory(), retries=retries, comprehend=comprehend, sleep=lambda _seconds: None
    )


_NAME = re.compile(r"Anna|Łódź|😀|漢字")


class Comprehend:
    """Finds names, and holds every request against the service's limits."""

    def __init__(
        self, language: str = "en", refusals: Mapping[str, str] | None = None, *, of: str = ""
    ) -> None:
        """``refusals`` are codes by operation, of requests that hold the words ``of``."""
        self._of = of
        self.calls: Counter[str] = Counter()
        self._language = language
        self._refusals = dict(refusals or {})
        self.client = answered_by(
            "comprehend",
            {
                "DetectDominantLanguage": self._asked(
                    "DetectDominantLanguage", self._languages, MAX_TEXT_BYTES
                ),
                "DetectEntities": self._asked("DetectEntities", self._entities, MAX_TEXT_BYTES),
                "DetectKeyPhrases": self._asked("DetectKeyPhrases", self._phrases, MAX_TEXT_BYTES),
                "DetectSentiment": self._asked("DetectSentiment", self._mood, MAX_SENTIMENT_BYTES),
                "DetectPiiEntities": self._asked("DetectPiiEntities", self._pii, MAX_TEXT_BYTES),
                "DetectToxicContent": self._asked(
                    "DetectToxicContent", self._toxic, MAX_TOXICITY_SEGMENT_BYTES
                ),
            },
        )

    def _asked(
        self, operation: str, answer: Callable[[dict[str, Any]], Mapping[str, Any]], max_bytes: int
    ) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
        def called(members: dict[str, Any]) -> Mapping[str, Any]:
            self.calls[operation] += 1
            segments = members.get("TextSegments", [members])
            assert 1 <= len(segments) <= 10
            for segment in segments:
                assert 0 < len(segment["Text"].encode()) <= max_bytes
                assert segment["Text"].strip()
            if operation in self._refusals and self._is_refused(segments):
                raise ServiceError(self._refusals[operation], "no")
            return answer(members)

        return called

    def _is_refused(self, segments: list[dict[str, Any]]) -> bool:
        return any(self._of in segment["Text"] for segment in segments)

    def _languages(self, _members: dict[str, Any]) -> Mapping[str, Any]:
        return {"Languages": [{"LanguageCode": self._language, "Score": 0.9}]}

    def _entities(self, members: dict[str, Any]) -> Mapping[str, Any]:
        return {
            "Entities": [
                {
                    "Text": name[0],
                    "Type": "PERSON",
                    "Score": 0.9,
                    "BeginOffset": name.start(),
                    "EndOffset": name.end(),
                }
                for name in _NAME.finditer(members["Text"])
            ]
        }

    def _phrases(self, members: dict[str, Any]) -> Mapping[str, Any]:
        return {"KeyPhrases": []}

    def _pii(self, members: dict[str, Any]) -> Mapping[str, Any]:
        return {
            "Entities": [
                {"Type": "NAME", "Score": 0.9, "BeginOffset": name.start(), "EndOffset": name.end()}
                for name in _NAME.finditer(members["Text"])
            ]
        }

    def _mood(self, members: dict[str, Any]) -> Mapping[str, Any]:
        is_good = "good" in members["Text"]
        score = {"Positive": 0.8, "Negative": 0.1, "Neutral": 0.1, "Mixed": 0.0}
        if not is_good:
            score |= {"Positive": 0.1, "Negative": 0.8}
        return {"Sentiment": "POSITIVE" if is_good else "NEGATIVE", "SentimentScore": score}

    def _toxic(self, members: dict[str, Any]) -> Mapping[str, Any]:
        return {
            "ResultList": [
                {
                    "Labels": [{"Name": "INSULT", "Score": 0.9 if "idiot" in segment["Text"] else 0.1}],
                    "Toxicity": 0.5,
                }
                for segment in members["TextSegments"]
            ]
        }


def _source(text: str, language_code: str | None = None) -> SourceText:
    return SourceText("passages", text, {}, language_code)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.sampled_from(["Anna", "Łódź", "😀", "漢字", "walks.", "\n", "ñandú", "x" * 900]),
        min_size=1,
        max_size=60,
    ),
    st.integers(1, 40),
)
def test_offsets_point_at_what_was_found_in_texts_of_any_length(words: list[str], times: int) -> None:
    text = " ".join(words * times)
    (found,) = analyzed(_source(text, "en"), retries=FIRST_TRY, comprehend=Comprehend().client).sources
    expected = [(match[0], match.start(), match.end()) for match in _NAME.finditer(text)]
    assert [(item.text, item.begin_offset, item.end_offset) for item in found.entities] == expected
    assert [(item.begin_offset, item.end_offset) for item in found.pii] == [item[1:] for item in expected]
    assert all(text[item.begin_offset : item.end_offset] == item.text for item in found.entities)


def test_short_passages_are_asked_about_together() -> None:
    passages = tuple(
        Passage(f"p{number}", None, 0, 20, f"Row {number:04d} with a mug.", "table_row")
        for number in range(4000)
    )
    source = replace(text_of_passages(Passages(passages)), language_code="en")
    comprehend = Comprehend()
    analysis = analyzed(source, retries=FIRST_TRY, comprehend=comprehend.client)
    billed = {item.operation: item.quantity for item in analysis.usage}
    least = len(source.text) / 100
    for operation in ("DetectEntities", "DetectKeyPhrases", "DetectPiiEntities", "DetectSentiment"):
        # Each request is rounded up, to three units at least: 4,000 single ones would be 12,000.
        assert least <= billed[operation] <= least + 3 * comprehend.calls[operation], operation
    assert comprehend.calls["DetectEntities"] == 1
    assert comprehend.calls["DetectSentiment"] <= 2 * len(source.text.encode()) / MAX_SENTIMENT_BYTES


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_asked_about_an_empty_text(text: str) -> None:
    comprehend = Comprehend()
    analysis = analyzed(_source(text), retries=FIRST_TRY, comprehend=comprehend.client)
    assert not comprehend.calls
    assert analysis.missing == analysis.usage == ()
    assert summarize(analysis) == "no words in the passages"


def test_the_language_is_asked_for_only_where_the_document_does_not_say_it() -> None:
    comprehend = Comprehend()
    analyzed(_source("Anna", "en-US"), retries=FIRST_TRY, comprehend=comprehend.client)
    assert comprehend.calls["DetectDominantLanguage"] == 0
    (found,) = analyzed(_source("Anna"), retries=FIRST_TRY, comprehend=comprehend.client).sources
    assert comprehend.calls["DetectDominantLanguage"] == 1
    assert found.language_code == "en"


def test_the_mood_is_the_mean_over_the_text_and_toxic_segments_are_told() -> None:
    text = "All is good today. " * 260 + "You idiot, nothing works. " * 40
    comprehend = Comprehend()
    (found,) = analyzed(_source(text, "en"), retries=FIRST_TRY, comprehend=comprehend.client).sources
    assert comprehend.calls["DetectSentiment"] == 2
    assert found.sentiment is not None
    assert found.sentiment.label == "positive"
    assert 0.1 < found.sentiment.negative < 0.8
    assert found.toxicity
    assert all(item.category == "insult" for item in found.toxicity)
    assert all("idiot" in text[item.begin_offset : item.end_offset] for item in found.toxicity)


def test_operations_that_do_not_know_the_language_are_listed_and_not_asked() -> None:
    comprehend = Comprehend()
    french = analyzed(_source("Anna chante", "fr-FR"), retries=FIRST_TRY, comprehend=comprehend.client)
    assert {item.operation for item in french.missing} == {
        "comprehend:DetectPiiEntities",
        "comprehend:DetectToxicContent",
    }
    assert comprehend.calls["DetectPiiEntities"] == comprehend.calls["DetectToxicContent"] == 0
    assert len(french.sources[0].entities) == 1
    dutch = analyzed(_source("Anna zingt"), retries=FIRST_TRY, comprehend=Comprehend("nl").client)
    assert len(dutch.missing) == 5
    assert all("(nl)" in item.reason for item in dutch.missing)
    assert dutch.sources[0].language_code == "nl"


def test_a_denied_operation_is_missing_and_the_others_count() -> None:
    comprehend = Comprehend(refusals={"DetectEntities": "AccessDeniedException"})
    analysis = analyzed(_source("Anna is good", "en"), retries=FIRST_TRY, comprehend=comprehend.client)
    assert [item.operation for item in analysis.missing] == ["comprehend:DetectEntities"]
    assert analysis.sources[0].sentiment is not None
    assert {item.operation for item in analysis.usage} == {
        "DetectKeyPhrases", "DetectSentiment", "DetectPiiEntities", "DetectToxicContent",
    }  # fmt: skip


def test_without_a_language_everything_is_missing_for_that_reason() -> None:
    comprehend = Comprehend(refusals={"DetectDominantLanguage": "AccessDeniedException"})
    analysis = analyzed(_source("Anna"), retries=FIRST_TRY, comprehend=comprehend.client)
    reasons = {item.operation: item.reason for item in analysis.missing}
    assert len(reasons) == 6
    assert reasons["comprehend:DetectEntities"] == "the text is too short or too mixed to tell its language"


def test_what_is_too_short_in_a_picture_is_not_said_of_the_text_beside_it() -> None:
    source = SourceText("detected_text", "14 euros", {})
    comprehend = Comprehend(refusals={"DetectDominantLanguage": "AccessDeniedException"})
    reasons = [
        item.reason for item in analyzed(source, retries=FIRST_TRY, comprehend=comprehend.client).missing
    ]
    assert "the writing in the pictures is too short or too mixed to tell its language" in reasons


@pytest.mark.parametrize(
    ("code", "error"),
    [("ThrottlingException", ThrottledError), ("InternalServerException", ServiceUnavailableError)],
)
def test_capacity_is_waited_for_and_then_listed(code: str, error: type[Exception]) -> None:
    client = Comprehend(refusals={"DetectSentiment": code}).client
    with pytest.raises(error):
        analyzed(_source("Anna", "en"), retries=FIRST_TRY, comprehend=client)
    analysis = analyzed(_source("Anna", "en"), retries=LAST_TRY, comprehend=client)
    assert [item.operation for item in analysis.missing] == ["comprehend:DetectSentiment"]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-US", "en"),
        ("zh-CN", "zh"),
        ("zh-TW", "zh-TW"),
        ("zh", "zh"),
        ("pt-BR", "pt"),
        ("nl-NL", None),
        ("haw", None),
    ],
)
def test_languages_of_comprehend(tag: str, code: str | None) -> None:
    assert comprehend_language(tag) == code


def test_a_retry_asks_only_for_what_is_open_and_the_receipt_tells_of_both() -> None:
    store, text = memory(), _source("Anna is good")
    throttled = Comprehend(refusals={"DetectSentiment": "ThrottlingException"})
    with pytest.raises(ThrottledError):
        analyzed(text, retries=FIRST_TRY, comprehend=throttled.client, store=store)
    free = Comprehend()
    analysis = analyzed(text, retries=FIRST_TRY, comprehend=free.client, store=store)
    assert free.calls == {"DetectSentiment": 1}
    once = analyzed(text, retries=FIRST_TRY, comprehend=Comprehend().client)
    assert analysis == once


def test_answers_about_a_long_text_are_stored_before_a_function_can_die() -> None:
    store, text = memory(), _source("Anna is good. " * 8000, "en")
    analyzed(text, retries=FIRST_TRY, comprehend=Comprehend().client, store=store)
    again = Comprehend()
    analyzed(text, retries=FIRST_TRY, comprehend=again.client, store=store)
    assert not again.calls


def test_a_short_text_costs_no_request_to_store_what_it_is_told() -> None:
    s3 = MemoryS3()
    store = DocumentStore("results", "asset-1", 1, s3=s3)
    analyzed(_source("Anna", "en"), retries=FIRST_TRY, comprehend=Comprehend().client, store=store)
    assert not s3.objects


_ODD = "This odd passage is nothing that a service likes. "


@pytest.mark.parametrize("operation", ["DetectToxicContent", "DetectSentiment", "DetectEntities"])
@pytest.mark.parametrize(
    "code", ["InvalidRequestException", "TextSizeLimitExceededException", "OddException"]
)
def test_an_unforeseen_refusal_costs_the_passage_and_is_not_repeated(operation: str, code: str) -> None:
    good = "Anna is good, you idiot. " * 4500
    text = _source(f"{good}\n{_ODD}\n{good}", "en")
    store = memory()
    service = Comprehend(refusals={operation: code}, of=_ODD.strip())
    analysis = analyzed(text, retries=FIRST_TRY, comprehend=service.client, store=store)
    whole = analyzed(text, retries=FIRST_TRY, comprehend=Comprehend().client)
    (found,), (without_refusal,) = analysis.sources, whole.sources
    (missing,) = analysis.missing
    assert missing.operation == f"comprehend:{operation}"
    assert missing.reason.startswith("characters ")
    assert found.sentiment is not None
    lost = text.text.index(_ODD)
    if operation == "DetectEntities":
        assert 0 < len(found.entities) < len(without_refusal.entities)
    else:
        assert found.entities == without_refusal.entities
    if operation == "DetectToxicContent":
        begins = [item.begin_offset for item in found.toxicity]
        assert min(begins) < lost < max(begins), "what lies before and behind it is there"
    again = Comprehend(refusals={operation: code}, of=_ODD.strip())
    assert analyzed(text, retries=FIRST_TRY, comprehend=again.client, store=store) == analysis
    assert not again.calls, "a refused passage would be refused again"


class SlowComprehend(Comprehend):
    """Takes a second a request, on a clock of its own."""

    now = 0.0

    def _is_refused(self, segments: list[dict[str, Any]]) -> bool:
        return False

    def clock(self) -> float:
        return sum(self.calls.values()) + self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_long_text_takes_several_tries_and_no_piece_is_paid_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(analysis_module, "_BEGIN_WITHIN_SECONDS", 40.0)
    text = _source("Anna is good today. " * 15_000, "en")
    store, in_one_go = memory(), Comprehend()
    expected = analyzed(text, retries=FIRST_TRY, comprehend=in_one_go.client)
    asked: Counter[str] = Counter()
    tries = 0
    while True:
        tries += 1
        slow = SlowComprehend()
        with contextlib.suppress(ThrottledError):  # time ran out
            analysis = analyze(
                text,
                store=store,
                retries=FIRST_TRY,
                comprehend=slow.client,
                clock=slow.clock,
                sleep=slow.sleep,
            )
            break
        asked += slow.calls
    asked += slow.calls
    assert tries >= 3, "the text takes several tries"
    assert analysis == expected
    assert asked == in_one_go.calls
