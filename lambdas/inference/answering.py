"""Infer Answer's work: asks, stores the answer or why there is none, says whether a person has to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.failure import Failure
from braid.domain.claim_check import Claim
from braid.domain.errors import BraidError
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import Meter, Usage
from braid.domain.profile.profile import Profile
from braid.models.purposes import ANSWER
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.inference.asking import ask
from lambdas.inference.checks.review_rules import review_reasons
from lambdas.inference.escalation import NoAnswer
from lambdas.inference.settings import Settings

__all__ = ["Answered", "answer_asset"]


@dataclass(frozen=True)
class Answered:
    """What goes on: the claim of ``answer.json`` if there is one, and why a person looks at it first."""

    summary: str
    claim: Claim | None
    review_reasons: tuple[str, ...]


def answer_asset(
    asset: AssetRef,
    profile: Profile,
    timeline: Timeline,
    *,
    store: DocumentStore,
    settings: Settings,
    retries: Retries,
    failure: Failure | None = None,
) -> Answered:
    """Writes ``answer.json``, or ``unanswered.json`` with the reason.

    Nobody is asked after a ``failure``: the function that did died of it, or its model hangs.
    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    availability = Availability(retries)
    answer = None
    with _spending(store) as meter, availability.wanted(ANSWER.operation):
        answer = (
            NoAnswer(failure.message)
            if failure is not None
            else ask(
                profile, timeline, store=store, settings=settings, meter=meter, availability=availability
            )
        )
    if not isinstance(answer, Answer):
        none = answer or NoAnswer(availability.reason(ANSWER.operation))
        availability.list_missing(ANSWER.operation, none.reason)
        unanswered = Unanswered(availability.missing, meter.usage(), none.route, none.guardrail)
        store.put_document(store.result_key("unanswered.json"), unanswered)
        intervened = none.guardrail is not None
        reasons = review_reasons(profile, asset.asset_id, timeline, None, intervened=intervened)
        return Answered(f"no answer: {availability.reason(ANSWER.operation)}", None, reasons)
    answer = replace(answer, usage=meter.usage(), missing=availability.missing)
    claim = store.put_document(store.result_key("answer.json"), answer)
    reasons = review_reasons(profile, asset.asset_id, timeline, answer, intervened=False)
    sureness = "" if answer.confidence is None else f" with confidence {answer.confidence:.2f}"
    summary = f"{len(answer.claims)} claims{sureness} by {answer.model_id} ({answer.method})"
    return Answered(summary, claim, reasons)


@dataclass(frozen=True)
class _Spent:
    usage: tuple[Usage, ...]


@contextmanager
def _spending(store: DocumentStore) -> Iterator[Meter]:
    """A meter that goes on from what earlier tries of this attempt counted.

    An error that the state machine may retry is let through, once the count is stored.
    """
    key = store.work_key("inference-spent.json")
    earlier = store.find_document(_Spent, key)
    meter = Meter(earlier.usage if earlier else ())
    try:
        yield meter
    except BraidError:
        if usage := meter.usage():
            store.put_document(key, _Spent(usage))
        raise
