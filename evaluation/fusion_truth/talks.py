"""Talks with slides: per scene a slide and what is said over it, and how the two truly relate."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import (
    Box,
    Color,
    DetectedText,
    ImageProperties,
    KeyframeAnalysis,
    Label,
    Vision,
)
from braid.domain.span import Span
from evaluation.fusion_truth.materials import IMAGE, admission, member, passage, passages
from evaluation.fusion_truth.noise import Noise, misheard, misread, spoken
from evaluation.fusion_truth.topics import Topic
from lambdas.fusion.fuse import FusionInput

__all__ = ["Scene", "Talk", "bundle", "frame", "talk", "utter"]

_COLORS = ("red", "blue", "green", "yellow", "black", "white")
_ITEMS = ("jacket", "kettle", "lamp", "backpack", "chair", "mug")
_WORD_MS = 380
_PAUSE_MS = 700


@dataclass(frozen=True)
class Scene:
    """A stretch and the true relation of its two sides."""

    span: Span
    kind: AgreementKind


@dataclass(frozen=True)
class Talk:
    """A material and its truth."""

    material: FusionInput
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class _Point:
    """One thing to say: a sentence, the same as a bullet, and the bullet that contradicts it, if one can."""

    sentence: str
    bullet: str
    contradicting: str | None


def talk(
    topics: Sequence[Topic], noise: Noise, rng: random.Random, *, scene_count: int = 12, lag_ms: int = 0
) -> Talk:
    """A talk with one slide per scene; slides are ``lag_ms`` late against the speech."""
    utterances: list[Utterance] = []
    frames: list[KeyframeAnalysis] = []
    scenes: list[Scene] = []
    at_ms = rng.randrange(500, 3000)
    used: set[str] = set()
    for number in range(scene_count):
        begin_ms = at_ms - rng.randrange(100, 500)
        topic = topics[number % len(topics)]
        kind = rng.choice(list(AgreementKind))
        said, shown = _points(topic, kind, rng, used)
        for point in said:
            utterance, at_ms = utter(len(utterances), point.sentence, at_ms, noise, rng)
            utterances.append(utterance)
            at_ms += rng.randrange(200, _PAUSE_MS)
        span = Span(max(0, begin_ms + lag_ms), max(1, at_ms + lag_ms))
        frames.append(_slide(number, span, shown, noise, rng))
        scenes.append(Scene(span, kind))
    frames = [
        _until(frame, follower.span.start_ms) for frame, follower in itertools.pairwise(frames)
    ] + frames[-1:]
    duration_ms = max(at_ms, frames[-1].span.end_ms or 0) + 500
    material = FusionInput(
        admission(duration_ms=duration_ms),
        transcript=Transcript("en-US", tuple(utterances)),
        vision=Vision(tuple(frames)),
    )
    return Talk(material, tuple(scenes))


def bundle(topics: Sequence[Topic], noise: Noise, rng: random.Random) -> Talk:
    """A picture with text on it and a description of it."""
    kind = rng.choice(list(AgreementKind))
    said, shown = _points(rng.choice(topics), kind, rng, set())
    lines = [misread(line, noise, rng) for line in shown]
    picture = frame(1, Span(), lines, member="photo.jpg", rng=rng)
    text = " ".join(_sentence_case(point.sentence) for point in said)
    material = FusionInput(
        admission(
            member("photo.jpg", "image", Modality.VISION, media_type="image/jpeg"),
            member("text.txt", "text", Modality.TEXT, media_type="text/plain"),
        ),
        vision=Vision((picture,)),
        passages=passages(passage(1, text, member="text.txt")),
    )
    return Talk(material, (Scene(Span(), kind),))


def _points(
    topic: Topic, kind: AgreementKind, rng: random.Random, used: set[str]
) -> tuple[list[_Point], list[str]]:
    """What is said and what is shown. Complementary slides show other points of the same topic."""
    pool = _all_points(topic, rng)
    fresh = [point for point in pool if point.bullet not in used] or pool
    rng.shuffle(fresh)
    said = fresh[: rng.randrange(3, 5)]
    used.update(point.bullet for point in said)
    if kind is AgreementKind.COMPLEMENTARY:
        about = {word for point in said for word in point.bullet.lower().split()}
        # A slide of its own may still name the things that are spoken of.
        others = [
            p for p in fresh[len(said) :] if len(about & set(p.bullet.lower().split())) <= rng.randrange(1, 4)
        ]
        return said, [point.bullet for point in others[:3]]
    shown = [point.bullet for point in said[: rng.randrange(2, 4)]]
    if kind is AgreementKind.CONTRADICTORY:
        deniable = next(point for point in pool if point.contradicting is not None and point not in said)
        said.insert(rng.randrange(len(said)), deniable)
        shown.insert(rng.randrange(len(shown)), deniable.contradicting or "")
    return said, shown


def _all_points(topic: Topic, rng: random.Random) -> list[_Point]:
    points = [_fact(fact, rng) for fact in topic.facts]
    points += [_claim(claim) for claim in topic.claims]
    item, color, other = rng.choice(_ITEMS), *rng.sample(_COLORS[:4], 2)
    points.append(
        _Point(
            f"here you see the {color} {item} of the team",
            f"{color} {item}".title(),
            f"{other} {item}".title(),
        )
    )
    for thing in topic.things:
        action, target = rng.choice(topic.actions), rng.choice(topic.objects)
        place = rng.choice(topic.places)
        bare = thing.removeprefix("the ").removeprefix("a ")
        points.append(
            _Point(f"{thing} can {action} {target} {place}", f"{bare}: {action} {target}".capitalize(), None)
        )
    rng.shuffle(points)
    return points


def _fact(fact: tuple[str, str, int, int], rng: random.Random) -> _Point:
    what, unit, low, high = fact
    value = rng.randrange(low, high)
    other = value
    while abs(other - value) < 0.15 * value + 2 or _are_confusable(other, value):
        other = rng.randrange(max(2, low // 2), high * 2)

    def written(number: int) -> str:
        return {"dollars": f"${number}", "percent": f"{number}%"}.get(unit, f"{number} {unit}")

    return _Point(
        f"the {what} is {written(value)} this year",
        f"{what}: {written(value)}".capitalize(),
        f"{what}: {written(other)}".capitalize(),
    )


def _are_confusable(one: int, other: int) -> bool:
    """Numbers that differ only as recognisers differ can't be told from a mistake: they are no fair truth."""
    ours, theirs = str(one), str(other)
    beginnings = any(a.startswith(b.rstrip("0") or b) for a, b in ((ours, theirs), (theirs, ours)))
    return (
        len(ours) != len(theirs)
        or beginnings
        or sum(a != b for a, b in zip(ours, theirs, strict=True)) < len(ours)
    )


def _claim(claim: tuple[str, str]) -> _Point:
    thing, quality = claim
    return _Point(
        f"as everybody can check the {thing} is {quality}",
        f"{thing} is {quality}".capitalize(),
        f"{thing} is not {quality}".capitalize(),
    )


def utter(number: int, sentence: str, at_ms: int, noise: Noise, rng: random.Random) -> tuple[Utterance, int]:
    items = []
    begin_ms = at_ms
    for _, heard, confidence in misheard(spoken(sentence), noise, rng):
        length_ms = rng.randrange(_WORD_MS // 2, _WORD_MS * 3 // 2)
        items.append(TranscriptItem(heard, at_ms, at_ms + length_ms, confidence, "word"))
        at_ms += length_ms
    mean = sum(item.confidence or 0 for item in items) / max(1, len(items))
    text = " ".join(item.text for item in items)
    return Utterance(f"u{number:04d}", None, begin_ms, at_ms, text, mean, tuple(items)), at_ms


def _slide(
    number: int, span: Span, lines: Sequence[str], noise: Noise, rng: random.Random
) -> KeyframeAnalysis:
    return frame(number, span, [misread(line, noise, rng) for line in lines], member="", rng=rng)


def frame(
    number: int, span: Span, lines: Sequence[tuple[str, float]], *, member: str, rng: random.Random
) -> KeyframeAnalysis:
    return KeyframeAnalysis(
        keyframe_id=f"k{number:04d}",
        image=IMAGE,
        span=span,
        at_ms=span.start_ms,
        labels=tuple(Label(name, 0.8) for name in rng.sample(("Text", "Person", "Screen", "Page"), 2)),
        texts=tuple(
            DetectedText(text, confidence, Box(0.1, 0.1 + 0.12 * index, 0.6, 0.07))
            for index, (text, confidence) in enumerate(lines)
            if text
        ),
        properties=ImageProperties(colors=(Color("White", "#ffffff", 0.8), Color("Black", "#000000", 0.1))),
        member=member,
    )


def _until(frame: KeyframeAnalysis, end_ms: int | None) -> KeyframeAnalysis:
    return replace(frame, span=Span(frame.span.start_ms, end_ms))


def _sentence_case(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:] + "."
