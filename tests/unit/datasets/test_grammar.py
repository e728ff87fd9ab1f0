"""Answers of Yes or No with categories between tags, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.datasets.grammar import AnswerGrammar, Moderated, grammar_of, parse_moderated, wanted_of

_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30).map(str.strip)
_CATEGORY = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="<>"), max_size=30
)


@st.composite
def moderated(draw: st.DrawFn) -> Moderated:
    """Any answer that can be built."""
    violates = draw(st.booleans())
    categories = draw(st.lists(_CATEGORY.map(str.strip).filter(bool), max_size=4)) if violates else []
    reason = draw(_TEXT.filter(lambda text: "categories>" not in text))
    return Moderated(violates, tuple(categories), reason)


@given(moderated())
def test_what_is_written_is_read(answer: Moderated) -> None:
    text = answer.write()
    assert grammar_of(text) is AnswerGrammar.YES_NO
    assert parse_moderated(text) == answer


_PIECES = ("Yes", "no", "No", "<categories>", "</categories>", "Threats", "\n", " ", ".", ",", ":", "<", "ſ")


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
def test_anything_is_read_or_refused_in_words(text: str) -> None:
    try:
        read = parse_moderated(text)
    except ValueError:
        return
    assert parse_moderated(read.write()) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("No", Moderated(False)),
        ("yes.", Moderated(True)),
        ("Yes\n<categories>\nThreats\nFraud\n</categories>", Moderated(True, ("Threats", "Fraud"))),
        (
            "Yes <categories>Threats</categories> It threatens.",
            Moderated(True, ("Threats",), "It threatens."),
        ),
        ("No, it is about cooking", Moderated(False, (), "it is about cooking")),
    ],
)
def test_answers_as_models_give_them(text: str, read: Moderated) -> None:
    assert parse_moderated(text) == read


def test_other_tags() -> None:
    read = parse_moderated("Yes <begin>Threats<end>", open_tag="<begin>", close_tag="<end>")
    assert read.categories == ("Threats",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unsafe\nThreats", "neither Yes nor No"),
        ("Yesterday", "neither Yes nor No"),
        ("Yes <categories>Threats", "isn't closed"),
        ("No\n<categories>\nThreats\n</categories>", "an answer of No has no violated categories"),
        ("Yes, as <categories> says", "stands right after Yes"),
    ],
)
def test_answers_that_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_moderated(text)


@pytest.mark.parametrize(
    ("answer", "grammar"),
    [
        ("unsafe, wildguard", AnswerGrammar.SAFE_UNSAFE),
        ("safe", AnswerGrammar.SAFE_UNSAFE),
        ("safely stored in the attic", AnswerGrammar.FREE),
        ('{"decision": "block"}', AnswerGrammar.JSON),
        ("{not json", AnswerGrammar.FREE),
        ("Nobody knows", AnswerGrammar.FREE),
    ],
)
def test_grammars_are_told_apart(answer: str, grammar: AnswerGrammar) -> None:
    assert grammar_of(answer) is grammar


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        (
            "Indicate using either Yes for content that violates policies, or No for content that doesn't.",
            "Yes or No",
        ),
        ("Answer 'yes' or 'no'.", "Yes or No"),
        ("Reply with 'safe' or 'unsafe'.", "safe or unsafe"),
        ("Answer in JSON.", "JSON"),
        ("Yesterday it rained. Summarise.", None),
    ],
)
def test_what_a_prompt_asks_for(prompt: str, wanted: str | None) -> None:
    found = wanted_of(prompt)
    assert (found.value if found else None) == wanted
