"""Sentences and key phrases: exact offsets, sensible cuts, an order of importance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.engines.text.key_phrases import candidate_phrases, key_phrases
from local.engines.text.sentences import is_well_formed, sentence_spans

SPOKEN = (
    "today we look at how solar panels turn sunlight into electricity the silicon cells inside each panel "
    "absorb photons and release electrons an inverter converts direct current into alternating current"
)


def sentences(text: str) -> list[str]:
    return [text[begin:end] for begin, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith met Mr. J. Doe, i.e. him. Yes.", ["Dr. Smith met Mr. J. Doe, i.e. him.", "Yes."]),
        ("2. The inverter\n3. The battery", ["2. The inverter", "3. The battery"]),
        ("It costs 3.50 euros. Fine", ["It costs 3.50 euros.", "Fine"]),
        ("A line that\nruns on. Next", ["A line that\nruns on.", "Next"]),
        ("Title\n\nfirst paragraph", ["Title", "first paragraph"]),
        ('He said "Stop!" Then he left.', ['He said "Stop!"', "Then he left."]),
        ("今日は。明日は？", ["今日は。", "明日は？"]),
        ("no punctuation at all", ["no punctuation at all"]),
        ("  \n ", []),
    ],
)
def test_sentences_are_cut_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(max_size=300))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The inverter loses three percent.", True),
        ("the inverter loses three percent", False),
        ("Solar power at home", False),
        ("Yes.", False),
    ],
)
def test_well_formed_sentences_are_told_apart(sentence: str, expected: bool) -> None:
    assert is_well_formed(sentence) is expected


def test_phrases_name_things() -> None:
    names = {phrase.text for phrase in candidate_phrases(SPOKEN)}
    assert {"solar panels", "sunlight", "electricity", "silicon cells", "photons", "inverter"} <= names
    assert not names & {"we", "converts", "turn", "each", "today"}


def test_phrases_end_at_punctuation() -> None:
    assert [phrase.text for phrase in candidate_phrases("Red wine, white bread; cheese")] == [
        "Red wine",
        "white bread",
        "cheese",
    ]


def test_what_the_text_is_about_ranks_first() -> None:
    text = f"{SPOKEN} my neighbour has a grey cat"
    scores = {each["text"]: each["score"] for each in key_phrases(text)}
    assert scores["solar panels"] > scores["grey cat"]
    assert scores["electricity"] > scores["neighbour"]


def test_every_mention_is_reported() -> None:
    text = "The inverter is new. An inverter, we know. 🎉 inverter"
    assert [(each["begin"], each["end"]) for each in key_phrases(text) if each["text"] == "inverter"] == [
        (4, 12),
        (24, 32),
        (45, 53),
    ]


@pytest.mark.parametrize("text", ["", "of the and", "12 34", "…"])
def test_a_text_without_content_has_none(text: str) -> None:
    assert key_phrases(text) == []


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"]), max_size=120))
def test_phrases_stand_at_their_offsets(text: str) -> None:
    for each in key_phrases(text):
        assert text[each["begin"] : each["end"]] == each["text"]
        assert 0 <= each["score"] <= 1
