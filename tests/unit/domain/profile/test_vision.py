"""The ``[vision]`` section of a profile: its defaults are sound, and everything wrong is named at once."""

from __future__ import annotations

import pytest

from braid.domain.errors import InvalidInputError
from braid.domain.profile.sections.vision import MinConfidence, VisionPlan
from braid.domain.wire import decode
from braid.runtime.library import profile


def test_the_defaults_are_sound_and_ask_everything_but_captions() -> None:
    plan = VisionPlan()
    assert list(plan.problems()) == []
    assert plan.findings == ("labels", "properties", "texts", "faces", "moderation")
    assert plan.description_tier == ""


def test_the_general_profile_states_every_default() -> None:
    assert profile("general").vision == VisionPlan()


def test_all_that_is_wrong_is_told() -> None:
    plan = VisionPlan(
        findings=("faces", "faces"),
        min_confidence=MinConfidence(labels=55, moderation=-0.1),
        description_tier="huge",
        description_language="English",
        description_focus="x" * 501,
        max_descriptions=0,
    )
    told = "\n".join(plan.problems())
    for member in (
        "findings names one twice",
        "min_confidence.labels must be from 0 to 1",
        "min_confidence.moderation must be from 0 to 1",
        "description_tier must be empty or one of micro, lite, pro",
        "description_language must be a code",
        "description_focus must have at most 500",
        "max_descriptions must be from 1 to 200",
    ):
        assert f"vision.{member}" in told


def test_asking_nothing_is_a_mistake() -> None:
    assert list(VisionPlan(findings=()).problems())
    assert not list(VisionPlan(findings=(), description_tier="lite").problems())


def test_an_unknown_finding_is_refused_by_name() -> None:
    with pytest.raises(
        InvalidInputError, match=r"findings\[1\] must be one of labels, .*, not ‹celebrities›"
    ):
        decode(VisionPlan, {"findings": ["labels", "celebrities"]})


@pytest.mark.parametrize(("of_profile", "of_deployment", "kept"), [(0, 40, 40), (8, 40, 8), (90, 40, 40)])
def test_the_lower_of_both_caps_on_keyframes_holds(of_profile: int, of_deployment: int, kept: int) -> None:
    assert VisionPlan(max_keyframes=of_profile).keyframes_within(of_deployment) == kept
