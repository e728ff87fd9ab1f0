"""The daily look: it reads what ended assets left, makes a baseline, and names what moved since."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from braid.domain.answer.answer import Answer, RouteStep, Unanswered
from braid.domain.asset.asset import AssetRef, Source
from braid.domain.asset.result import Result
from braid.domain.drift import BASELINE_ASSETS, Observed
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.store.documents import DocumentStore
from lambdas.watching.quality import BASELINE_KEY, MOST_ASSETS, observed_of, watch_quality
from tests.contract.document_goldens import filled
from tests.doubles.memory_s3 import MemoryS3

NOW, LATER = "2026-11-20T05:00:00.000Z", "2026-11-24T05:00:00.000Z"
LITE = RouteStep("m-lite", "lite", "first", "passed")
PRO = RouteStep("m-pro", "pro", "not sure", "passed")
REFUSED = replace(LITE, outcome="/0/text cites e9, which isn't there")
BLOCKED = {"action": "GUARDRAIL_INTERVENED"}


class Results:
    """A results bucket and its index."""

    def __init__(self) -> None:
        self.s3 = MemoryS3()
        self.store = DocumentStore("results", "quality", 1, s3=self.s3)
        self.ended: dict[date, list[tuple[AssetRef, str]]] = {}

    def end(self, asset_id: str, *, at: str = NOW, **documents: object) -> None:
        of_asset = DocumentStore("results", asset_id, 1, s3=self.s3)
        claims = {
            name: of_asset.put_document(of_asset.result_key(f"{name}.json"), document)
            for name, document in documents.items()
        }
        result = replace(filled(Result), asset_id=asset_id, results=claims)
        of_asset.put_document(f"assets/{asset_id}/result.json", result)
        ref = AssetRef(asset_id, 1, "general", Source("inbox", "k", "v1"))
        self.ended.setdefault(date.fromisoformat(at[:10]), []).append((ref, at))

    def end_many(self, count: int, *, at: str, confidence: float) -> None:
        for number in range(count):
            self.end(f"asset-{at[8:10]}-{number}", at=at, answer=answer(confidence + number % 7 / 100))

    def on(self) -> Callable[[date], Sequence[tuple[AssetRef, str]]]:
        return lambda day: self.ended.get(day, [])


def answer(confidence: float | None, *route: RouteStep, blocked: bool = False) -> Answer:
    guardrail = BLOCKED if blocked else None
    return replace(filled(Answer), confidence=confidence, route=route or (LITE,), guardrail=guardrail)


def spoken(language_code: str) -> LanguageAnalysis:
    return LanguageAnalysis((LanguageSource("transcript", language_code, "hallo", {}),))


@pytest.fixture
def results() -> Results:
    return Results()


def test_an_answer_says_how_good_it_is(results: Results) -> None:
    results.end("good", answer=answer(0.8), language=spoken("de"))
    results.end("hard", answer=answer(0.4, REFUSED, PRO))
    assert observed_of("good", results.store) == Observed(0.8, False, False, False, "de")
    assert observed_of("hard", results.store) == Observed(0.4, False, True, True, None)


def test_what_a_guardrail_withheld_counts_as_blocked(results: Results) -> None:
    step = replace(LITE, outcome="a guardrail intervened")
    results.end("shut", unanswered=Unanswered((), route=(step,), guardrail=BLOCKED))
    found = observed_of("shut", results.store)
    assert found is not None
    assert (found.confidence, found.blocked) == (None, True)


def test_what_asked_no_model_or_is_gone_says_nothing(results: Results) -> None:
    results.end("extracted", unanswered=Unanswered(()))
    results.end("plain")
    assert [observed_of(name, results.store) for name in ("extracted", "plain", "gone")] == [None] * 3


def test_a_document_that_was_changed_costs_that_asset_alone(results: Results) -> None:
    results.end("broken", answer=answer(0.8))
    results.s3.objects["results", "assets/broken/1/answer.json"] = b"{}"
    results.end("whole", answer=answer(0.8))
    assert observed_of("broken", results.store) is None
    assert observed_of("whole", results.store) is not None


def test_too_few_assets_make_no_baseline(results: Results) -> None:
    results.end_many(BASELINE_ASSETS - 1, at=NOW, confidence=0.8)
    assert watch_quality(results.store, results.on(), now=NOW) == ()
    assert ("results", BASELINE_KEY) not in results.s3.objects


def test_a_baseline_is_made_once_and_later_assets_are_held_to_it(results: Results) -> None:
    results.end_many(BASELINE_ASSETS, at=NOW, confidence=0.8)
    assert watch_quality(results.store, results.on(), now=NOW) == ()
    baseline = results.s3.objects["results", BASELINE_KEY]
    assert json.loads(baseline)["assets"] == BASELINE_ASSETS

    results.end_many(60, at=LATER, confidence=0.6)
    moved = watch_quality(results.store, results.on(), now=LATER)
    assert [(drift.measure, round(drift.now, 1)) for drift in moved] == [("confidence", 0.6)]
    assert results.s3.objects["results", BASELINE_KEY] == baseline


def test_the_newest_assets_of_a_busy_deployment_are_looked_at(results: Results) -> None:
    results.end_many(BASELINE_ASSETS, at=NOW, confidence=0.8)
    watch_quality(results.store, results.on(), now=NOW)
    results.end_many(MOST_ASSETS, at="2026-11-22T05:00:00.000Z", confidence=0.2)
    results.end_many(MOST_ASSETS, at=LATER, confidence=0.8)
    assert watch_quality(results.store, results.on(), now=LATER) == ()
