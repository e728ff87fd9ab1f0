"""How citations and times read for people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import Modality
from braid.domain.evidence.citation import place, places, where
from braid.domain.evidence.observation import Evidence, ObservationKind
from braid.domain.span import WHOLE, Span, brief_timecode


def evidence(
    modality: Modality, span: Span, *, member: str = "", kind: ObservationKind = "detected_text"
) -> Evidence:
    return Evidence("e1", modality, kind, span, "text", 1.0, "source:k0001", member)


@pytest.mark.parametrize(
    ("item", "reads"),
    [
        (evidence(Modality.SPEECH, Span(5_430, 10_620), kind="utterance"), "speech 0:05.4–0:10.6"),
        (evidence(Modality.VISION, Span(5_750, 5_750)), "picture 0:05.7"),
        (evidence(Modality.VISION, WHOLE, member="mug.jpg"), "picture mug.jpg"),
        (evidence(Modality.TEXT, WHOLE, member="mug.md", kind="passage"), "text mug.md"),
        (evidence(Modality.VISION, WHOLE), "picture"),
        (evidence(Modality.VISION, Span(page=2)), "page 2"),
        (evidence(Modality.TEXT, Span(page=2), member="slides.pdf"), "slides.pdf page 2"),
        (
            evidence(Modality.SPEECH, Span(0, 900), member="talk.vtt", kind="cue"),
            "captions talk.vtt 0:00.0–0:00.9",
        ),
    ],
)
def test_a_citation_says_what_and_where(item: Evidence, reads: str) -> None:
    assert place(item) == reads
    assert reads.endswith(where(item))


def test_places_of_one_kind_stand_together_and_each_once() -> None:
    said = [evidence(Modality.SPEECH, Span(at, at + 1_000), kind="utterance") for at in (0, 2_000, 0)]
    seen = [evidence(Modality.VISION, Span(0, 2_500))]
    assert places(said + seen) == "speech 0:00.0–0:01.0, 0:02.0–0:03.0 · picture 0:00.0–0:02.5"
    assert places([evidence(Modality.VISION, Span(page=1))] * 4) == "page 1"
    assert places([evidence(Modality.VISION, WHOLE)] * 2) == "picture"


@given(st.integers(min_value=0, max_value=10**9))
def test_brief_times_can_be_read_back_to_the_tenth(at_ms: int) -> None:
    seconds = 0.0
    for part in brief_timecode(at_ms).split(":"):
        seconds = seconds * 60 + float(part)
    assert round(seconds * 10) == at_ms // 100
