"""Whatever the branches hand over becomes a sound timeline: no crash, no silent drop."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.evidence.vision import Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.domain.wire import encode
from evaluation.fusion_truth.materials import (
    admission,
    cue,
    keyframe,
    passage,
    passages,
    transcript,
    utterance,
    vision,
)
from evaluation.fusion_truth.noise import HELD_OUT_NOISE
from evaluation.fusion_truth.talks import talk
from evaluation.fusion_truth.topics import HELD_OUT
from lambdas.fusion.choose.tenths import Tenths
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.fusion.prepare import prepare
from lambdas.fusion.semantic.compare import YARDSTICK
from lambdas.fusion.semantic.plan import texts_to_embed
from tests.unit.fusion.any_material import materials
from tests.unit.fusion.semantic.meanings import vectors_of

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "schemas" / "timeline.schema.json").read_text("utf-8"))
ANYTHING = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fused(material: FusionInput, budget: int = 8000) -> Timeline:
    return fuse(material, Thresholds(), budget)


def as_bytes(material: FusionInput) -> bytes:
    return json.dumps(encode(fused(material)), ensure_ascii=False).encode("utf-8", "surrogatepass")


@ANYTHING
@given(materials(), st.integers(0, 9000))
def test_any_material_fuses_into_a_sound_timeline(material: FusionInput, budget: int) -> None:
    timeline = fused(material, budget)
    jsonschema.validate(encode(timeline), SCHEMA)
    ids = [observation.observation_id for observation in timeline.observations]
    assert len(set(ids)) == len(ids)
    assert {name for segment in timeline.segments for name in segment.observations} == set(ids)
    modalities = {observation.observation_id: observation.modality for observation in timeline.observations}
    for segment in timeline.segments:
        assert segment.confidence is not None
        assert 0 <= segment.confidence <= 1
        assert segment.provenance
        for agreement in segment.agreements:
            assert 0 <= agreement.strength <= 1
            assert agreement.reason
            # Its evidence is there, is of both sides, and lies where the agreement was found or in its whole.
            assert {modalities[name] for name in agreement.observation_ids} == set(agreement.modalities)
    assert all(piece.reason for piece in timeline.evidence)
    assert {piece.evidence_id for piece in timeline.evidence} <= set(ids)
    assert timeline.quality["evidence"]["tokens"] <= budget
    for alignment in timeline.alignments:
        assert (alignment.offset_ms is None) == bool(alignment.not_estimated)


@pytest.mark.slow
@ANYTHING
@given(materials(), st.randoms(use_true_random=False))
def test_any_vectors_change_nothing_but_complementary_into_redundant(
    material: FusionInput, rng: random.Random
) -> None:
    wanted = texts_to_embed(prepare(material, Thresholds()), Thresholds()).texts
    own = [text for text in wanted if text not in YARDSTICK]
    groups: dict[int, list[str]] = {}
    for text in own:
        groups.setdefault(rng.randrange(3), []).append(text)
    vectors = vectors_of(*groups.values(), cosine=rng.random())
    plain, meant = fused(material), fuse(material, Thresholds(), 8000, vectors)
    jsonschema.validate(encode(meant), SCHEMA)
    assert meant == fuse(material, Thresholds(), 8000, vectors)
    assert meant.observations == plain.observations
    for one, other in zip(plain.segments, meant.segments, strict=True):
        for before, after in zip(one.agreements, other.agreements, strict=True):
            if before.kind is AgreementKind.COMPLEMENTARY:
                assert after.kind is not AgreementKind.CONTRADICTORY
                assert set(after.observation_ids) <= {item.observation_id for item in meant.observations}
            else:
                assert after == before


@ANYTHING
@given(materials())
def test_nothing_is_dropped_without_a_word(material: FusionInput) -> None:
    """Every utterance, passage, label and line is in the timeline, merged into a longer one, or warned of."""
    timeline = fused(material)
    told = "\n".join(timeline.warnings)
    kept = Counter(observation.kind for observation in timeline.observations)
    spoken = material.transcript.utterances if material.transcript else ()
    written = material.passages.passages if material.passages else ()
    assert kept["utterance"] == sum(bool(item.text.strip()) for item in spoken)
    assert kept["cue"] + kept["passage"] == sum(bool(item.text.strip()) for item in written)
    for name, text in (
        *((item.utterance_id, item.text) for item in spoken),
        *((item.passage_id, item.text) for item in written),
    ):
        assert text.strip() or "without words" in told, name
    seen = {(o.kind, o.text) for o in timeline.observations if o.modality is Modality.VISION}
    shown = "\n".join(text for kind, text in seen if kind == "detected_text")
    for frame in material.vision.keyframes if material.vision else ():
        assert all(("label", label.name) in seen for label in frame.labels)
        assert all(line.text in shown for line in frame.texts if line.text.strip())


@ANYTHING
@given(materials())
def test_evidence_under_eight_thousand_tokens_touches_every_tenth(material: FusionInput) -> None:
    timeline = fused(material)
    tenths = Tenths([observation.span for observation in timeline.observations], timeline.duration_ms)
    places = {o.observation_id: tenths.of(o) for o in timeline.observations}
    filled = {place for found in places.values() for place in found}
    touched = {place for piece in timeline.evidence for place in places[piece.evidence_id]}
    assert touched == filled
    assert timeline.quality["evidence"]["covered_tenths"] == len(filled)


def test_long_pieces_are_cut_rather_than_a_tenth_left_out() -> None:
    """Thirty tenths (of time, of pages, of reading order) of a bundle, each with nothing but long text."""
    long_text = "長い文章です。" * 150
    cues = [cue(number, long_text, number * 10_000, number * 10_000 + 9_000) for number in range(10)]
    pages = [passage(number, long_text, page=number + 1) for number in range(10)]
    plain = [passage(100 + number, long_text) for number in range(10)]
    material = FusionInput(admission(duration_ms=100_000), passages=passages(*cues, *pages, *plain))
    timeline = fused(material)
    assert timeline.quality["evidence"]["covered_tenths"] == 30
    assert timeline.quality["evidence"]["tokens"] <= 8_000
    assert all(len(piece.text) > 40 for piece in timeline.evidence)


@ANYTHING
@given(materials(), st.randoms(use_true_random=False))
def test_the_order_of_documents_means_nothing_where_time_tells_it(
    material: FusionInput, rng: random.Random
) -> None:
    """Utterances and keyframes have times; where all are different, the order they come in says nothing."""
    spoken = material.transcript.utterances if material.transcript else ()
    heard = [
        replace(item, utterance_id=f"u{number}", start_ms=700 * number, end_ms=700 * number + 500)
        for number, item in enumerate(spoken)
    ]
    frames = [
        replace(frame, span=Span(1_000 * number, 1_000 * number + 1_000))
        for number, frame in enumerate(material.vision.keyframes if material.vision else ())
    ]
    ordered = replace(material, transcript=Transcript("en-US", tuple(heard)), vision=Vision(tuple(frames)))
    rng.shuffle(heard)
    rng.shuffle(frames)
    shuffled = replace(material, transcript=Transcript("en-US", tuple(heard)), vision=Vision(tuple(frames)))
    without_warnings = [replace(fused(it), warnings=()) for it in (ordered, shuffled)]
    assert without_warnings[0] == without_warnings[1]


def noisy_talk() -> FusionInput:
    return talk(HELD_OUT, HELD_OUT_NOISE, random.Random(5)).material


def test_another_process_with_another_hash_seed_writes_the_same_bytes() -> None:
    script = (
        "import sys; from tests.unit.fusion import test_any_input as t;"
        " sys.stdout.buffer.write(t.as_bytes(t.noisy_talk()))"
    )
    written = [
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "4711")
    ]
    assert written[0] == written[1] == as_bytes(noisy_talk())


SPOKEN = [
    utterance(number, f"part {number} of it", number * 5_000, number * 5_000 + 4_000) for number in range(4)
]
SEEN = [keyframe(number, Span(number * 5_000, number * 5_000 + 5_000), labels=["Dog"]) for number in range(4)]
READ = [cue(number, f"part {number} of it", number * 5_000, number * 5_000 + 4_000) for number in range(4)]


@pytest.mark.parametrize(
    ("material", "told"),
    [
        (FusionInput(admission(duration_ms=20_000), transcript(), vision(*SEEN)), "speech is empty"),
        (FusionInput(admission(duration_ms=20_000), transcript(*SPOKEN), vision()), "vision is empty"),
        (FusionInput(admission(), transcript(*SPOKEN), passages=passages()), "text is empty"),
        (FusionInput(admission(), transcript(), vision(), passages()), "speech is empty"),
        (FusionInput(admission()), "nothing was observed"),
        (FusionInput(admission(duration_ms=20_000), transcript(*reversed(SPOKEN))), "out of order of time"),
        (
            FusionInput(
                admission(duration_ms=20_000),
                transcript(utterance(1, "one", 0, 9_000), utterance(2, "two", 5_000, 9_000)),
            ),
            "speakers overlap there",
        ),
        (
            FusionInput(admission(duration_ms=10_000), transcript(utterance(1, "late", 50_000, 60_000))),
            "behind the asset's end at 0:10.0",
        ),
        (
            FusionInput(
                admission(duration_ms=20_000), passages=passages(*READ, cue(9, "late", 50_000, 60_000))
            ),
            "behind the asset's end at 0:20.0",
        ),
        (
            FusionInput(
                admission(duration_ms=20_000), transcript(Utterance("u7", None, 5_000, 4_000, "x", 1.0, ()))
            ),
            "u7) lies backwards in time",
        ),
        (
            FusionInput(
                admission(duration_ms=20_000), transcript(Utterance("u7", None, -5_000, 4_000, "x", 1.0, ()))
            ),
            "u7) lies before the beginning",
        ),
        (
            FusionInput(
                admission(),
                transcript(*(utterance(n, f"part {n}", n * 5_000, n * 5_000 + 4_000) for n in range(400))),
                vision(*SEEN),
            ),
            "the pictures end at 0:20.0, the speech at 33:19.0",
        ),
    ],
)
def test_odd_input_gives_a_timeline_and_a_warning(material: FusionInput, told: str) -> None:
    timeline = fused(material)
    jsonschema.validate(encode(timeline), SCHEMA)
    assert told in "\n".join(timeline.warnings)
