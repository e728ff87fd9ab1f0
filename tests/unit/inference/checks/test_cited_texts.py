"""Which pieces of speech are one sentence, cut where the speaker paused."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, ObservationKind
from braid.domain.span import Span
from lambdas.inference.checks.cited_texts import cited_texts
from lambdas.inference.checks.claim_check import judge


def said(
    start_ms: int, end_ms: int, text: str, kind: ObservationKind = "utterance", member: str = ""
) -> Evidence:
    source = f"transcribe:u{start_ms}"
    return Evidence(
        f"u{start_ms}", Modality.SPEECH, kind, Span(start_ms, end_ms), text, 0.9, source, member=member
    )


NOT, HARBOUR = said(0, 900, "We will not"), said(2000, 4000, "close the harbour this winter.")


@pytest.mark.parametrize(
    ("pieces", "texts"),
    [
        ([HARBOUR, NOT], ["We will not close the harbour this winter."]),
        ([NOT, said(3500, 4000, "Good morning.")], ["We will not", "Good morning."]),
        ([said(0, 900, "We won't."), HARBOUR], ["We won't.", "close the harbour this winter."]),
        ([NOT, said(2000, 4000, "close it", member="b.mp4")], ["We will not", "close it"]),
        ([said(0, 900, "No", "detected_text"), said(950, 4000, "Dogs", "detected_text")], ["No", "Dogs"]),
    ],
    ids=["parted-by-a-breath", "long-pause", "sentence-over", "another-recording", "words-on-signs"],
)
def test_what_one_breath_parts_is_one_text(pieces: list[Evidence], texts: list[str]) -> None:
    assert cited_texts(pieces) == texts


def test_a_denial_holds_for_what_follows_the_pause() -> None:
    assert not judge("They will not close the harbour this winter.", [NOT, HARBOUR]).problems
    assert judge("They will close the harbour this winter.", [NOT, HARBOUR]).problems
