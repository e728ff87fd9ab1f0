"""Which pieces of speech are one sentence, cut where the speaker paused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, ObservationKind
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.materials import admission, transcript, utterance
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.inference.checks.cited_texts import cited_texts
from lambdas.inference.checks.claim_check import judge


def said(
    start_ms: int,
    end_ms: int,
    text: str,
    kind: ObservationKind = "utterance",
    member: str = "",
    speaker: str | None = None,
) -> Evidence:
    source = f"transcribe:u{start_ms}"
    span = Span(start_ms, end_ms)
    return Evidence(
        f"u{start_ms}", Modality.SPEECH, kind, span, text, 0.9, source, member=member, speaker=speaker
    )


NOT, HARBOUR = said(0, 900, "We will not"), said(2000, 4000, "close the harbour this winter.")


@pytest.mark.parametrize(
    ("pieces", "texts"),
    [
        ([HARBOUR, NOT], ["We will not close the harbour this winter."]),
        ([NOT, said(3500, 4000, "Good morning.")], ["We will not", "Good morning."]),
        ([said(0, 900, "We won't."), HARBOUR], ["We won't.", "close the harbour this winter."]),
        ([NOT, said(2000, 4000, "close it", member="b.mp4")], ["We will not", "close it"]),
        (
            [said(0, 900, "We will not", speaker="spk_0"), said(1000, 4000, "close it", speaker="spk_1")],
            ["We will not", "close it"],
        ),
        (
            [
                said(0, 900, "We will not", speaker="spk_0"),
                said(950, 1400, "Really?", speaker="spk_1"),
                said(1500, 4000, "close it", speaker="spk_0"),
            ],
            ["We will not close it", "Really?"],
        ),
        (
            [said(0, 900, "We will not", "cue"), said(950, 4000, "- Close it", "cue")],
            ["We will not", "- Close it"],
        ),
        ([said(0, 900, "No", "detected_text"), said(950, 4000, "Dogs", "detected_text")], ["No", "Dogs"]),
    ],
    ids=[
        "parted-by-a-breath",
        "long-pause",
        "sentence-over",
        "another-recording",
        "another-speaker",
        "another-throws-in",
        "a-cue-of-another",
        "words-on-signs",
    ],
)
def test_what_one_breath_parts_is_one_text(pieces: list[Evidence], texts: list[str]) -> None:
    assert cited_texts(pieces) == texts


def test_a_denial_holds_for_what_follows_the_pause() -> None:
    assert not judge("They will not close the harbour this winter.", [NOT, HARBOUR]).problems
    assert judge("They will close the harbour this winter.", [NOT, HARBOUR]).problems


def test_the_denial_of_one_speaker_is_not_what_the_other_says() -> None:
    asked, said_so = (
        said(0, 900, "Is it true that we will not", speaker="spk_0"),
        said(1200, 4000, "close the harbour this winter", speaker="spk_1"),
    )

    assert not judge("They close the harbour this winter.", [said_so]).problems
    assert judge("They will not close the harbour this winter.", [asked, said_so]).problems


def test_fusion_says_who_speaks() -> None:
    utterances = tuple(
        replace(
            utterance(number, "we will open the harbour", 1_000 * number, 1_000 * number + 900), speaker=who
        )
        for number, who in enumerate(("spk_0", "spk_1", None), 1)
    )
    given = FusionInput(admission(duration_ms=5_000), transcript=transcript(*utterances))

    timeline = fuse(given, Thresholds(), 1_000)
    assert [it.speaker for it in timeline.observations] == ["spk_0", "spk_1", None]
    assert {it.evidence_id: it.speaker for it in timeline.evidence} == {
        "u0001": "spk_0", "u0002": "spk_1", "u0003": None,
    }  # fmt: skip
