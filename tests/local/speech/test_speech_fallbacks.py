"""Which engine hears speech where weights or libraries are missing, and what the last one makes of it."""

from __future__ import annotations

import builtins
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.speech.scoring import compare
from local.engines import operations as table
from local.engines.errors import EngineMissingError, OtherLanguageError
from local.engines.speech import recognition as speech
from local.engines.speech import sound, spans, voice_activity, whisper
from local.engines.speech import sphinx as speech_sphinx
from local.weights import cache as weights
from tests.local.needed_weights import needs_weights
from tests.local.speech.hearing import decode, transcribe, wav
from tests.local.spoken import SENTENCES, spoken

FILES = ("model.bin", "config.json", "tokenizer.json")


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


@needs_weights("whisper-base")
def test_weights_that_are_not_the_known_ones_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = weights.folder() / "whisper-base"
    damaged = tmp_path / "weights" / "whisper-base"
    damaged.mkdir(parents=True)
    for file in whole.iterdir():
        (damaged / file.name).symlink_to(file)
    (damaged / "model.bin").unlink()
    with (damaged / "model.bin").open("wb") as same_size:
        same_size.truncate((whole / "model.bin").stat().st_size)
    monkeypatch.setenv("BRAID_WEIGHTS", str(damaged.parent))
    expected = speech.engine_in_use()
    assert expected is not None
    assert expected.key == "whisper", "by its files' sizes it is there"
    assert expected.damage()

    engine, model = speech.loaded_engine()

    assert (engine.key, model) == ("pocketsphinx", None)
    assert "pocketsphinx stands in for Whisper base" in caplog.text
    words = [word.text for word in transcribe(spoken(tmp_path, SENTENCES).read_bytes()).channels[0].words()]
    assert compare(words, SENTENCES).error_rate <= 0.1


@needs_weights("whisper-base")
@pytest.mark.parametrize("module", ["faster_whisper", "faster_whisper.vad"])
def test_a_library_that_does_not_load_leaves_speech_to_the_next(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, module: str
) -> None:
    real = whisper.importlib.import_module

    def without(name: str) -> Any:
        if name == module:
            raise ImportError("libctranslate2.so.4: cannot open shared object file")
        return real(name)

    whisper._loaded.cache_clear()
    voice_activity._model.cache_clear()
    monkeypatch.setattr(whisper.importlib, "import_module", without)

    engine, _ = speech.loaded_engine()

    assert engine.key == "pocketsphinx"
    assert "pocketsphinx stands in for Whisper base" in caplog.text


@needs_weights("whisper-base")
def test_a_model_of_ones_own_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = weights.path("whisper-base", "model.bin").parent
    monkeypatch.setenv("BRAID_WHISPER_MODEL", str(folder))
    engine = speech.engine_in_use()
    assert engine is not None
    assert engine.key == "whisper-own"
    assert speech.loaded_engine()[0].key == "whisper-own"


@pytest.mark.parametrize(
    ("files", "said"),
    [((), "model.bin and config.json and tokenizer.json are missing"), (FILES, "faster-whisper can't load")],
)
def test_nothing_stands_in_for_a_model_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: tuple[str, ...], said: str
) -> None:
    for file in files:
        (tmp_path / file).write_text("{}")
    monkeypatch.setenv("BRAID_WHISPER_MODEL", str(tmp_path))
    with pytest.raises(EngineMissingError, match=said):
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
