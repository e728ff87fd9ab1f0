"""The evidence of several assets as that of one, so that a question may compare them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Segment, Timeline

__all__ = ["merged"]


def merged(timelines: Mapping[str, Timeline]) -> Timeline:
    """One timeline of assets by their names, in order: of ``u0002`` of the second asset it is ``a2-u0002``.

    Each piece has the asset's name as its member, so that citations, and a model, tell them apart; a bundle's
    own member stands behind a slash.
    """
    named = list(_named(timelines))
    return Timeline(
        duration_ms=None,
        segments=tuple(segment for each in named for segment in each.segments),
        observations=tuple(item for each in named for item in each.observations),
        alignments=(),
        evidence=tuple(piece for each in named for piece in each.evidence),
        quality={},
    )


def _named(timelines: Mapping[str, Timeline]) -> Iterator[Timeline]:
    for number, (name, timeline) in enumerate(timelines.items(), start=1):
        yield replace(
            timeline,
            segments=tuple(_segment_of(each, number) for each in timeline.segments),
            observations=tuple(
                replace(each, observation_id=f"a{number}-{each.observation_id}", member=_member(name, each))
                for each in timeline.observations
            ),
            evidence=tuple(
                replace(each, evidence_id=f"a{number}-{each.evidence_id}", member=_member(name, each))
                for each in timeline.evidence
            ),
        )


def _segment_of(segment: Segment, number: int) -> Segment:
    """Its agreements are of this asset alone: nobody compared it with the others."""

    def own(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"a{number}-{each}" for each in ids)

    return replace(
        segment,
        segment_id=f"a{number}-{segment.segment_id}",
        observations=own(segment.observations),
        agreements=tuple(
            replace(each, observation_ids=own(each.observation_ids)) for each in segment.agreements
        ),
    )


def _member(name: str, item: Observation | Evidence) -> str:
    return f"{name}/{item.member}" if item.member else name
