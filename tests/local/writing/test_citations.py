"""The writer's citations: a line that holds a statement's words takes the place of one that doesn't."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from local.services.bedrock.writer.citations import cited_by_words

LINES = [
    {"evidence_id": "k1", "modality": "vision", "text": "Riverside Cycles, 12 Harbour Road"},
    {"evidence_id": "p1", "modality": "text", "text": "Riverside Cycles, 12 Harbour Road"},
    {"evidence_id": "p2", "modality": "text", "text": "The deposit of 150 euros is paid by card."},
    {
        "evidence_id": "p3",
        "modality": "text",
        "text": "It is returned when the bicycle comes back undamaged.",
    },
]


def _ids(text: str, *cited: str, **more: str) -> Any:
    return cited_by_words({"text": text, "evidence_ids": list(cited), **more}, LINES)["evidence_ids"]


def test_the_line_that_says_it_is_cited() -> None:
    assert _ids("A deposit of 150 euros is paid by card.", "p1") == ["p2"]
    assert _ids("A deposit of 150 euros is paid by card.", "p2", "p1") == ["p2", "p1"]
    assert _ids("Bread is baked every morning.", "p1") == ["p1"]


def test_two_lines_are_cited_where_one_says_too_little() -> None:
    text = "The deposit of 150 euros is paid by card and returned when the bicycle comes back."
    assert sorted(_ids(text, "k1")) == ["p2", "p3"]


def test_a_modality_cites_its_own_lines() -> None:
    assert _ids("Riverside Cycles, 12 Harbour Road", "p2", modality="text") == ["p1"]
    assert _ids("Riverside Cycles, 12 Harbour Road", "p2", modality="vision") == ["k1"]


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=30) | st.sampled_from([line["text"] for line in LINES]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "name", "evidence_ids", "modality"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(item) for name, item in value.items() if name != "evidence_ids"}
    return [_without_ids(item) for item in value] if isinstance(value, list) else value


@given(_JSON)
@example({"name": LINES[0]["text"], "evidence_ids": [[]]})
def test_only_ids_change_whatever_the_model_wrote(answer: Any) -> None:
    assert _without_ids(cited_by_words(answer, LINES)) == _without_ids(answer)
