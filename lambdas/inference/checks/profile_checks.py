"""The rules that a profile adds to the schema's: a taxonomy's paths, a policy's categories, who may vote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from braid.domain.answer.claims import objects_at, text_at
from braid.domain.evidence.observation import Evidence
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.domain.profile.taxonomy import nearest_paths

__all__ = ["broken_rules", "copied_members"]


def broken_rules(
    profile: Profile, answer: Mapping[str, Any], evidence: Mapping[str, Evidence], language_code: str | None
) -> tuple[str, ...]:
    """What the answer does against the profile's own rules, in words that a model can act on."""
    return (
        *_wrong_path(profile, answer),
        *_wrong_votes(profile, answer, evidence),
        *_wrong_categories(profile, answer, language_code),
        *_baseless_decision(profile, answer),
    )


def copied_members(profile: Profile) -> frozenset[str]:
    """Members of the answer, by pointer with ``*`` for any item, that name what the profile lists.

    Other checks hold them against those lists: no evidence says them.
    """
    found = {profile.taxonomy.pointer}
    if profile.decision.categories:
        found.add(f"{profile.decision.categories}/*/name")
    if profile.checks.describes_pictures:
        found.add(f"{profile.checks.describes_pictures}/*/picture")
    return frozenset(found - {""})


def _wrong_path(profile: Profile, answer: Mapping[str, Any]) -> Iterator[str]:
    pointer = profile.taxonomy.pointer
    path = text_at(answer, pointer) if pointer else ""
    if path and path not in profile.taxonomy_paths:
        near = nearest_paths(path, profile.taxonomy_paths)
        meant = f": did you mean {' or '.join(map(repr, near))}?" if near else ""
        yield f"{pointer} is {path!r}, which is no line of taxonomy.txt; copy a whole line{meant}"


def _wrong_votes(
    profile: Profile, answer: Mapping[str, Any], evidence: Mapping[str, Evidence]
) -> Iterator[str]:
    if not profile.decision.decides:
        return
    pointer = profile.decision.votes
    voters = set()
    for index, vote in enumerate(objects_at(answer, pointer)):
        voter = str(vote.get("modality"))
        voters.add(voter)
        ids = vote.get("evidence_ids")
        cited = [evidence[name] for name in ids if name in evidence] if isinstance(ids, list) else []
        others = {str(piece.modality) for piece in cited} - {voter}
        if others:
            yield (
                f"{pointer}/{index} is the vote of {voter} and cites evidence of {', '.join(sorted(others))}:"
                " a modality votes by its own evidence alone"
            )
    silent = {str(piece.modality) for piece in evidence.values()} - voters
    if silent:
        yield f"{pointer} has no vote of {', '.join(sorted(silent))}: every modality with evidence votes"


def _wrong_categories(
    profile: Profile, answer: Mapping[str, Any], language_code: str | None
) -> Iterator[str]:
    pointer = profile.decision.categories
    if not pointer:
        return
    known = profile.policy(language_code)
    for index, category in enumerate(objects_at(answer, pointer)):
        if (name := category.get("name")) not in known:
            yield (
                f"{pointer}/{index}/name is {name!r}, which is no category of the policy:"
                f" they are {', '.join(known)}"
            )


def _baseless_decision(profile: Profile, answer: Mapping[str, Any]) -> Iterator[str]:
    """The severest decision without any category: small models block what they find nothing against."""
    plan = profile.decision
    if not (plan.decides and plan.categories) or objects_at(answer, plan.categories):
        return
    decision = answer.get(DECISION_MEMBER)
    if decision == plan.ranks[-1]:
        yield (
            f"/{DECISION_MEMBER} is {decision!r}, and {plan.categories} names no category of the policy that"
            " the asset touches: name it, or decide otherwise"
        )
