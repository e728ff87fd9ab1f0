"""Sentiment: how often it is right on sentences that nothing was tuned on, and what the four shares mean."""

from __future__ import annotations

import pytest

from local.engines.text.sentiment import sentiment

JUDGED = [
    ("POSITIVE", "The new keyboard feels superb and typing is a joy."),
    ("POSITIVE", "What a fantastic concert, we danced all night."),
    ("POSITIVE", "Customer support answered within minutes and fixed everything."),
    ("POSITIVE", "Best coffee in town, I come here every morning."),
    ("POSITIVE", "I finally passed the exam and I am over the moon."),
    ("POSITIVE", "The room was spotless and the view breathtaking."),
    ("POSITIVE", "Setup took two minutes and it has run flawlessly since."),
    ("POSITIVE", "My kids adore this game."),
    ("NEGATIVE", "The screen cracked on the first day."),
    ("NEGATIVE", "Nobody answered the phone and my refund never arrived."),
    ("NEGATIVE", "The soup was cold and tasted of nothing."),
    ("NEGATIVE", "I regret buying this laptop, the fan is unbearable."),
    ("NEGATIVE", "The app crashes every time I open it."),
    ("NEGATIVE", "Worst flight ever, delayed for six hours without any explanation."),
    ("NEGATIVE", "The instructions are confusing and half the screws were missing."),
    ("NEGATIVE", "She was furious about the broken promise."),
    ("NEUTRAL", "The library has three floors and a reading room."),
    ("NEUTRAL", "Press the button twice to reset the counter."),
    ("NEUTRAL", "The invoice is attached to this message."),
    ("NEUTRAL", "Our next stop is the central station."),
    ("NEUTRAL", "The sample contains forty grams of salt."),
    ("NEUTRAL", "The committee will vote on the proposal in April."),
    ("NEUTRAL", "An inverter converts direct current into alternating current."),
    ("NEUTRAL", "She lives in a flat on the second floor."),
    ("MIXED", "I love the camera. The battery is a disaster."),
    ("MIXED", "The hotel was beautiful. Sadly the breakfast was awful."),
    ("MIXED", "Great story, wonderful music. The acting was terrible and the ending a big disappointment."),
    ("MIXED", "Delivery was fast and friendly. The product broke after one day."),
]


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
