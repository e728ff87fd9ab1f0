"""Check Output: what no person should be shown is taken away before anybody is asked to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from braid.aws.rekognition import Rekognition
from braid.domain.evidence.vision import ModerationCategory
from braid.domain.generation.draft import Check, Draft
from braid.domain.money.accounting import Meter, total
from braid.media.pictures.drafts import blurred
from braid.models.guardrails import OPERATION as GUARDRAIL
from braid.models.guardrails import PictureFinding
from braid.runtime.retries import Availability
from braid.store.documents import DocumentStore

__all__ = ["inspect_draft", "quarantine", "quarantine_key"]

_OPERATION = "rekognition:DetectModerationLabels"
_BLOCKED_FROM = 0.8
_SEEN_FROM = 0.5
_BLURRED_SIDE_PX = 320
_MOST_LOOKS = 3
_CONFIDENCES = ("LOW", "MEDIUM", "HIGH")


def inspect_draft(
    draft: Draft,
    *,
    store: DocumentStore,
    moderation: Callable[[Meter], Rekognition],
    guardrail: Callable[[bytes, Meter], tuple[PictureFinding, ...]] | None,
    availability: Availability,
) -> Draft:
    """The draft with what moderation and the guardrail found. Where they can't be had, the reviewer is told.

    ``guardrail`` is ``None`` where Bedrock's guardrails look at no pictures.
    """
    meter = Meter()
    looks = _looks(store)
    found: dict[str, ModerationCategory] = {}
    with availability.wanted(_OPERATION):
        for look in looks:
            categories, unjudged = moderation(meter).detect_moderation(look, min_confidence=_SEEN_FROM)
            if unjudged:
                reason = f"not judged: {', '.join(unjudged)}"
                availability.list_incomplete(_OPERATION, reason)
            for category in categories:
                if category.confidence > found.get(category.name, category).confidence - 1e-9:
                    found[category.name] = category
    checks = [_check(category) for category in found.values()]
    if availability.is_missing(_OPERATION):
        sentence = f"nothing judged what it shows: {availability.reason(_OPERATION)}"
        checks.append(Check("moderation", "to be seen", sentence))
    elif not checks:
        checks.append(Check("moderation", "passed", "nothing was found"))
    checks += _held_to_guardrail(looks, guardrail, meter, availability)
    return replace(
        draft,
        checks=(*draft.checks, *checks),
        missing=availability.missing,
        usage=total((*draft.usage, *meter.usage())),
    )


def quarantine(draft: Draft, *, store: DocumentStore) -> None:
    """Moves what was blocked to where only an administrator looks; a blurred look stays in its place."""
    look = store.find_bytes(store.work_key("look-1.jpg")) or b""
    store.put_bytes(quarantine_key(draft), store.get_payload(draft.file), draft.file.media_type)
    store.put_bytes(
        store.result_key("blurred.jpg"), blurred(look, longest_side=_BLURRED_SIDE_PX), "image/jpeg"
    )
    for key in (draft.file.key, *([draft.poster.key] if draft.poster else [])):
        store.remove(key)


def quarantine_key(draft: Draft) -> str:
    """Below ``quarantine/`` of the results bucket."""
    name = draft.file.key.rpartition("/")[2]
    return f"quarantine/{draft.asset_id}/{draft.attempt}/{name}"


def _held_to_guardrail(
    looks: list[bytes],
    guardrail: Callable[[bytes, Meter], tuple[PictureFinding, ...]] | None,
    meter: Meter,
    availability: Availability,
) -> list[Check]:
    """A check for each filter that saw something, by the look in which it is surest."""
    found: dict[str, PictureFinding] = {}
    if guardrail is None:
        availability.list_missing(GUARDRAIL, "guardrails look at no pictures in this region")
    with availability.wanted(GUARDRAIL):
        seen = [finding for look in looks for finding in guardrail(look, meter)] if guardrail else []
        for finding in seen:
            known = found.get(finding.name)
            if known is None or _sureness(finding) > _sureness(known):
                found[finding.name] = finding
    checks = [
        Check(
            "guardrail",
            "blocked" if finding.is_blocked else "to be seen",
            f"the guardrail saw {finding.name.lower()} ({finding.confidence.lower()} confidence)",
        )
        for finding in found.values()
    ]
    if availability.is_missing(GUARDRAIL):
        sentence = f"no guardrail judged what it shows: {availability.reason(GUARDRAIL)}"
        return [*checks, Check("guardrail", "to be seen", sentence)]
    return checks or [Check("guardrail", "passed", "nothing was found")]


def _sureness(finding: PictureFinding) -> tuple[bool, int]:
    return finding.is_blocked, _CONFIDENCES.index(finding.confidence)


def _check(category: ModerationCategory) -> Check:
    told = f"{category.name} ({category.confidence:.0%} sure)"
    if category.confidence >= _BLOCKED_FROM:
        return Check("moderation", "blocked", told)
    return Check("moderation", "to be seen", f"moderation found {told}")


def _looks(store: DocumentStore) -> list[bytes]:
    """What Process Output left to look at: the picture, or frames of the video."""
    found = (store.find_bytes(store.work_key(f"look-{number}.jpg")) for number in range(1, _MOST_LOOKS + 1))
    return [look for look in found if look is not None]
