"""The speech engine on recordings whose words, languages and speakers are known."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import ENGINES
from benchmarks.rows import Row, at_least, at_most
from evaluation.speech.calibration import bins, calibrated_pairs, calibration_error, pairs_of
from evaluation.speech.found import real_recordings, recordings_beside_their_words
from evaluation.speech.languages import SENTENCES, can_speak, say_in
from evaluation.speech.measuring import (
    Heard,
    hear,
    hear_samples,
    identified,
    is_refused,
    is_whisper_here,
    uncalibrated,
    word_error_rate,
)
from evaluation.speech.recordings import CONDITIONS, RATE_HZ, VOICES, has_voices, recordings, talk_of
from evaluation.speech.texts import FITTING, TEST
from evaluation.speech.wordless import WORDLESS, wordless

__all__ = ["BENCHMARKS"]

_USUAL = ("clean", "noise 20 dB", "room")
_MOST_WORD_ERRORS = 0.06
_MOST_SECONDS_OF_A_MINUTE = 12
_MOST_MEGABYTES = 1000


@cache
def _heard() -> dict[str, list[Heard]]:
    """Every English recording by its source, as the engine gives it: heard once for all sections."""
    if not is_whisper_here():
        raise UnmeasurableError("Whisper's weights aren't fetched (braid engines fetch)")
    if not has_voices():
        raise UnmeasurableError("ffmpeg with flite isn't installed")
    with uncalibrated():
        sources = {
            "real recordings": hear(real_recordings()),
            "LibriVox": hear(recordings_beside_their_words()),
        }
        return {source: found for source, found in sources.items() if found} | {
            f"voices, {condition}": hear(recordings(TEST, [condition])) for condition in CONDITIONS
        }


def _word_errors() -> Iterator[Row]:
    heard = _heard()
    hard = [f"voices, {name}" for name in CONDITIONS if name not in _USUAL]
    usual = [name for name in heard if name not in hard]
    together = [one for name in usual for one in heard[name]]
    for name in (*usual, "together", *hard):
        found = together if name == "together" else heard[name]
        yield Row(name, "recordings", len(found))
        yield Row(name, "words", sum(one.match.word_count for one in found))
        bound = at_most(_MOST_WORD_ERRORS) if name == "together" else None
        yield Row(name, "word error rate", word_error_rate(found), bound=bound)


def _reliability() -> Iterator[Row]:
    raw = pairs_of([one for found in _heard().values() for one in found])
    fitted = calibrated_pairs(raw)
    for inside in bins(fitted):
        name = f"{inside.low:.2f} to {inside.high:.2f}"
        yield Row(name, "words", inside.count)
        yield Row(name, "mean confidence", inside.confidence)
        yield Row(name, "share that was said", inside.right)
    yield Row("all", "words", len(fitted))
    yield Row("all", "mean confidence", sum(confidence for confidence, _ in fitted) / len(fitted))
    yield Row("all", "share that was said", sum(is_right for _, is_right in fitted) / len(fitted))
    yield Row("all", "calibration error", calibration_error(fitted), bound=at_most(0.05))
    yield Row("all", "uncalibrated", calibration_error(raw))


def _wordless() -> Iterator[Row]:
    words = {name: len(hear_samples(wordless(name)).channels[0].words()) for name in WORDLESS}
    yield Row("sounds without speech", "sounds", len(words))
    yield Row("sounds without speech", "words", sum(words.values()), bound=at_most(0))


def _languages() -> Iterator[Row]:
    if not can_speak():
        raise UnmeasurableError("espeak-ng isn't installed")
    for language in SENTENCES:
        said = identified(say_in(language))
        yield Row(language, "identified", float(said == language))
        yield Row(language, "left open", float(said is None))
        yield Row(language, "taken for another", float(said not in (language, None)))
        yield Row(language, "refused as English", float(is_refused(say_in(language), ("en",))))


def _cost() -> Iterator[Row]:
    if not has_voices():
        raise UnmeasurableError("ffmpeg with flite isn't installed")
    minute = talk_of([("rms", text) for text in (*TEST, *FITTING)])[0][: 60 * RATE_HZ]
    for name, copies, silent_minutes in (
        ("1 minute", 1, 0),
        ("10 minutes", 10, 0),
        # As much as is admitted; who speaks all the time is heard for half an hour.
        ("4 hours, of which one minute is spoken", 1, 239),
    ):
        took = _took(np.tile(minute, copies), silent_minutes)
        bound = at_most(_MOST_SECONDS_OF_A_MINUTE) if name == "1 minute" else None
        yield Row(name, "processor time", took["cpu_seconds"], "s", bound)
        yield Row(name, "times as fast as the talk", took["media_seconds"] / took["cpu_seconds"])
        yield Row(name, "peak memory", took["peak_bytes"] / 1e6, "MB", at_most(_MOST_MEGABYTES))


def _took(
    samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]], silent_minutes: int
) -> dict[str, float]:
    """What it takes to hear ``samples``, and silence after them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "talk.wav"
        with wave.open(str(file), "wb") as target:
            target.setnchannels(1)
            target.setsampwidth(2)
            target.setframerate(RATE_HZ)
            target.writeframes(np.asarray(samples * 32767, np.int16).tobytes())
            for _ in range(silent_minutes):
                target.writeframes(bytes(2 * 60 * RATE_HZ))
        command = [sys.executable, "-m", "evaluation.speech.cost", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    took: dict[str, float] = json.loads(done.stdout)
    return took


def _speakers() -> Iterator[Row]:
    if not has_voices():
        raise UnmeasurableError("ffmpeg with flite isn't installed")
    alone = [
        CONDITIONS[condition](talk_of([(voice, text) for text in FITTING[:6]])[0], np.random.default_rng(1))
        for condition in _USUAL
        for voice in VOICES
    ]
    alone += [recording.samples for recording in real_recordings() if "multi-speaker" not in recording.name]
    found = [_speaker_count(samples) for samples in alone]
    yield Row("monologues", "recordings", len(found))
    yield Row("monologues", "as many speakers", sum(count == 1 for count in found), bound=at_least(10))
    right, words, counts = 0, 0, []
    pairs = [*zip(VOICES, (*VOICES[1:], VOICES[0]), strict=True)]
    for cast in (*pairs, VOICES):
        turns = [(cast[place % len(cast)], text) for place, text in enumerate(TEST[:9])]
        good, of, count = _attributed(turns)
        right, words = right + good, words + of
        counts.append(count == len(cast))
    yield Row("dialogues", "recordings", len(counts))
    yield Row("dialogues", "as many speakers", sum(counts))
    yield Row("dialogues", "words", words)
    yield Row("dialogues", "words of their speaker", right / words, bound=at_least(0.95))


def _speaker_count(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> int:
    words = hear_samples(samples, ("en",), max_speakers=10).channels[0].words()
    return len({word.speaker for word in words})


def _attributed(turns: Sequence[tuple[str, str]]) -> tuple[int, int, int]:
    """Words with their turn's speaker, all words, and how many speakers were told apart."""
    samples, starts = talk_of(turns)
    words = hear_samples(samples, ("en",), max_speakers=10).channels[0].words()
    order = {voice: number for number, voice in enumerate(dict.fromkeys(voice for voice, _ in turns))}
    right = 0
    for word in words:
        middle = (word.start_seconds + word.end_seconds) / 2
        voice = [voice for start, (voice, _) in zip(starts, turns, strict=True) if start <= middle][-1]
        right += word.speaker == order[voice]
    return right, len(words), len({word.speaker for word in words})


_PACKAGES = ("faster-whisper", "ctranslate2")
_VOICES_SAID = (
    "Voices are ffmpeg's flite (slt, rms, awb) reading sentences of ours, in pink noise so much quieter, in"
    " a room that rings for 0.4 s, or in a telephone's band."
)
BENCHMARKS = (
    Benchmark(
        "speech",
        ENGINES,
        "Speech: words",
        "Word error rate of English recordings, numbers and case aside. "
        + _VOICES_SAID
        + " Real recordings are"
        " those of BRAID_TEST_DATA; LibriVox: five of pocketsphinx's source distribution, named by"
        " BRAID_SPEECH_RECORDINGS. Together: those above it.",
        "Recordings",
        lambda: list(_word_errors()),
        _PACKAGES,
    ),
    Benchmark(
        "speech-confidence",
        ENGINES,
        "Speech: how sure",
        "All words of the section above, hard conditions included, by the confidence that Transcribe's"
        " items have. The line that makes it of Whisper's probability was fitted on other sentences"
        " (`python -m evaluation.speech.fit_confidence`). The calibration error is the mean distance"
        " between the two columns, weighted by words.",
        "Confidence",
        lambda: list(_reliability()),
        _PACKAGES,
    ),
    Benchmark(
        "speech-wordless",
        ENGINES,
        "Speech: where nobody speaks",
        "Words heard in twenty sounds of twelve seconds: silence, hum, noises, tones, music, rain, an"
        " engine and others (evaluation/speech/wordless.py).",
        "Sounds",
        lambda: list(_wordless()),
        _PACKAGES,
    ),
    Benchmark(
        "speech-languages",
        ENGINES,
        "Speech: which language",
        "A sentence of six seconds in each language, spoken by espeak-ng, whose robotic voices are harder"
        " than people's. Identified among all that Transcribe names; left open where the job fails because"
        " none is clear; refused where a job's LanguageCode is en-US. What isn't refused comes out as English"
        " words that nobody said.",
        "Language",
        lambda: list(_languages()),
        _PACKAGES,
    ),
    Benchmark(
        "speech-cost",
        ENGINES,
        "Speech: what it takes",
        "A talk heard by a process that has loaded nothing yet, with one thread, speakers told apart.",
        "Talk",
        lambda: list(_cost()),
        _PACKAGES,
    ),
    Benchmark(
        "speakers",
        ENGINES,
        "Speech: who speaks",
        "At most ten speakers are asked for. Monologues: flite's voices, clean, in noise at 20 dB and in a"
        " room, and real recordings. Dialogues: voices taking turns of a sentence or two.",
        "Recordings",
        lambda: list(_speakers()),
        (*_PACKAGES, "onnxruntime"),
    ),
)
