"""Real service answers about one video fuse into one timeline; its digest is read by people.

``UPDATE_GOLDENS=1 pytest`` writes the digest anew.
"""

from __future__ import annotations

import os
from pathlib import Path

from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.fuse import fuse
from tests.real_answers.content_localization import read_material

GOLDEN = Path(__file__).resolve().parents[2] / "goldens" / "fusion_content_localization.txt"
SHOWN_SEGMENTS = 14


def digest(timeline: Timeline) -> str:
    """The timeline in a page: counts, clocks, the first segments with their relations, the evidence."""
    lines = [f"{len(timeline.observations)} observations, {len(timeline.segments)} segments"]
    lines += [f"{name}: {count}" for name, count in timeline.quality["agreements"].items()]
    lines += [f"warning: {warning}" for warning in timeline.warnings]
    for clock in timeline.alignments:
        told = clock.not_estimated or f"{clock.offset_ms} ms, {clock.drift_ppm} ppm, {clock.confidence}"
        lines.append(f"{clock.of} against {clock.to}: {told}")
    for segment in timeline.segments[:SHOWN_SEGMENTS]:
        lines.append(
            f"{segment.span.brief or 'whole'}  {len(segment.observations)} observations, {segment.confidence}"
            f" ({segment.provenance})"
        )
        lines += [f"    {a.kind} {a.strength}: {a.reason}" for a in segment.agreements]
    lines.append(
        f"evidence: {len(timeline.evidence)} pieces, {timeline.quality['evidence']['tokens']} tokens"
    )
    lines += [
        f"    {piece.span.brief} {piece.kind} {piece.text!r}"
        for piece in timeline.evidence
        if piece.kind != "label"
    ]
    return "\n".join(lines) + "\n"


def test_the_video_s_answers_fuse_into_one_timeline(shared_data: Path) -> None:
    timeline = fuse(read_material(shared_data), Thresholds(), 8_000)
    found = digest(timeline)
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text()
    assert timeline.quality["evidence"]["covered_tenths"] == 10
