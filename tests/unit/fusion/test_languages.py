"""Contradictions between a picture and its text in the languages that are analysed, by kind."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import replace

import pytest

from braid.domain.evidence.language import Entity, LanguageAnalysis, LanguageSource
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.language_pairs import PAIRS, Pair
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion.fuse import fuse


def _analysis(code: str, seen: str, written: str, *places: str) -> LanguageAnalysis:
    def source(name: str, text: str) -> LanguageSource:
        found = tuple(
            Entity(place, "LOCATION", 0.99, text.index(place), text.index(place) + len(place))
            for place in places
            if place in text
        )
        return LanguageSource(name, code, text, {}, entities=found)  # type: ignore[arg-type] - two of the names

    return LanguageAnalysis((source("detected_text", seen), source("passages", written)))


def _points(pair: Pair, *places: str) -> list[str]:
    material = picture_and_text(pair.seen, pair.written, colors=pair.colors)
    analysis = _analysis(pair.language, "\n".join(pair.seen), pair.written, *places)
    timeline = fuse(replace(material, language=analysis), Thresholds(), 8_000)
    return [
        agreement.reason
        for segment in timeline.segments
        for agreement in segment.agreements
        if agreement.kind is AgreementKind.CONTRADICTORY
    ]


@functools.cache
def _found() -> dict[Pair, bool]:
    return {pair: bool(_points(pair)) for pair in PAIRS}


@pytest.mark.parametrize("language", sorted({pair.language for pair in PAIRS}))
def test_contradictions_of_a_language_are_found_and_none_is_made_up(language: str) -> None:
    judged = {pair: found for pair, found in _found().items() if pair.language == language}
    wrong = [pair for pair, found in judged.items() if found != pair.contradicts]
    assert wrong == []


def test_each_kind_is_found_in_every_language_that_has_it() -> None:
    kinds: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for pair, found in _found().items():
        if pair.contradicts:
            kinds[pair.kind, pair.language].append(found)
    recall = {name: sum(found) / len(found) for name, found in kinds.items()}
    assert min(recall.values()) >= 0.95, recall


def test_another_place_is_a_contradiction_where_all_else_is_the_same() -> None:
    pair = Pair(
        "en", "place", ("Garden fair 2026 in Munich",), "The garden fair 2026 opens in Hamburg.", True
    )
    assert any("munich" in reason and "hamburg" in reason for reason in _points(pair, "Munich", "Hamburg"))
    same = pair._replace(written="The garden fair 2026 opens in Munich.")
    assert _points(same, "Munich") == []
    unrelated = pair._replace(written="Our office is in Hamburg.")
    assert _points(unrelated, "Munich", "Hamburg") == []
