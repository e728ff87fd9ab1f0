"""What of a timeline can be found, and that each of it is a citation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.answer.answer import Answer, AnswerClaim
from braid.domain.asset.asset import AssetStatus, Modality
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import Vision
from braid.domain.legible import legible
from braid.domain.search.documents import (
    MAX_DOCUMENTS,
    AssetText,
    picture_documents,
    text_documents,
)
from braid.domain.search.space import Space
from braid.domain.search.visibility import may_be_found
from braid.domain.span import WHOLE, Span
from lambdas.fusion.observe.observations import observe
from tests.unit.search.timelines import EXPLICIT, keyframe, label, said, timeline, vision, written

ASSET = AssetText("talk-1", 2, "education", "talk_on-pumps.mp4")


def answer(**members: object) -> Answer:
    claims = (AnswerClaim("Pumps move water.", ("u0001",), "/topics/0"), AnswerClaim("Twice.", (), "/x"))
    return Answer("education", "h", "model", "m", (), dict(members), claims, 0.9, "Pumps move water.")


def test_everything_said_and_written_is_found_with_its_place() -> None:
    found = text_documents(ASSET, timeline(said(1, "The pump is red."), written(3, "Chapter two", page=4)))

    assert [(each.key, each.text) for each in found] == [
        ("talk-1/utterance/1", "The pump is red."),
        ("talk-1/passage/1", "Chapter two"),
    ]
    assert [(each.citation.evidence_id, each.citation.span) for each in found] == [
        ("u0001", Span(1000, 1900)),
        ("p0003", Span(page=4)),
    ]
    assert {each.citation.attempt for each in found} == {2}


def test_labels_of_one_place_are_one_document_that_cites_the_surest() -> None:
    span = Span(0, 500)
    labels = [label("k1", 1, "Cup", span, 0.8), label("k1", 2, "Coffee", span, 0.95), label("k2", 1, "Cat")]
    found = text_documents(ASSET, timeline(*labels))

    assert [(each.text, each.citation.evidence_id) for each in found] == [
        ("Cup, Coffee", "k1-label2"),
        ("Cat", "k2-label1"),
    ]


def test_the_whole_says_the_name_and_the_answer_and_cites_its_first_evidence() -> None:
    (whole, _) = text_documents(ASSET, timeline(said(1, "It pumps.")), answer())

    assert whole.text == "talk on pumps. Pumps move water. Twice."
    assert (whole.citation.kind, whole.citation.evidence_id, whole.citation.span) == ("whole", "u0001", WHOLE)


def test_faces_colours_and_moderation_are_nobodys_search() -> None:
    kinds = ("faces", "color", "moderation", "toxicity")
    hidden = [Observation(kind, Modality.VISION, kind, WHOLE, "1 face", 0.9, "x") for kind in kinds]

    assert text_documents(ASSET, timeline(*hidden)) == []


def test_an_endless_asset_is_found_by_its_beginning() -> None:
    long = timeline(*(said(number, "word") for number in range(MAX_DOCUMENTS + 5)))

    assert len(text_documents(ASSET, long)) == MAX_DOCUMENTS


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn")), max_size=3000)
)
def test_a_long_passage_is_cut_into_pieces_that_lose_no_word(text: str) -> None:
    found = text_documents(ASSET, timeline(written(1, text)))

    assert "".join("".join(each.text.split()) for each in found) == "".join(legible(text).split())
    assert all(0 < len(each.text) <= 700 for each in found)
    assert {each.citation.evidence_id for each in found} <= {"p0001"}


def test_a_picture_cites_the_most_telling_of_what_was_seen_in_it() -> None:
    span, later = Span(0, 1000), Span(1000, 2000)
    lasting = label("k1", 1, "Cup", Span(0, 2000), 0.7)
    surer = label("k1", 2, "Table", span, 0.9)
    shots = vision(keyframe("k1", "Cup", "Table", span=span), keyframe("k2", "Cup", span=later))
    found = picture_documents(ASSET, timeline(lasting, surer), shots)

    assert [(each.key, each.citation.evidence_id, each.citation.text) for each in found] == [
        ("talk-1/keyframe/1", "k1-label2", "Cup, Table"),
        ("talk-1/keyframe/2", "k1-label1", "Cup"),
    ]
    assert found[0].image_key == "assets/a/1/keyframes/k1.jpg"


def filmed() -> tuple[Timeline, Vision]:
    """Six keyframes of ten seconds: a person in all, a boat in the fifth and sixth; as fusion observes it."""
    shots = vision(
        *(
            keyframe(
                f"k{number:04d}",
                *(("Person", "Boat") if number >= 4 else ("Person",)),
                span=Span(number * 10_000, number * 10_000 + 10_000),
            )
            for number in range(6)
        )
    )
    observed, _ = observe(transcript=None, vision=shots, passages=None)
    return timeline(*(each.observation for each in observed)), shots


def test_a_keyframe_is_found_at_its_own_moment_by_what_begins_in_it() -> None:
    """A label that stays is one observation of a minute: cited alone it would lead to the beginning."""
    found = [each.citation for each in picture_documents(ASSET, *filmed())]

    assert [each.span.start_ms for each in found] == [0, 10_000, 20_000, 30_000, 40_000, 50_000]
    assert [each.keyframe_id for each in found] == [f"k{number:04d}" for number in range(6)]
    assert [each.evidence_id for each in found] == [*["k0000-label1"] * 4, *["k0004-label2"], "k0000-label1"]


def test_labels_that_last_name_the_keyframe_in_which_they_began() -> None:
    found = [each.citation for each in text_documents(ASSET, filmed()[0])]

    assert [(each.text, each.keyframe_id) for each in found] == [("Person", "k0000"), ("Boat", "k0004")]
    assert [each.citation.keyframe_id for each in text_documents(ASSET, timeline(said(1, "Hello.")))] == [""]


def test_a_disturbing_picture_and_one_without_a_citation_are_not_found() -> None:
    shots = vision(keyframe("k1", "Cup", moderation=EXPLICIT), keyframe("k2", span=Span(page=7)))

    assert picture_documents(ASSET, timeline(label("k1", 1, "Cup")), shots) == []
    assert picture_documents(ASSET, timeline(), None) == []


@pytest.mark.parametrize(
    ("status", "decided", "found"),
    [
        (AssetStatus.SUCCEEDED, None, True),
        (AssetStatus.PARTIAL, "allow", True),
        (AssetStatus.SUCCEEDED, "block", False),
        (AssetStatus.SUCCEEDED, "review", False),
        (AssetStatus.SUCCEEDED, "whatever", False),
        (AssetStatus.AWAITING_REVIEW, None, False),
        (AssetStatus.PROCESSING, None, False),
        (AssetStatus.REJECTED, None, False),
        (AssetStatus.FAILED, None, False),
        (AssetStatus.DELETED, "allow", False),
    ],
)
def test_who_may_be_found(status: AssetStatus, decided: str | None, found: bool) -> None:
    members = {"decision": decided} if decided else {}
    assert may_be_found(status, answer(**members)) is found


def test_an_index_is_named_after_all_that_its_vectors_depend_on() -> None:
    names = {
        Space(purpose, model, dimensions).index_name
        for purpose in ("text", "pictures")
        for model in ("amazon.titan-embed-text-v2:0", "amazon.nova-2-multimodal-embeddings-v1:0")
        for dimensions in (384, 1024)
    }

    assert len(names) == 8
    assert all(3 <= len(name) <= 63 and name == name.lower() and ":" not in name for name in names)
