"""Speech with captions or slides whose clock is known to run differently."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from domain.passages import Passage
from domain.span import Span
from domain.transcript import Transcript, TranscriptItem, Utterance
from lambdas.fusion.fuse import Material
from tests.fusion_truth.noise import Noise, misheard, spoken
from tests.fusion_truth.topics import Topic
from tests.unit.fusion.materials import admission, cue, passages

__all__ = ["Captioned", "captioned_talk", "sentences"]

_WORD_MS = (140, 620)
_MAX_CUE_WORDS = 9


@dataclass(frozen=True)
class Captioned:
    """A material whose captions show at ``t + offset_ms + drift * t`` what is spoken at t."""

    material: Material
    offset_ms: int
    drift: float
    changed_share: float


def sentences(topics: Sequence[Topic], rng: random.Random, count: int) -> list[str]:
    """Sentences about the topics, without end if need be."""
    made = []
    for _ in range(count):
        topic = rng.choice(topics)
        what, unit, low, high = rng.choice(topic.facts)
        thing, quality = rng.choice(topic.claims)
        made.append(
            rng.choice(
                (
                    f"{rng.choice(topic.things)} can {rng.choice(topic.actions)} {rng.choice(topic.objects)}"
                    f" {rng.choice(topic.places)}",
                    f"the {what} is {rng.randrange(low, high)} {unit} {rng.choice(topic.places)}",
                    f"{rng.choice(topic.places)} the {thing} is {quality} for {rng.choice(topic.things)}",
                )
            )
        )
    return made


def captioned_talk(
    topics: Sequence[Topic],
    noise: Noise,
    rng: random.Random,
    *,
    minutes: float,
    offset_ms: int,
    drift: float,
    changed: float = 0.0,
    jitter_ms: int = 60,
) -> Captioned:
    """A talk of about ``minutes`` with captions; ``changed`` is the share of caption words that are others.

    A cue begins with its first word, give or take ``jitter_ms``, and lasts until a little after its last.
    """
    utterances: list[Utterance] = []
    cues: list[Passage] = []
    at_ms = 800
    while at_ms < minutes * 60_000:
        (sentence,) = sentences(topics, rng, 1)
        words = spoken(sentence)
        begins = []
        begin_ms = at_ms
        for _ in words:
            begins.append(at_ms)
            at_ms += rng.randrange(*_WORD_MS)
        heard = _heard(words, begins, at_ms, noise, rng)
        if heard:
            text = " ".join(item.text for item in heard)
            utterances.append(
                Utterance(f"u{len(utterances):05d}", None, begin_ms, at_ms, text, 0.9, tuple(heard))
            )
        for first in range(0, len(words), _MAX_CUE_WORDS):
            shown = [
                rng.choice(spoken(rng.choice(sentences(topics, rng, 1)))) if rng.random() < changed else word
                for word in words[first : first + _MAX_CUE_WORDS]
            ]
            last = min(first + _MAX_CUE_WORDS, len(words))
            end_ms = begins[last] if last < len(begins) else at_ms
            span = [
                round(time + offset_ms + drift * time + rng.gauss(0, jitter_ms))
                for time in (begins[first], end_ms)
            ]
            start = max(0, span[0])
            cues.append(cue(len(cues), " ".join(shown), start, max(start, span[1])))
        at_ms += rng.randrange(150, 1_400)
    material = Material(
        admission(duration_ms=at_ms + 40_000),
        transcript=Transcript("en-US", tuple(utterances)),
        passages=passages(*(item for item in cues if item.span != Span(0, 0))),
    )
    return Captioned(material, offset_ms, drift, changed)


def _heard(
    words: Sequence[str], begins: Sequence[int], end_ms: int, noise: Noise, rng: random.Random
) -> list[TranscriptItem]:
    items = []
    place = 0
    for said, heard, confidence in misheard(words, noise, rng):
        if said is not None:
            while place < len(words) - 1 and words[place] != said:
                place += 1
        start_ms = begins[min(place, len(begins) - 1)]
        follower = begins[place + 1] if place + 1 < len(begins) else end_ms
        items.append(TranscriptItem(heard, start_ms, max(start_ms, follower), confidence, "word"))
        if said is not None and place < len(words) - 1:
            place += 1
    return items
