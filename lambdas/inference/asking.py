"""Asks for one answer: from the timeline and what is stored beside it to what the guardrail lets through."""

from __future__ import annotations

from braid.domain.answer.answer import Answer
from braid.domain.evidence.language import LanguageAnalysis, dominant_language
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import Meter
from braid.domain.profile.profile import Profile
from braid.models.asking import Models
from braid.models.purposes import ANSWER
from braid.runtime.library import model_registry
from braid.runtime.retries import Availability
from braid.store.documents import DocumentStore
from lambdas.inference.infer import NoAnswer, infer
from lambdas.inference.output_filter import filtered
from lambdas.inference.settings import Settings
from lambdas.inference.stored_evidence import stored_pictures
from lambdas.inference.time_budget import within_time

__all__ = ["ask"]


def ask(
    profile: Profile,
    timeline: Timeline,
    *,
    store: DocumentStore,
    settings: Settings,
    meter: Meter,
    availability: Availability,
) -> Answer | NoAnswer:
    """The profile's answer, or why there is none; what asking cost is counted on ``meter``.

    Raises the service errors of the first model.
    """
    guardrail = settings.guardrail_of(profile)
    answer = infer(
        profile,
        timeline,
        within_time(Models(ANSWER).on(meter)),
        settings.model_ids,
        model_registry(),
        stored_pictures(store, timeline, profile.inference.max_pictures),
        guardrail,
        dominant_language(store.find_document(LanguageAnalysis, store.result_key("language.json"))),
    )
    if isinstance(answer, NoAnswer):
        return answer
    return filtered(answer, profile.guardrail, guardrail, meter, availability)
