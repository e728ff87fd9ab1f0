"""Has a model write a sentence about keyframes: several at once, at a bounded rate, resuming after a stop.

Descriptions come after everything else and are never worth a failure: what stands in their way is listed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from braid.domain.errors import ConfigError
from braid.domain.evidence.vision import Keyframe
from braid.domain.money.accounting import Meter, MissingOperation, Usage
from braid.domain.profile.sections.vision import VisionPlan
from braid.models.asking import Models
from braid.models.purposes import DESCRIPTION
from braid.models.routing import Route, route_to
from braid.runtime.library import model_registry
from braid.runtime.retries import Availability, Retries
from braid.runtime.side_by_side import side_by_side
from braid.runtime.survey import Outcome, Surveyed, SurveyPlan, survey
from braid.store.documents import DocumentStore
from lambdas.vision.descriptions import description_question, read_description

__all__ = ["NO_DESCRIPTIONS", "Descriptions", "FrameDescription", "describe_keyframes"]

# The function has ten minutes. A call is given up after two tries of two minutes, and none is begun after
# four minutes.
_PLAN = SurveyPlan(
    DESCRIPTION.operation,
    at_once=6,  # what a rate of four a second keeps busy where a call takes a second and a half
    begin_within_seconds=240.0,
    pieces="keyframes",
    service="the model",
    lists_refusals=False,  # they are warnings
)


@dataclass(frozen=True)
class FrameDescription:
    """What a model wrote about one keyframe, as it lies in ``work/``.

    ``sentence`` is ``None`` where nothing of it can be shown, and ``problem`` says why: the same model would
    write the same again, so that a retry doesn't ask.
    """

    keyframe_id: str
    sentence: str | None = None
    problem: str = ""
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True)
class Descriptions:
    """The descriptions of an asset by keyframe id, and what kept others from being there."""

    sentences: Mapping[str, str]
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    warnings: tuple[str, ...] = ()


NO_DESCRIPTIONS = Descriptions({})


def describe_keyframes(
    frames: Sequence[Keyframe],
    *,
    plan: VisionPlan,
    model_ids: Mapping[str, str],
    store: DocumentStore,
    retries: Retries,
    descriptions_per_second: float,
    bedrock: Any = None,
    clock: Callable[[], float] = time.monotonic,
) -> Descriptions:
    """A sentence about each of ``frames``, or about ``plan.max_descriptions`` of them spread over the whole.

    ``model_ids`` are the deployment's inference profiles by tier; ``bedrock`` is a boto3 client other than
    the process's own. Each description is stored as soon as it is there: the next try asks for the others.
    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    if not plan.description_tier or not frames:
        return NO_DESCRIPTIONS
    availability = Availability(retries)
    chosen = _spread(frames, plan.max_descriptions)
    warnings = []
    if len(chosen) < len(frames):
        warnings.append(f"{len(chosen)} of {len(frames)} keyframes were given to a model for a description")
    described: Surveyed[str] = Surveyed()
    try:
        route = _route(plan.description_tier, model_ids)
    except ConfigError as error:
        availability.list_missing(DESCRIPTION.operation, str(error))
    else:
        describer = _Describer(plan, route, store, bedrock)
        described = survey(
            [(keyframe.keyframe_id, keyframe) for keyframe in chosen],
            describer.describe,
            plan=replace(_PLAN, per_second=descriptions_per_second),
            availability=availability,
            earlier=describer.earlier(chosen),
            keep=describer.keep,
            clock=clock,
        )
    if refusals := described.refusals_in_words():
        names, reason = refusals
        warnings.append(f"{names}: no description: {reason}")
    return Descriptions(
        described.answers, missing=availability.missing, usage=described.usage, warnings=tuple(warnings)
    )


def _route(tier: str, model_ids: Mapping[str, str]) -> Route:
    """Raises ConfigError for a tier or a model that only a profile or a registry of another day knows."""
    if tier not in model_ids:
        raise ConfigError(f"the deployment has no model of tier {tier}")
    return route_to(tier, "a picture to describe", model_ids, model_registry())


class _Describer:
    """Describes single keyframes; safe to share between threads."""

    def __init__(self, plan: VisionPlan, route: Route, store: DocumentStore, bedrock: Any) -> None:
        self._plan = plan
        self._route = route
        self._store = store
        self._models = Models(DESCRIPTION, bedrock=bedrock)

    def describe(self, keyframe: Keyframe, meter: Meter) -> str:
        """What a model writes. Raises ``InvalidServiceOutputError`` for what can't be shown."""
        image = self._store.get_payload(keyframe.image)
        return read_description(self._models.ask(description_question(self._route, image, self._plan), meter))

    def earlier(self, frames: Sequence[Keyframe]) -> dict[str, Outcome[str]]:
        """What earlier tries were told, by keyframe id."""
        found = side_by_side(frames, self._find, at_once=_PLAN.at_once)
        return {
            item.keyframe_id: Outcome(item.sentence, item.problem, item.usage)
            for item in found
            if item is not None
        }

    def keep(self, keyframe_id: str, outcome: Outcome[str]) -> None:
        """Stores what was told, for the next try."""
        described = FrameDescription(keyframe_id, outcome.answer, outcome.refusal, outcome.usage)
        self._store.put_document(self._key(keyframe_id), described)

    def _find(self, keyframe: Keyframe) -> FrameDescription | None:
        return self._store.find_document(FrameDescription, self._key(keyframe.keyframe_id))

    def _key(self, keyframe_id: str) -> str:
        return self._store.work_key(f"vision/{keyframe_id}-description.json")


def _spread(frames: Sequence[Keyframe], limit: int) -> list[Keyframe]:
    if len(frames) <= limit:
        return list(frames)
    return [frames[index * len(frames) // limit] for index in range(limit)]
