"""Which engine hears speech where weights or libraries are missing, and what the last one makes of it."""

from __future__ import annotations

import builtins
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.speech.scoring import compare
from local import weights
from local.engines import operations as table
from local.engines.errors import EngineMissingError, OtherLanguageError
from local.engines.speech import recognition as speech
from local.engines.speech import sound, spans
from local.engines.speech import sphinx as speech_sphinx
from tests.local.needed_weights import needs_weights
from tests.local.speech.hearing import decode, transcribe, wav
from tests.local.spoken import SENTENCES, spoken


@pytest.fixture
def without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "is_fetched", lambda name: False)


@pytest.mark.usefixtures("without_weights")
def test_pocketsphinx_hears_english_where_no_weights_are(tmp_path: Path) -> None:
    """Measured 2026-11: 0.00 with this voice and these sentences, 0.06 over four texts of the same voice."""
    engine = speech.engine_in_use()
    assert engine is not None
    assert engine.key == "pocketsphinx"
    found = transcribe(spoken(tmp_path, SENTENCES).read_bytes(), languages=("en", "de"))
    assert found.language == "en"
    words = [word.text for word in found.channels[0].words()]
    assert compare(words, SENTENCES).error_rate <= 0.1
    assert found.languages[0][1] > 0.7


@pytest.mark.usefixtures("without_weights")
def test_pocketsphinx_refuses_other_languages(tmp_path: Path) -> None:
    talk = spoken(tmp_path, SENTENCES).read_bytes()
    with pytest.raises(OtherLanguageError, match="understands English only, not de"):
        transcribe(talk, languages=("de",))
    backwards = decode(talk)[::-1] // 12
    random = np.random.default_rng(5)
    muddled = (backwards + random.normal(0, 400, len(backwards))).astype(np.int16)
    with pytest.raises(OtherLanguageError, match="doesn't sound like it"):
        transcribe(wav(muddled))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone"])
@pytest.mark.usefixtures("without_weights")
def test_pocketsphinx_hears_nothing_where_nobody_speaks(kind: str) -> None:
    seconds = np.arange(4 * sound.SAMPLE_RATE_HZ) / sound.SAMPLE_RATE_HZ
    samples = {
        "silence": np.zeros(len(seconds)),
        "noise": np.random.default_rng(3).normal(0, 3000, len(seconds)),
        "tone": 8000 * np.sin(2 * np.pi * 440 * seconds),
    }[kind]
    assert transcribe(wav(samples.astype(np.int16))).channels[0].segments == ()


@pytest.mark.usefixtures("without_weights")
def test_without_any_engine_the_reason_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    real = speech_sphinx.importlib.import_module

    def without(name: str) -> Any:
        if name == "pocketsphinx":
            raise builtins.ModuleNotFoundError(name)
        return real(name)

    monkeypatch.setattr(speech_sphinx.importlib, "import_module", without)
    with pytest.raises(EngineMissingError, match="no speech engine: pocketsphinx isn't installed"):
        transcribe(wav(np.zeros(16_000, np.int16)))


def test_weights_that_are_not_the_known_ones_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(name: str, file: str) -> Path:
        raise weights.WeightsMissingError(f"the weights in {name}/{file} aren't the ones that were fetched")

    monkeypatch.setattr(weights, "path", damaged)
    assert transcribe(wav(np.zeros(16_000, np.int16))).channels[0].segments == ()


@needs_weights("whisper-base")
def test_a_model_of_ones_own_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = weights.path("whisper-base", "model.bin").parent
    monkeypatch.setenv("BRAID_WHISPER_MODEL", str(folder))
    engine = speech.engine_in_use()
    assert engine is not None
    assert engine.key == "whisper-own"
    monkeypatch.setenv("BRAID_WHISPER_MODEL", str(tmp_path))
    with pytest.raises(EngineMissingError, match=f"the Whisper model in {tmp_path} can't be loaded"):
        transcribe(wav(np.zeros(16_000, np.int16)))


@needs_weights("whisper-tiny-en")
def test_the_english_model_is_never_asked_about_other_languages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(table, "is_fetched", lambda name: name == "whisper-tiny-en")
    talk = spoken(tmp_path, SENTENCES).read_bytes()
    found = transcribe(talk)
    assert compare([word.text for word in found.channels[0].words()], SENTENCES).error_rate <= 0.1
    with pytest.raises(OtherLanguageError, match="understands English only, not fr"):
        transcribe(talk, languages=("fr",))
    backwards = decode(talk)[::-1] // 12
    random = np.random.default_rng(5)
    muddled = (backwards + random.normal(0, 400, len(backwards))).astype(np.int16)
    with pytest.raises(OtherLanguageError, match="doesn't sound like it"):
        transcribe(wav(muddled))


def test_long_speech_is_cut_where_it_is_quietest() -> None:
    samples = np.full(75 * sound.SAMPLE_RATE_HZ, 5000, np.int16)
    for second in (25, 48):
        samples[second * sound.SAMPLE_RATE_HZ : (second * 10 + 2) * sound.SAMPLE_RATE_HZ // 10] = 10
    pieces = spans.in_pieces(samples, [(0.0, 75.0)], 30.0)
    assert [round(end) for _, end in pieces] == [25, 48, 75]
    assert all(end - start <= 30 for start, end in pieces)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
