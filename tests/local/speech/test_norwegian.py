"""What Whisper tells apart and Transcribe has one code for is one language before one is chosen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from local.engines.speech.recognition import _chosen
from local.engines.speech.whisper import _HEARD_AS, Whisper
from local.services.transcription.languages import CODES, heard_language, spoken_languages


class Model:
    """Tells the languages that it was made with, whatever is spoken."""

    def __init__(self, *told: tuple[str, float]) -> None:
        self.model = SimpleNamespace(is_multilingual=True)
        self._told = list(told)

    def encode(self, features: Any) -> Any:
        return features

    def feature_extractor(self, sound: Any) -> Any:
        return np.zeros((80, 3001), np.float32)

    def detect_language(self, features: Any) -> tuple[str, float, list[tuple[str, float]]]:
        return (*self._told[0], self._told)


def test_nynorsk_is_norwegian() -> None:
    samples = np.zeros(16_000, np.int16)
    model = Model(("nn", 0.5), ("no", 0.45), ("da", 0.05))

    likely = Whisper(model, None).languages(samples, [(0.0, 1.0)])

    assert likely == pytest.approx({"no": 0.95, "da": 0.05})
    assert _chosen(likely, spoken_languages(["no-NO"])) == "no"
    assert _chosen(likely, spoken_languages([])) == "no"


def test_what_whisper_hears_is_named_by_transcribe_or_has_no_code() -> None:
    tokenizer = pytest.importorskip("faster_whisper.tokenizer", exc_type=ImportError)
    named = {heard_language(code) for code in CODES} | set(_HEARD_AS)

    nameless = "as bo br fo haw la lb ln lo mg oc sa sd sn tg tk ur yi yo"
    assert set(tokenizer._LANGUAGE_CODES) - named == set(nameless.split())
    assert set(_HEARD_AS.values()) <= {heard_language(code) for code in CODES}
