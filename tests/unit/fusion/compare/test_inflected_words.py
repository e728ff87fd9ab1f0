"""Singular and plural are one word where sources are compared, a question is asked and a claim is checked."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import WHOLE
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion.fuse import fuse
from lambdas.inference.checks.claim_check import judge
from lambdas.inference.question import about_question

PAIRS = [("movies", "movie"), ("cookies", "cookie"), ("zombies", "zombie"), ("lenses", "lens")]
NUMBERS = [(one, other) for pair in PAIRS for one, other in (pair, pair[::-1])]


@pytest.mark.parametrize(("shown", "written"), NUMBERS)
def test_a_picture_and_its_text_repeat_each_other_in_either_number(shown: str, written: str) -> None:
    timeline = fuse(
        picture_and_text([f"Old {shown} sale"], f"An old {written} for sale"), Thresholds(), 1_000
    )

    (agreement,) = (it for segment in timeline.segments for it in segment.agreements)
    assert agreement.kind is AgreementKind.REDUNDANT


@pytest.mark.parametrize(("asked", "written"), NUMBERS)
def test_a_question_finds_what_is_written_in_the_other_number(asked: str, written: str) -> None:
    timeline = fuse(picture_and_text(["Exit"], f"One {written} waits there."), Thresholds(), 0)

    found = about_question(timeline, f"Are there any {asked}?", 1_000).evidence

    assert [piece.evidence_id for piece in found] == ["p0001"]


@pytest.mark.parametrize(("claimed", "written"), NUMBERS)
def test_a_claim_is_borne_out_by_evidence_in_the_other_number(claimed: str, written: str) -> None:
    cited = Evidence("p0001", Modality.TEXT, "passage", WHOLE, f"{written}", 1.0, "reading:p0001")

    judgement = judge(f"{claimed}", [cited], "en")

    assert not judgement.problems
    assert judgement.shared_count == judgement.content_count == 1
