"""Which language a text is in: one sentence, in the languages that people bring."""

from __future__ import annotations

import pytest

from evaluation.other_engines.judged_texts import ONE_SENTENCE
from local.engines.text.language import dominant_languages


@pytest.mark.parametrize("code", ONE_SENTENCE)
def test_one_sentence_is_enough(code: str) -> None:
    assert dominant_languages(ONE_SENTENCE[code])[0]["code"] == code


def test_speech_without_punctuation_is_english() -> None:
    heard = "welcome to this short talk about how solar panels turn sunlight into electricity"
    assert dominant_languages(heard)[0]["code"] == "en"


def test_probabilities_come_best_first() -> None:
    found = dominant_languages(ONE_SENTENCE["da"] + " " + ONE_SENTENCE["el"])
    probabilities = [each["probability"] for each in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1.0001


@pytest.mark.parametrize("text", ["", "  \n", "12:30 — 45 %", "🎉🎉"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert dominant_languages(text) == []


def test_a_cut_inside_a_character_does_no_harm() -> None:
    assert dominant_languages(ONE_SENTENCE["ja"] * 2000)[0]["code"] == "ja"
