"""Tells who says which word: voices of the words' surroundings, clustered, then a likeliest course of turns.

A phrase (between pauses, or to a sentence's end) is the least that a turn usually takes; its words are
compared by windows that don't reach beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from local.engines.findings import SpokenWord
from local.engines.speech.samples import Samples
from local.engines.speech.sound import SAMPLE_RATE_HZ
from local.engines.speech.voices import WINDOW_SECONDS, voice_vectors

__all__ = ["tell_apart"]

_PHRASE_PAUSE_SECONDS = 0.3
_SENTENCE_ENDS = frozenset(".?!…。？！؟।")
# Windows this far apart count when voices are grouped: closer ones are nearly the same.
_GROUPING_SECONDS = 0.8
_MOST_GROUPED = 600
# Single words resemble each other more than their speakers: voices are grouped by windows of such a length.
_TELLING_SECONDS = 1.2
# Two groups are one voice if they are as much alike as each is like itself, nearly; how much a few windows
# are alike says less. Parts of eighteen monologues gave 0.84 to 1.0 (0.70 with two windows on one side),
# speakers of five dialogues 0.49 to 0.75.
_SAME_VOICE = 0.8
_DOUBT_OF_ONE = 0.25
# How much windows of one voice are alike, worth so many pairs where a group has few of its own.
_USUAL_LIKENESS = 0.78
_USUAL_PAIRS = 3.0
_LEAST_WINDOWS = 2
# What a change of speaker costs against the words' likenesses: little between phrases, much within.
_COST_BETWEEN_PHRASES = 0.15
_COST_WITHIN_PHRASE = 1.5

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Phrase:
    """Places of words, half-open, and where the phrase lies in the recording."""

    first: int
    last: int
    start_seconds: float
    end_seconds: float


def tell_apart(samples: Samples, words: Sequence[SpokenWord], max_speakers: int) -> tuple[SpokenWord, ...]:
    """The words with their ``speaker``, numbered in the order in which they first speak.

    Raises ``EngineMissingError`` where the weights aren't here.
    """
    if not words:
        return ()
    phrases = list(_phrases(words))
    spans = [span for phrase in phrases for span in _windows(words, phrase)]
    vectors = voice_vectors(
        samples[round(start * SAMPLE_RATE_HZ) : round(end * SAMPLE_RATE_HZ)] for start, end in spans
    )
    lengths = np.array([end - start for start, end in spans])
    telling = [place for place in _apart(phrases, words) if lengths[place] >= _TELLING_SECONDS]
    if not telling:
        return tuple(replace(word, speaker=0) for word in words)
    voices = _voices(vectors[telling[:: -(-len(telling) // _MOST_GROUPED)]], max_speakers)
    begins = {phrase.first for phrase in phrases}
    weights = np.minimum(1.0, lengths / WINDOW_SECONDS) ** 2
    course = _likeliest_course((vectors @ voices.T) * weights[:, np.newaxis], begins)
    order = {voice: number for number, voice in enumerate(dict.fromkeys(course))}
    return tuple(replace(word, speaker=order[voice]) for word, voice in zip(words, course, strict=True))


def _phrases(words: Sequence[SpokenWord]) -> Iterator[_Phrase]:
    first = 0
    for place, (word, following) in enumerate(pairwise(words), start=1):
        pause = following.start_seconds - word.end_seconds
        if pause >= _PHRASE_PAUSE_SECONDS or word.after in _SENTENCE_ENDS:
            yield _Phrase(first, place, words[first].start_seconds, word.end_seconds)
            first = place
    yield _Phrase(first, len(words), words[first].start_seconds, words[-1].end_seconds)


def _windows(words: Sequence[SpokenWord], phrase: _Phrase) -> Iterator[tuple[float, float]]:
    """A window around each word, moved to lie within the phrase; a shorter phrase is a window."""
    for word in words[phrase.first : phrase.last]:
        middle = (word.start_seconds + word.end_seconds) / 2
        start = max(
            phrase.start_seconds, min(middle, phrase.end_seconds - WINDOW_SECONDS / 2) - WINDOW_SECONDS / 2
        )
        end = min(phrase.end_seconds, start + WINDOW_SECONDS)
        yield start, max(end, start + 0.1)


def _apart(phrases: Sequence[_Phrase], words: Sequence[SpokenWord]) -> list[int]:
    """Words far enough from each other to be grouped."""
    chosen: list[int] = []
    for phrase in phrases:
        last = -_GROUPING_SECONDS
        for place in range(phrase.first, phrase.last):
            if words[place].start_seconds - last >= _GROUPING_SECONDS or place == phrase.first:
                chosen.append(place)
                last = words[place].start_seconds
    return chosen


def _voices(vectors: npt.NDArray[np.float32], most: int) -> npt.NDArray[np.float32]:
    """A vector for each voice: agglomerative clustering by the likeness of groups relative to their own."""
    groups = [[place] for place in range(len(vectors))]
    sums = np.asarray(vectors @ vectors.T, np.float64)  # of likenesses between the members of two groups
    while len(groups) > 1:
        sizes = np.array([len(group) for group in groups], np.float64)
        likeness = _relative_likeness(sums, sizes)
        needed = _SAME_VOICE - _DOUBT_OF_ONE / np.minimum.outer(sizes, sizes)
        alike = np.where(likeness >= needed, likeness, -np.inf)
        if np.isinf(alike.max()):
            if _well_founded(groups) <= most:
                break
            alike = likeness
        one, other = sorted(divmod(int(alike.argmax()), len(groups)))
        groups[one] += groups.pop(other)
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sums = np.delete(np.delete(sums, other, 0), other, 1)
    known = [group for group in groups if len(group) >= _LEAST_WINDOWS] or groups[:1]
    largest = sorted(known, key=len, reverse=True)[:most]
    means = np.stack([vectors[group].mean(axis=0) for group in largest])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def _well_founded(groups: Sequence[Sequence[int]]) -> int:
    """The number of groups that are more than a stray window."""
    return sum(len(group) >= _LEAST_WINDOWS for group in groups)


def _relative_likeness(sums: Matrix, sizes: npt.NDArray[np.float64]) -> Matrix:
    """The mean likeness across each two groups, divided by the geometric mean of that within them."""
    pairs = sizes * (sizes - 1)
    within = (np.diag(sums) - sizes + _USUAL_PAIRS * _USUAL_LIKENESS) / (pairs + _USUAL_PAIRS)
    relative = sums / np.outer(sizes, sizes) / np.sqrt(np.outer(within, within))
    np.fill_diagonal(relative, -np.inf)
    return np.asarray(relative)


def _likeliest_course(likeness: Matrix, begins: set[int]) -> list[int]:
    """The voice of each word: alike, and changing seldom (Viterbi's algorithm)."""
    words, voices = likeness.shape
    best = likeness[0].copy()
    came_from = np.zeros((words, voices), np.int64)
    for place in range(1, words):
        cost = _COST_BETWEEN_PHRASES if place in begins else _COST_WITHIN_PHRASE
        changed = int(best.argmax())
        stays = best >= best[changed] - cost
        came_from[place] = np.where(stays, np.arange(voices), changed)
        best = np.where(stays, best, best[changed] - cost) + likeness[place]
    course = [int(best.argmax())]
    for place in range(words - 1, 0, -1):
        course.append(int(came_from[place, course[-1]]))
    return course[::-1]
