"""Speech with captions whose clock is known to run differently, and how well fusion finds that."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.evidence.passages import Passage
from braid.domain.evidence.timeline import Alignment
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from evaluation.fusion_truth.materials import admission, cue, passages
from evaluation.fusion_truth.noise import Noise, misheard, spoken
from evaluation.fusion_truth.topics import Topic
from lambdas.fusion.fuse import FusionInput

__all__ = ["FITTING_EDITS", "HELD_OUT_EDITS", "VERBATIM", "Captioned", "Edit", "captioned_talk", "sentences"]

_WORD_MS = (140, 620)


@dataclass(frozen=True)
class Edit:
    """How a caption file differs from what is said: shares of its words and cues, and its timing.

    ``dropped`` words are left out, as in captions condensed for reading; ``lost_cues`` are missing,
    for each of ``added_cues`` there is one that nobody says.
    """

    changed: float = 0.0
    dropped: float = 0.0
    lost_cues: float = 0.0
    added_cues: float = 0.0
    jitter_ms: int = 60
    cue_words: int = 9


VERBATIM = Edit()
# Thresholds were chosen while looking at exchanged words alone; tests judge on the others.
FITTING_EDITS = tuple(Edit(changed=share) for share in (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8))
HELD_OUT_EDITS = {
    "condensed": tuple(Edit(dropped=share) for share in (0.2, 0.4, 0.5, 0.7)),
    "lost cues": tuple(
        Edit(lost_cues=lost, added_cues=added) for lost in (0.3, 0.5, 0.7) for added in (0, 0.5)
    ),
    "added cues": (Edit(added_cues=0.5), Edit(added_cues=1.0)),
    "short cues": (Edit(cue_words=3), Edit(cue_words=3, changed=0.2, dropped=0.2)),
    "long cues": (Edit(cue_words=14), Edit(cue_words=14, changed=0.35)),
    "careless": (Edit(jitter_ms=150), Edit(jitter_ms=150, changed=0.2, dropped=0.2)),
}


@dataclass(frozen=True)
class Captioned:
    """A material whose captions show at ``t + offset_ms + drift * t`` what is spoken at t.

    ``shared_words`` are in both streams, where they belong; ``overlap`` is their share of the shorter one.
    """

    material: FusionInput
    offset_ms: int
    drift: float
    shared_words: int
    overlap: float

    def offset_error_ms(self, found: Alignment) -> float | None:
        """By how much the offset is wrong; None where none was given."""
        return None if found.offset_ms is None else abs(found.offset_ms - self.offset_ms)

    def drift_error_ppm(self, found: Alignment) -> float | None:
        """By how much the drift is wrong; None where none was given."""
        return None if found.drift_ppm is None else abs(found.drift_ppm - self.drift * 1e6)


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
    edit: Edit = VERBATIM,
) -> Captioned:
    """A talk of about ``minutes`` with captions; ``noise`` is in what is heard, ``edit`` in what is shown.

    A cue begins with its first word, give or take the edit's jitter, and lasts until a little after its last.
    """
    utterances: list[Utterance] = []
    cues: list[Passage] = []
    shared = heard_count = 0
    at_ms = 800

    def show(words: Sequence[str], begin_ms: int, end_ms: int) -> bool:
        """Adds a cue unless it would end before the file begins."""
        start, end = (
            max(0, round(time + offset_ms + drift * time + rng.gauss(0, edit.jitter_ms)))
            for time in (begin_ms, end_ms)
        )
        if words and end:
            cues.append(cue(len(cues), " ".join(words), start, max(start, end)))
        return bool(words and end)

    while at_ms < minutes * 60_000:
        words = spoken(sentences(topics, rng, 1)[0])
        begins = [at_ms]
        for _ in words:
            begins.append(begins[-1] + rng.randrange(*_WORD_MS))
        at_ms = begins[-1]
        items = _heard(words, begins, noise, rng)
        heard_count += len(items)
        if items:
            heard = tuple(item for _, item in items)
            text = " ".join(item.text for item in heard)
            utterances.append(Utterance(f"u{len(utterances):05d}", None, begins[0], at_ms, text, 0.9, heard))
        right = {place for place, item in items if place is not None and item.text == words[place]}
        for first in range(0, len(words), edit.cue_words):
            last = min(first + edit.cue_words, len(words))
            shown = list(_edited(words[first:last], topics, edit, rng))
            if rng.random() < edit.lost_cues:
                continue
            if show([word for word, _ in shown if word], begins[first], begins[last]):
                shared += sum(is_own and first + at in right for at, (_, is_own) in enumerate(shown))
        if rng.random() < edit.added_cues:
            show(spoken(sentences(topics, rng, 1)[0])[: edit.cue_words], at_ms, at_ms + 2_000)
        at_ms += rng.randrange(150, 1_400)
    material = FusionInput(
        admission(duration_ms=at_ms + 40_000),
        transcript=Transcript("en-US", tuple(utterances)),
        passages=passages(*cues),
    )
    shown_count = sum(len(item.text.split()) for item in cues)
    return Captioned(material, offset_ms, drift, shared, shared / max(1, min(heard_count, shown_count)))


def _edited(
    words: Sequence[str], topics: Sequence[Topic], edit: Edit, rng: random.Random
) -> list[tuple[str, bool]]:
    """Per word what is shown in its place (nothing where it was dropped), and whether it is itself."""
    shown = []
    for word in words:
        chance = rng.random()
        if chance < edit.dropped:
            shown.append(("", False))
        elif chance < edit.dropped + edit.changed:
            shown.append((rng.choice(spoken(sentences(topics, rng, 1)[0])), False))
        else:
            shown.append((word, True))
    return shown


def _heard(
    words: Sequence[str], begins: Sequence[int], noise: Noise, rng: random.Random
) -> list[tuple[int | None, TranscriptItem]]:
    """What is heard of the words, each at its time; a word that nobody said comes with the one before it."""
    items = []
    at = 0
    for place, heard, confidence in misheard(words, noise, rng):
        at = at if place is None else place
        items.append((place, TranscriptItem(heard, begins[at], begins[at + 1], confidence, "word")))
    return items
