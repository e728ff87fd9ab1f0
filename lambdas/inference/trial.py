"""Asking again from stored evidence, with an edited profile or a question: nothing is analysed or stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from braid.domain.errors import InvalidInputError
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import Vision
from braid.domain.profile.profile import Profile, read_profile
from braid.domain.profile.sections.inference import InferencePlan
from braid.runtime.library import profile as deployed_profile
from braid.runtime.library import profile_names
from lambdas.inference.question import about_question, question_profile
from lambdas.inference.question.pictures import with_pictures

__all__ = ["TrialRequest", "trial_case"]

_QUESTION_BUDGET_TOKENS = 6_000


@dataclass(frozen=True)
class TrialRequest:
    """What to ask of an asset's stored evidence: a profile's files (path to text), or a question.

    ``asset_profile`` names the asset's own profile, which says whether a question is shown pictures.
    """

    asset_id: str
    attempt: int
    rules: str
    profile: str = ""
    files: dict[str, str] = field(default_factory=dict)
    question: str = ""
    asset_profile: str = ""


def trial_case(
    request: TrialRequest, timeline: Timeline, vision: Vision | None = None
) -> tuple[Profile, Timeline]:
    """The profile to ask for, and the timeline with the evidence for it; ``vision`` has the asset's pictures.

    Raises ``ConfigError`` with everything that is wrong with the profile, ``InvalidInputError`` where neither
    profile nor question is given, or both.
    """
    if bool(request.question) == bool(request.profile):
        raise InvalidInputError("a trial has either a profile or a question")
    if request.question:
        budgeted = about_question(timeline, request.question, _QUESTION_BUDGET_TOKENS)
        asked = question_profile(request.question, request.rules, _plan_of(request.asset_profile))
        keyframes = vision.keyframes if vision else ()
        return asked, with_pictures(budgeted, keyframes, request.question, asked.inference.max_pictures)
    return read_profile(request.profile, _as_bytes(request.files), request.rules), timeline


def _plan_of(profile_name: str) -> InferencePlan | None:
    """The plan of a deployed profile; none of one that the deployment no longer has."""
    return deployed_profile(profile_name).inference if profile_name in profile_names() else None


def _as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}
