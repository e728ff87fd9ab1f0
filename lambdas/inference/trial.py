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
from lambdas.inference.question.several import merged

__all__ = ["AskedAsset", "TrialRequest", "several_case", "trial_case"]

_QUESTION_BUDGET_TOKENS = 6_000


@dataclass(frozen=True)
class AskedAsset:
    """One of several assets that a question is about; ``name``, which no other has, is in its citations."""

    asset_id: str
    attempt: int
    name: str


@dataclass(frozen=True)
class TrialRequest:
    """What to ask of an asset's stored evidence: a profile's files (path to text), or a question.

    ``asset_profile`` names the asset's own profile, which says whether a question is shown pictures.
    ``among`` are the assets of a question about several, the first of which is the asset; it is shown none.
    """

    asset_id: str
    attempt: int
    rules: str
    profile: str = ""
    files: dict[str, str] = field(default_factory=dict)
    question: str = ""
    asset_profile: str = ""
    among: tuple[AskedAsset, ...] = ()


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


def several_case(request: TrialRequest, timelines: Mapping[str, Timeline]) -> tuple[Profile, Timeline]:
    """As ``trial_case`` for a question about several assets, whose timelines are given by their names.

    Each asset has the same share of the evidence, so that none fills it alone.
    """
    if request.profile or not request.question:
        raise InvalidInputError("only a question is asked of several assets")
    share = _QUESTION_BUDGET_TOKENS // len(timelines)
    budgeted = {
        name: about_question(timeline, request.question, share) for name, timeline in timelines.items()
    }
    return question_profile(request.question, request.rules, is_of_several=True), merged(budgeted)


def _plan_of(profile_name: str) -> InferencePlan | None:
    """The plan of a deployed profile; none of one that the deployment no longer has."""
    return deployed_profile(profile_name).inference if profile_name in profile_names() else None


def _as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}
