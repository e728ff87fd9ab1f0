"""The checklist follows from facts alone, and never says more than they do."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.accessibility.accessibility import CriterionStatus, MediaFacts, MediaKind
from braid.domain.accessibility.wcag import checklist

MET, NOT_MET, PERSON = CriterionStatus.MET, CriterionStatus.NOT_MET, CriterionStatus.NEEDS_A_PERSON
NONE, NOT_CHECKED = CriterionStatus.NOT_APPLICABLE, CriterionStatus.NOT_CHECKED

TALK = MediaFacts(
    "video",
    has_summary=True,
    utterances=12,
    word_confidence=0.87,
    cues=20,
    worded=5,
    gaps=4,
    filled_gaps=3,
    languages=("en-US",),
    summary_grade=6.2,
)
PHOTO = MediaFacts("picture", has_summary=True, pictures=1, described=1, worded=0, languages=("en",))


def standing(facts: MediaFacts) -> dict[str, CriterionStatus]:
    return {item.number: item.status for item in checklist(facts).criteria}


def reason(facts: MediaFacts, number: str) -> str:
    return next(item.reason for item in checklist(facts).criteria if item.number == number)


def test_a_talk_with_captions_and_a_script_is_for_a_person_to_read_over() -> None:
    assert standing(TALK) == {
        "1.1.1": PERSON,
        "1.2.1": NONE,
        "1.2.2": PERSON,
        "1.2.3": PERSON,
        "1.2.4": NONE,
        "1.2.5": PERSON,
        "1.2.6": NOT_CHECKED,
        "1.2.7": PERSON,
        "1.2.8": PERSON,
        "1.2.9": NONE,
        "1.4.3": PERSON,
        "1.4.5": NONE,
        "2.3.1": NOT_CHECKED,
        "3.1.1": PERSON,
        "3.1.5": MET,
    }
    assert reason(TALK, "1.2.2") == "captions.vtt has 20 captions made by a machine."


def test_a_description_that_is_spoken_is_to_be_heard_not_read() -> None:
    def todo(facts: MediaFacts) -> str:
        return next(item.todo for item in checklist(facts).criteria if item.number == "1.2.5")

    assert todo(TALK).startswith("Read it beside the film, then have it spoken")
    assert todo(replace(TALK, is_description_spoken=True)).startswith("Hear descriptions.mp3 beside the film")


def test_what_captions_lack_is_said_there() -> None:
    fast = replace(
        TALK, caption_warnings=("captions: 2 of 20 show more than 20 characters a second: at 0:05.0",)
    )
    assert reason(fast, "1.2.2").endswith("2 of 20 show more than 20 characters a second: at 0:05.0.")


@pytest.mark.parametrize(
    ("facts", "number", "status"),
    [
        (replace(TALK, utterances=0, cues=0, speech_missing="denied"), "1.2.2", NOT_MET),
        (replace(TALK, utterances=0, cues=0), "1.2.2", PERSON),
        (replace(TALK, given_captions=9), "1.2.2", PERSON),
        (replace(TALK, given_captions=9, captions_off_ms=-300), "1.2.2", MET),
        (replace(TALK, given_captions=9, captions_off_ms=-1800), "1.2.2", NOT_MET),
        (replace(TALK, filled_gaps=0), "1.2.5", NOT_MET),
        (replace(TALK, filled_gaps=0, gaps=0), "1.2.5", PERSON),
        (replace(TALK, filled_gaps=0, gaps=0), "1.2.3", PERSON),
        (replace(TALK, has_summary=False), "1.1.1", NOT_MET),
        (replace(TALK, summary_grade=11.0), "3.1.5", NOT_MET),
        (replace(TALK, summary_grade=None), "3.1.5", NOT_CHECKED),
        (replace(TALK, languages=()), "3.1.1", PERSON),
        (replace(TALK, worded=None), "1.4.3", NOT_CHECKED),
        (MediaFacts("audio", utterances=3), "1.2.1", PERSON),
        (MediaFacts("audio", utterances=3, given_transcript_share=0.93), "1.2.1", MET),
        (MediaFacts("audio", utterances=3, given_transcript_share=0.1), "1.2.1", PERSON),
        (MediaFacts("audio"), "2.3.1", NONE),
        (MediaFacts("audio", utterances=3), "1.2.2", NONE),
        (MediaFacts("silent video"), "1.2.1", NOT_MET),
        (MediaFacts("silent video", gaps=2, filled_gaps=1), "1.2.1", PERSON),
        (MediaFacts("silent video"), "1.2.5", NONE),
        (PHOTO, "1.1.1", PERSON),
        (replace(PHOTO, is_reviewed=True), "1.1.1", MET),
        (replace(PHOTO, described=0), "1.1.1", NOT_MET),
        (PHOTO, "1.4.5", NONE),
        (replace(PHOTO, worded=1), "1.4.5", PERSON),
        (MediaFacts("document", scanned_pages=2, pictures=2, described=2), "1.4.5", NOT_MET),
        (MediaFacts("text"), "1.1.1", NONE),
    ],
)
def test_each_criterion_by_its_facts(facts: MediaFacts, number: str, status: CriterionStatus) -> None:
    assert standing(facts)[number] is status


facts_of_any_asset = st.builds(
    MediaFacts,
    kind=st.sampled_from(get_args(MediaKind)),
    is_reviewed=st.booleans(),
    has_summary=st.booleans(),
    utterances=st.integers(0, 3),
    cues=st.integers(0, 3),
    given_captions=st.integers(0, 2),
    captions_off_ms=st.none() | st.integers(-3000, 3000),
    given_transcript_share=st.none() | st.floats(0, 1),
    pictures=st.integers(0, 3),
    described=st.integers(0, 3),
    worded=st.none() | st.integers(0, 3),
    gaps=st.integers(0, 3),
    filled_gaps=st.integers(0, 3),
    languages=st.sampled_from([(), ("en",), ("de", "en")]),
    summary_grade=st.none() | st.floats(0, 20),
)


@given(facts_of_any_asset)
def test_what_isnt_met_says_what_to_do(facts: MediaFacts) -> None:
    criteria = checklist(facts).criteria
    assert [item.number for item in criteria] == sorted(item.number for item in criteria)
    for item in criteria:
        assert item.reason
        if item.status in (NOT_MET, PERSON, NOT_CHECKED):
            assert item.todo, item


@given(facts_of_any_asset)
def test_what_a_machine_wrote_is_never_met_unread(facts: MediaFacts) -> None:
    met = {number for number, status in standing(replace(facts, is_reviewed=False)).items() if status is MET}
    assert met <= {"1.2.1", "1.2.2", "3.1.5"}
    assert "1.2.1" not in met or facts.given_transcript_share is not None
    assert "1.2.2" not in met or (facts.given_captions and facts.captions_off_ms is not None)
