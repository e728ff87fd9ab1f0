"""The report says what made a decision and what can't both be right."""

from __future__ import annotations

import re

from braid.domain.answer.answer import Contradiction
from braid.domain.answer.decision_basis import DecisionBasis, ServiceFinding, Vote
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.span import Span
from braid.report.decision_basis import contradictions_part, decision_part
from braid.report.links import Links

EVIDENCE = {
    "k1": Evidence("k1", Modality.VISION, "moderation", Span(1000, 2000), "Weapons", 0.8, "rekognition:X:k1")
}
LINKS = Links(EVIDENCE, frozenset({"k1"}))


def plain(markup: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup))).strip()


def test_a_ruling_names_its_rule_and_everybody_s_word() -> None:
    decision_basis = DecisionBasis(
        "review",
        "most_severe: review by speech (no vote)",
        "allow",
        (Vote("vision", "allow"), Vote("speech", "review", cast=False)),
        (
            ServiceFinding(
                "rekognition:DetectModerationLabels:k1", "Violence / <Weapons>", 0.82, "allow", "k1"
            ),
        ),
    )
    told = plain(decision_part(decision_basis, LINKS))
    for part in (
        "Decision review most_severe: review by speech (no vote)",
        "the model allow",
        "vision allow",
        "speech review (cast no vote)",
        "rekognition:DetectModerationLabels: Violence / &lt;Weapons&gt;, 0.82 allow",
    ):
        assert part in told
    assert "0:01" in told


def test_contradictions_lead_to_both_sides() -> None:
    found = Contradiction("text says 'red' where the picture shows <b>blue</b>", 0.9, ("k1", "gone"))
    part = contradictions_part([found], LINKS)
    assert "&lt;b&gt;blue" in str(part)
    assert "href=" in str(part)
    assert "gone" in plain(part)


def test_without_a_decision_or_a_contradiction_nothing_is_said() -> None:
    assert decision_part(None, LINKS) is None
    assert contradictions_part([], LINKS) is None
