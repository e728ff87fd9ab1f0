"""Recognises speech with Whisper through faster-whisper: words with case, punctuation and times; languages.

Whisper was trained to write captions, and where nobody speaks it writes what captions often say ("Thank
you.") or one phrase over and over. So it is given speech alone, and what it finds is held against what it
says of its own doubts. The limits are those of https://github.com/openai/whisper, whisper/transcribe.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from local.engines.errors import EngineMissingError
from local.engines.findings import SpokenWord
from local.engines.speech.samples import Samples
from local.engines.speech.sound import SAMPLE_RATE_HZ
from local.engines.speech.spans import Span, in_pieces
from local.engines.speech.spoken_words import Piece, spoken_words

__all__ = ["Whisper", "load"]

# The model hears thirty seconds at once, however little is said in them.
_WINDOW_SECONDS = 29.0
_BEAMS = 5
# Whisper's own limits.
_MAX_COMPRESSION_RATIO = 2.4
_MIN_MEAN_LOG_PROBABILITY = -1.0
_MAX_NO_SPEECH_PROBABILITY = 0.6
# Who repeats a sentence is right to be heard so; a model that goes round in circles crams words together.
_MAX_CRAMMED_SHARE = 0.2
_CRAMMED_SECONDS = 0.06
_MAX_WORDS_PER_SECOND = 6.0
# Then it is asked once more, and may not repeat so many tokens.
_REPEATED_TOKENS = 4
# How sure the language of one window must be for the others not to be asked.
_CLEAR_LANGUAGE = 0.8
_MAX_LANGUAGE_WINDOWS = 3
# Two ways of writing what is spoken alike, for which Transcribe has one code: Nynorsk is heard as Norwegian.
_HEARD_AS = {"nn": "no"}
_THREADS = 1  # two take a third more processor time


@dataclass(frozen=True)
class _Window:
    """Stretches of a recording put one behind the other."""

    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        return sum(end - start for start, end in self.spans)

    def sound(self, samples: Samples) -> npt.NDArray[np.float32]:
        pieces = [samples[round(a * SAMPLE_RATE_HZ) : round(b * SAMPLE_RATE_HZ)] for a, b in self.spans]
        return np.asarray(np.concatenate(pieces) / 32768, np.float32)

    def span_at(self, seconds: float) -> tuple[Span, float]:
        """The span that a moment of the window lies in, and the seconds between window and recording."""
        passed = 0.0
        for start, end in self.spans:
            if seconds < passed + end - start:
                return (start, end), start - passed
            passed += end - start
        start, end = self.spans[-1]
        return (start, end), end - passed


class Whisper:
    """A loaded model."""

    def __init__(self, model: Any, pipeline: Any) -> None:
        self._model = model
        self._pipeline = pipeline
        model.encode = _LastEncoding(model.encode)

    @property
    def knows_languages(self) -> bool:
        """Whether it tells languages apart; else it is a model of English alone."""
        return bool(self._model.model.is_multilingual)

    def languages(self, samples: Samples, spans: Sequence[Span]) -> Mapping[str, float]:
        """How probable each of Whisper's languages is in the spoken ``spans``, the likeliest first.

        An unclear beginning is asked again in the middle and at the end. English alone is 1.0 for a model
        that knows no other.
        """
        if not self.knows_languages:
            return {"en": 1.0}
        windows = list(_windows(samples, spans))
        middle, last = len(windows) // 2, len(windows) - 1
        totals: dict[str, float] = {}
        asked = 0
        for place in dict.fromkeys((0, middle, last)):
            # Made as the pipeline makes them, whose encoding of a recording's only window is this one.
            features = self._model.feature_extractor(windows[place].sound(samples))[..., :-1]
            asked += 1
            for heard, probability in self._model.detect_language(features=features)[2]:
                language = _HEARD_AS.get(heard, heard)
                totals[language] = totals.get(language, 0.0) + probability
            if max(totals.values()) / asked >= _CLEAR_LANGUAGE or asked == _MAX_LANGUAGE_WINDOWS:
                break
        ranked = sorted(totals.items(), key=lambda entry: -entry[1])
        return {language: total / asked for language, total in ranked}

    def hear(self, samples: Samples, spans: Sequence[Span], language: str) -> list[SpokenWord]:
        """The words of the spoken ``spans`` of 16 kHz mono samples, in order. The same every time."""
        words: list[SpokenWord] = []
        for window in _windows(samples, spans):
            pieces = self._pieces(window.sound(samples), language)
            words += spoken_words(_placed(window, pieces), language)
        return words

    def _pieces(self, sound: npt.NDArray[np.float32], language: str) -> list[Piece]:
        segments = self._segments(sound, language)
        if any(map(_is_circling, segments)):
            segments = self._segments(sound, language, no_repeat_ngram_size=_REPEATED_TOKENS)
        return [
            Piece(word.word, float(word.start), float(word.end), float(word.probability))
            for segment in segments
            if not _is_circling(segment) and not _is_silent(segment)
            for word in segment.words or ()
        ]

    def _segments(self, sound: npt.NDArray[np.float32], language: str, **options: Any) -> list[Any]:
        found, _ = self._pipeline.transcribe(
            sound,
            language=language,
            beam_size=_BEAMS,
            batch_size=1,
            word_timestamps=True,
            without_timestamps=True,
            clip_timestamps=[{"start": 0.0, "end": len(sound) / SAMPLE_RATE_HZ}],
            **options,
        )
        return list(found)


class _LastEncoding:
    """A model's encoder, most of the work on a short recording, which remembers the last window.

    It is asked for the same one by the language, the words, and once more where they go round in circles.
    """

    def __init__(self, encode: Callable[[npt.NDArray[np.float32]], Any]) -> None:
        self._encode = encode
        self._last: tuple[npt.NDArray[np.float32], Any] | None = None

    def __call__(self, features: npt.NDArray[np.float32]) -> Any:
        """What ``encode`` gives for one window, (80, 3000) with or without a first axis of 1."""
        asked, last = features.reshape(features.shape[-2:]), self._last
        if last is not None and np.array_equal(asked, last[0]):
            return last[1]
        encoded = self._encode(features)
        self._last = (asked, encoded)
        return encoded


def load(folder: Path) -> Whisper:
    """The model in a folder of CTranslate2's format, weights as bytes. Raises ``EngineMissingError``."""
    return _loaded(folder)


@cache
def _loaded(folder: Path) -> Whisper:
    try:
        library = importlib.import_module("faster_whisper")
    except (ImportError, OSError) as error:
        raise EngineMissingError(
            "faster-whisper, or a library of it, isn't here or can't be loaded; run `make setup`"
        ) from error
    try:
        # Its name for the folder is a path that is there, or the library would ask the network for it.
        model = library.WhisperModel(
            str(folder.resolve(strict=True)),
            device="cpu",
            compute_type="int8",
            cpu_threads=_THREADS,
            local_files_only=True,
        )
    except Exception as error:  # tokenizers raises nothing more exact
        raise EngineMissingError(
            f"faster-whisper can't load the files in {folder}: they aren't a whole Whisper model in"
            " CTranslate2's format"
        ) from error
    return Whisper(model, library.BatchedInferencePipeline(model))


def _windows(samples: Samples, spans: Sequence[Span]) -> Iterator[_Window]:
    """The spans in as few windows as hold them in order: each costs the same, however full it is."""
    gathered: tuple[Span, ...] = ()
    for span in in_pieces(samples, spans, _WINDOW_SECONDS):
        if gathered and _Window((*gathered, span)).seconds > _WINDOW_SECONDS:
            yield _Window(gathered)
            gathered = ()
        gathered = (*gathered, span)
    if gathered:
        yield _Window(gathered)


def _placed(window: _Window, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces on the recording's clock, none outside of the span that its middle lies in."""
    before = 0.0
    for piece in pieces:
        (start, end), shift = window.span_at((piece.start_seconds + piece.end_seconds) / 2)
        begin = max(before, min(max(piece.start_seconds + shift, start), end))
        until = max(begin, min(piece.end_seconds + shift, end))
        before = until
        yield Piece(piece.text, begin, until, piece.probability)


def _is_silent(segment: Any) -> bool:
    """Whether the model itself says that nobody spoke, and is unsure of its words."""
    return bool(
        segment.no_speech_prob > _MAX_NO_SPEECH_PROBABILITY
        and segment.avg_logprob < _MIN_MEAN_LOG_PROBABILITY
    )


def _is_circling(segment: Any) -> bool:
    """Whether it says one thing over and over, faster than anybody could."""
    words = segment.words or ()
    if segment.compression_ratio <= _MAX_COMPRESSION_RATIO or not words:
        return False
    crammed = sum(word.end - word.start < _CRAMMED_SECONDS for word in words) / len(words)
    rate = len(words) / max(words[-1].end - words[0].start, _CRAMMED_SECONDS)
    return bool(crammed > _MAX_CRAMMED_SHARE or rate > _MAX_WORDS_PER_SECOND)
