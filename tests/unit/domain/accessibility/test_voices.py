"""Who speaks which language where."""

from __future__ import annotations

import re

import pytest

from braid.domain.accessibility.voices import Voice
from braid.domain.profile.speech_languages import LANGUAGE_CODES
from braid.runtime.library import voice_book
from local.service_models import service_model

BOOK = voice_book()


@pytest.mark.parametrize(
    ("language", "region", "voice"),
    [
        ("en-US", "us-east-1", Voice("Joanna", "neural")),
        ("en-US", "us-west-1", Voice("Joanna", "standard")),
        ("en", "eu-central-1", Voice("Joanna", "neural")),
        ("en-CA", "ca-central-1", Voice("Joanna", "neural")),
        ("de-CH", "eu-central-1", Voice("Sabrina", "neural")),
        ("de-CH", "eu-north-1", Voice("Vicki", "standard")),
        ("zh-CN", "us-east-1", Voice("Zhiyu", "neural")),
        ("fi-FI", "eu-north-1", None),
        ("ru-RU", "us-east-1", Voice("Tatyana", "standard")),
        ("eu-ES", "us-east-1", None),
        ("", "us-east-1", None),
    ],
)
def test_the_nearest_voice_of_the_best_engine_speaks(language: str, region: str, voice: Voice | None) -> None:
    assert BOOK.choose(language, region) == voice


def test_every_voice_is_one_of_pollys() -> None:
    known = set(service_model("polly").shape_for("VoiceId").enum)
    assert {name for entry in BOOK.voices for name in (entry.neural, entry.standard) if name} <= known
    assert all(entry.neural or entry.standard for entry in BOOK.voices)
    assert all(re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region) for region in BOOK.neural_regions)


def test_most_languages_that_are_heard_are_spoken_somewhere() -> None:
    spoken = {code for code in LANGUAGE_CODES if BOOK.choose(code, "us-east-1")}
    assert len(spoken) > 35
