"""Answers that miss their schema by form alone are put into it; others are left to a repair."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.answer.answer import Answer
from braid.runtime.answer_schema import schema_problem
from braid.runtime.library import model_registry, profile
from lambdas.inference.checks.mending import mended
from lambdas.inference.infer import infer
from tests.unit.inference.timelines import GOOD, MODEL_IDS, ScriptedModel, answered, shoe

SCHEMA = profile("general").answer_schema


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(GOOD), **members}


@pytest.mark.parametrize(
    ("written", "note"),
    [
        (changed(summary=json.dumps(GOOD["summary"])), "/summary was a list written as a string"),
        (changed(topics=GOOD["topics"][0]), "/topics was one value, not a list"),
        (changed(key_moments=None), "/key_moments was null, not an empty list"),
        (changed(mood="cheerful"), "/mood was left out: nobody asked for it"),
        ({"answer": GOOD}, "/ was wrapped in one more object"),
        ({"answer": json.dumps(GOOD)}, "/ was wrapped in one more object"),
        (changed(topics={"items": GOOD["topics"]}), "/topics was an object around its list"),
        (changed(topics=[GOOD["topics"]]), "/topics was a list around its list"),
        (
            changed(topics=[{"name": "Trail Runner", "evidence_ids": "k0001-text1"}]),
            "/topics/0/evidence_ids was one value, not a list",
        ),
        (
            changed(topics=[{"name": ["Trail Runner"], "evidence_ids": ["k0001-text1"]}]),
            "/topics/0/name was a list around its one value",
        ),
    ],
)
def test_what_is_wrong_in_form_is_mended_without_asking_again(written: dict[str, Any], note: str) -> None:
    model = ScriptedModel(answered(written))
    answer = infer(profile("general"), shoe(), model, MODEL_IDS, model_registry())
    assert isinstance(answer, Answer)
    assert len(model.requests) == 1
    assert answer.answer == GOOD
    assert f"mended: {note}" in answer.warnings


@pytest.mark.parametrize(
    "written",
    [
        {"summary": GOOD["summary"]},  # a list that is missing isn't made up
        changed(summary=[]),
        changed(summary="The Trail Runner is a light shoe."),  # a sentence is no claim: it cites nothing
        changed(topics=[{"name": "Trail Runner"}]),
        changed(summary=None),
    ],
)
def test_nothing_is_made_up(written: dict[str, Any]) -> None:
    assert mended(written, SCHEMA) == (written, ())


def test_a_sound_answer_is_left_as_it_is() -> None:
    assert mended(GOOD, SCHEMA) == (GOOD, ())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["summary", "topics", "key_moments", "answer", "x"]), _JSON, max_size=4)
)
def test_whatever_a_model_writes_it_fits_or_stays(written: dict[str, Any]) -> None:
    found, notes = mended(written, SCHEMA)
    assert (found == written and not notes) or not schema_problem(found, SCHEMA)


def test_a_listed_value_in_other_capitals_is_written_as_it_is_listed() -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "enum": ["Hate", "Spam and fraud"]}},
    }

    assert mended({"name": " spam and Fraud"}, schema) == (
        {"name": "Spam and fraud"},
        ("mended: /name is written as it is listed",),
    )
    assert mended({"name": "drugs"}, schema) == ({"name": "drugs"}, ())
