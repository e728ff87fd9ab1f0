"""Sentiment: how often it is right on sentences that nothing was tuned on, and what the four shares mean."""

from __future__ import annotations

import pytest

from evaluation.other_engines.judged_texts import JUDGED
from local.engines.text.sentiment import sentiment


def test_four_of_five_are_judged_as_a_person_would() -> None:
    right = sum(sentiment(text)["sentiment"] == expected for expected, text in JUDGED)
    assert right / len(JUDGED) >= 0.8


def test_praise_is_never_taken_for_complaint_nor_the_other_way() -> None:
    opposite = {"POSITIVE": "NEGATIVE", "NEGATIVE": "POSITIVE"}
    swapped = [text for expected, text in JUDGED if sentiment(text)["sentiment"] == opposite.get(expected)]
    assert swapped == []


@pytest.mark.parametrize("text", ["Fine.", "!!!", "日本語の文です。", "a\n\nb"])
def test_the_shares_sum_to_one(text: str) -> None:
    found = sentiment(text)
    shares = [found[kind] for kind in ("positive", "negative", "neutral", "mixed")]
    assert sum(shares) == pytest.approx(1)
    assert found["sentiment"].lower() == max(("positive", "negative", "neutral", "mixed"), key=found.get)
