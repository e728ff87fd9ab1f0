"""Has a model write a sentence about keyframes: several at once, at a bounded rate, resuming after a stop.

Descriptions come after everything else and are never worth a failure: what stands in their way is listed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidServiceOutputError, UnsupportedError
from braid.domain.evidence.vision import Keyframe
from braid.domain.money.accounting import Meter, MissingOperation, Usage, total
from braid.domain.profile.sections.vision import VisionPlan
from braid.models.asking import Models
from braid.models.purposes import DESCRIPTION
from braid.models.routing import Route, route_to
from braid.runtime.library import model_registry
from braid.runtime.rate_limit import RateLimit
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.vision.descriptions import description_question, read_description
from lambdas.vision.frame_by_frame import frame_by_frame

__all__ = ["NO_DESCRIPTIONS", "Descriptions", "FrameDescription", "describe_keyframes"]

_AT_ONCE = 6  # what a rate of four a second keeps busy where a call takes a second and a half
_MAX_NAMED = 3
# The function has ten minutes. A call is given up after two tries of two minutes, and none is begun after
# four minutes.
_BEGUN_WITHIN_SECONDS = 240.0


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
    found: list[FrameDescription] = []
    if plan.description_tier in model_ids:
        describer = _Describer(
            plan,
            route_to(plan.description_tier, "a picture to describe", model_ids, model_registry()),
            store,
            availability,
            descriptions_per_second,
            bedrock,
            clock,
        )
        found = [
            item for item in frame_by_frame(chosen, describer.describe, at_once=_AT_ONCE).values() if item
        ]
        if describer.ran_out_of_time:
            availability.list_missing(
                DESCRIPTION.operation,
                f"time ran out after {len(found)} of {len(chosen)} keyframes: the model is too slow",
            )
    else:
        # A profile that was changed after the deployment was made.
        availability.list_missing(
            DESCRIPTION.operation, f"the deployment has no model of tier {plan.description_tier}"
        )
    sentences = {item.keyframe_id: item.sentence for item in found if item.sentence is not None}
    failed = [item for item in found if item.sentence is None]
    if failed and not sentences:
        availability.list_missing(DESCRIPTION.operation, failed[0].problem)
    elif failed:
        names = ", ".join(item.keyframe_id for item in failed[:_MAX_NAMED])
        more = ", …" if len(failed) > _MAX_NAMED else ""
        warnings.append(f"{names}{more}: no description: {failed[0].problem}")
    return Descriptions(
        sentences,
        missing=availability.missing,
        usage=total(item for description in found for item in description.usage),
        warnings=tuple(warnings),
    )


class _Describer:
    """Descriptions single keyframes; safe to share between threads."""

    def __init__(
        self,
        plan: VisionPlan,
        route: Route,
        store: DocumentStore,
        availability: Availability,
        descriptions_per_second: float,
        bedrock: Any,
        clock: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._route = route
        self._store = store
        self._availability = availability
        self._limit = RateLimit(descriptions_per_second)
        self._models = Models(DESCRIPTION, bedrock=bedrock)
        self._clock = clock
        self._last_begin = clock() + _BEGUN_WITHIN_SECONDS
        self._has_described = False
        self.ran_out_of_time = False

    def describe(self, keyframe: Keyframe) -> FrameDescription | None:
        """The keyframe's description, from an earlier try or asked for now; ``None`` if it can't be asked."""
        key = self._store.work_key(f"vision/{keyframe.keyframe_id}-description.json")
        earlier = self._store.find_document(FrameDescription, key)
        if earlier is not None:
            self._has_described |= earlier.sentence is not None
            return earlier
        if self._availability.is_missing(DESCRIPTION.operation):
            return None
        self._limit.wait()
        if self._availability.is_missing(DESCRIPTION.operation):  # found out while this one waited
            return None
        if self._clock() > self._last_begin:
            self.ran_out_of_time = True
            return None
        image = self._store.get_payload(keyframe.image)
        found = None
        with self._availability.wanted(DESCRIPTION.operation):
            found = self._asked(keyframe, image)
        if found is not None:
            self._store.put_document(key, found)
        return found

    def _asked(self, keyframe: Keyframe, image: bytes) -> FrameDescription:
        meter = Meter()
        sentence, problem = None, ""
        try:
            question = description_question(self._route, image, self._plan)
            sentence = read_description(self._models.ask(question, meter))
            self._has_described = True
        except InvalidServiceOutputError as error:
            # Of this picture; the next one may get its sentence.
            problem = str(error)
        except UnsupportedError as error:
            # Bedrock's one word for a model that isn't to be had, and for a picture that it can't take.
            if not self._has_described:
                raise
            problem = str(error)
        return FrameDescription(keyframe.keyframe_id, sentence, problem, meter.usage())


def _spread(frames: Sequence[Keyframe], limit: int) -> list[Keyframe]:
    if len(frames) <= limit:
        return list(frames)
    return [frames[index * len(frames) // limit] for index in range(limit)]
