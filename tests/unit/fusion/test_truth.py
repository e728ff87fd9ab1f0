"""Fusion against generated truth: topics and kinds of noise that no threshold was fitted on."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace

import pytest

from domain.timeline import Alignment
from domain.vision import Vision
from lambdas.fusion.fuse import Material, fuse
from lambdas.fusion.observe import observe
from lambdas.fusion.statements import state
from lambdas.fusion.streams import align
from lambdas.fusion.thresholds import Thresholds
from tests.fusion_truth.clocks import captioned_talk
from tests.fusion_truth.noise import CLEAN, HELD_OUT_NOISE, Noise
from tests.fusion_truth.scoring import Verdict, calibration_error, macro_f1, verdicts
from tests.fusion_truth.talks import bundle, talk
from tests.fusion_truth.topics import HELD_OUT

SCENES = 30


def judged(noise: Noise) -> list[Verdict]:
    found = []
    for seed in range(SCENES):
        rng = random.Random(f"truth {seed}")
        for made in (talk(HELD_OUT, noise, rng), *(bundle(HELD_OUT, noise, rng) for _ in range(6))):
            found.extend(verdicts(made, fuse(made.material, Thresholds(), 1000)))
    return found


@pytest.fixture(scope="module")
def clean() -> list[Verdict]:
    return judged(CLEAN)


@pytest.fixture(scope="module")
def noisy() -> list[Verdict]:
    return judged(HELD_OUT_NOISE)


def test_clean_agreements_are_recognised(clean: list[Verdict]) -> None:
    assert macro_f1(clean) >= 0.95


def test_noisy_agreements_are_recognised(noisy: list[Verdict]) -> None:
    assert macro_f1(noisy) >= 0.75


def test_strengths_mean_what_they_say(clean: list[Verdict], noisy: list[Verdict]) -> None:
    assert calibration_error(clean + noisy) <= 0.05


def alignment(material: Material, of: str) -> Alignment:
    observed, _ = observe(transcript=material.transcript, vision=material.vision, passages=material.passages)
    found = align(observed, [state(item) for item in observed], Thresholds())
    return next(item for item in found if item.of == of)


@pytest.mark.parametrize(("noise", "changed"), [(CLEAN, 0.0), (CLEAN, 0.4), (HELD_OUT_NOISE, 0.2)])
def test_captions_are_placed_within_a_tenth_of_a_second(noise: Noise, changed: float) -> None:
    errors = []
    for seed in range(40):
        rng = random.Random(f"captions {seed}")
        offset_ms, drift = rng.randrange(-30_000, 30_000), rng.choice((0.0, 0.001, -0.003, 0.005))
        made = captioned_talk(
            HELD_OUT, noise, rng, minutes=2, offset_ms=offset_ms, drift=drift, changed=changed
        )
        found = alignment(made.material, "captions")
        if found.offset_ms is not None:
            errors.append(abs(found.offset_ms - offset_ms))
    assert len(errors) >= 36
    assert statistics.quantiles(errors, n=20)[-1] <= 100


def test_drift_is_found_from_ten_minutes_on() -> None:
    for seed in range(6):
        rng = random.Random(f"drift {seed}")
        drift = rng.choice((0.0, 0.0005, -0.002, 0.005))
        made = captioned_talk(HELD_OUT, HELD_OUT_NOISE, rng, minutes=11, offset_ms=4_000, drift=drift)
        found = alignment(made.material, "captions")
        assert found.drift_ppm is not None
        assert abs(found.drift_ppm - drift * 1e6) <= 200


def test_captions_of_another_talk_get_no_number() -> None:
    numbers = 0
    for seed in range(40):
        rng = random.Random(f"other {seed}")
        one = captioned_talk(HELD_OUT[:2], CLEAN, rng, minutes=4, offset_ms=0, drift=0)
        other = captioned_talk(HELD_OUT[:2], CLEAN, rng, minutes=4, offset_ms=0, drift=0)
        mixed = replace(one.material, passages=other.material.passages)
        found = alignment(mixed, "captions")
        numbers += found.offset_ms is not None
        assert found.offset_ms is not None or found.not_estimated
    assert numbers == 0


@pytest.mark.parametrize("noise", [CLEAN, HELD_OUT_NOISE])
def test_slides_are_placed_within_two_seconds_or_not_at_all(noise: Noise) -> None:
    errors = []
    for seed in range(30):
        rng = random.Random(f"slides {seed}")
        lag_ms = rng.randrange(-15_000, 15_000)
        found = alignment(talk(HELD_OUT, noise, rng, scene_count=20, lag_ms=lag_ms).material, "slides")
        if found.offset_ms is not None:
            errors.append(abs(found.offset_ms - lag_ms))
    assert len(errors) >= 15
    assert statistics.quantiles(errors, n=20)[-1] <= 2_000


def test_slides_of_another_talk_get_no_number() -> None:
    numbers = 0
    for seed in range(40):
        rng = random.Random(f"shuffled {seed}")
        made = talk(HELD_OUT, CLEAN, rng, scene_count=20)
        vision = made.material.vision
        assert vision is not None
        spans = [frame.span for frame in vision.keyframes]
        rng.shuffle(spans)
        frames = [replace(frame, span=span) for frame, span in zip(vision.keyframes, spans, strict=True)]
        mixed = replace(made.material, vision=Vision(tuple(frames)))
        numbers += alignment(mixed, "slides").offset_ms is not None
    assert numbers == 0


def test_late_captions_are_compared_where_they_are_spoken_and_that_is_told() -> None:
    made = captioned_talk(HELD_OUT, CLEAN, random.Random(3), minutes=2, offset_ms=9_000, drift=0)
    timeline = fuse(made.material, Thresholds(), 4000)
    assert any("9.0 s late" in warning for warning in timeline.warnings)
    kinds = [agreement.kind for segment in timeline.segments for agreement in segment.agreements]
    assert kinds
    assert set(kinds) == {"redundant"}
    cues = {o.observation_id: o for o in timeline.observations if o.kind == "cue"}
    assert (cues["c0000"].span.start_ms or 0) < 1_500
