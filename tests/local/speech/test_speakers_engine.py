"""Who speaks: voices as vectors, one speaker staying one, dialogues parted at the right word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.speech.recordings import RATE_HZ, talk_of
from evaluation.speech.texts import TEST
from local import weights
from local.engines.findings import SpokenWord
from local.engines.speech import speakers, voices
from local.weights.torch_reader import read_tensors
from tests.local.needed_weights import needs_weights
from tests.local.speech.hearing import transcribe
from tests.local.spoken import needs_flite

pytestmark = needs_weights("voices")


def _samples(turns: list[tuple[str, str]]) -> tuple[npt.NDArray[np.int16], list[SpokenWord]]:
    """Turns, and words spread evenly over each as a recogniser would give them."""
    sound, starts = talk_of(turns)
    words = []
    for (_, text), start, end in zip(turns, starts, [*starts[1:], len(sound) / RATE_HZ], strict=True):
        said = text.split()
        step = (end - 0.4 - start) / len(said)
        for place, word in enumerate(said):
            at = start + place * step
            mark = word[-1] if word[-1] in ".,?" else ""
            words.append(SpokenWord(word.rstrip(".,?"), at, at + 0.9 * step, 0.9, after=mark))
    return np.asarray(sound * 32767, np.int16), words


@pytest.mark.parametrize("voice", ["slt", "rms", "awb"])
def test_one_speaker_stays_one(voice: str) -> None:
    needs_flite()
    samples, words = _samples([(voice, text) for text in TEST[:5]])
    told = speakers.tell_apart(samples, words, max_speakers=10)
    assert {word.speaker for word in told} == {0}


@pytest.mark.parametrize("pair", [("slt", "rms"), ("rms", "awb"), ("awb", "slt")])
def test_two_speakers_are_parted_at_their_words(pair: tuple[str, str]) -> None:
    needs_flite()
    turns = [(pair[place % 2], text) for place, text in enumerate(TEST[:4])]
    samples, words = _samples(turns)
    told = speakers.tell_apart(samples, words, max_speakers=10)
    expected = [place % 2 for place, (_, text) in enumerate(turns) for _ in text.split()]
    assert [word.speaker for word in told] == expected


def test_there_are_never_more_speakers_than_asked_for() -> None:
    needs_flite()
    turns = [(voice, text) for voice, text in zip(("slt", "rms", "awb") * 2, TEST[:6], strict=True)]
    samples, words = _samples(turns)
    assert len({word.speaker for word in speakers.tell_apart(samples, words, 10)}) == 3
    assert len({word.speaker for word in speakers.tell_apart(samples, words, 2)}) == 2


def test_words_without_speech_behind_them_are_one_speakers() -> None:
    assert speakers.tell_apart(np.zeros(16_000, np.int16), [], 2) == ()
    word = SpokenWord("oh", 0.1, 0.3, 0.5)
    (told,) = speakers.tell_apart(np.zeros(16_000, np.int16), [word], 2)
    assert told.speaker == 0


def test_the_built_network_computes_what_the_saved_weights_say() -> None:
    """The same LSTM, written out in numpy."""
    sound = (np.random.default_rng(2).normal(0, 3000, 25_600)).astype(np.int16)
    (built,) = voices.voice_vectors([sound])
    saved = {
        name.removeprefix("model_state."): values
        for name, values in read_tensors(weights.path("voices", "pretrained.pt").read_bytes()).items()
    }
    frames = voices.mel_frames(voices._whole(sound))[:160].astype(np.float64)
    for layer in range(3):
        frames = _lstm(frames, saved, layer)
    raw = np.maximum(0, saved["linear.weight"] @ frames[-1] + saved["linear.bias"])
    assert built == pytest.approx(raw / np.linalg.norm(raw), abs=1e-4)


def _lstm(frames: npt.NDArray[Any], saved: dict[str, Any], layer: int) -> npt.NDArray[Any]:
    inner, outer = (saved[f"lstm.weight_{side}_l{layer}"] for side in ("ih", "hh"))
    bias = saved[f"lstm.bias_ih_l{layer}"] + saved[f"lstm.bias_hh_l{layer}"]
    hidden = cell = np.zeros(256)
    found = []
    for frame in frames:
        entry, forget, new, output = np.split(inner @ frame + outer @ hidden + bias, 4)
        cell = _sigmoid(forget) * cell + _sigmoid(entry) * np.tanh(new)
        hidden = _sigmoid(output) * np.tanh(cell)
        found.append(hidden)
    return np.array(found)


def _sigmoid(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-values)))


@needs_weights("whisper-base")
def test_the_recorded_dialogue_splits_where_transcribe_splits_it(shared_data: Path) -> None:
    data = (shared_data / "media-audio" / "localstack" / "multi-speaker.wav").read_bytes()
    found = transcribe(data, languages=("en",), max_speakers=10).channels[0]
    turns = [
        (segment.words[0].speaker, segment.words[0].text, len(segment.words)) for segment in found.segments
    ]
    assert [turn[:2] for turn in turns] == [(0, "Hey"), (1, "Yeah")]


@needs_weights("whisper-base")
def test_a_recorded_monologue_has_one_speaker(shared_data: Path) -> None:
    data = (shared_data / "media-audio" / "whisper" / "jfk.flac").read_bytes()
    found = transcribe(data, languages=("en",), max_speakers=10).channels[0]
    assert {word.speaker for word in found.words()} == {0}
