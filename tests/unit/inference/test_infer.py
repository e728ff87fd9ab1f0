"""From a timeline to an answer that stands: validation, repair, escalation, stop reasons, confidence."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from braid.aws.bedrock.converse import StopReason
from braid.domain.answer.answer import Answer
from braid.domain.errors import AccessDeniedError, ConfigError, InvalidServiceOutputError
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import NoAnswer, infer
from tests.unit.inference.timelines import GOOD, MODEL_IDS, ScriptedModel, answered, shoe

MICRO, PRO = MODEL_IDS["micro"], MODEL_IDS["pro"]


def run(model: ScriptedModel, model_ids: dict[str, str] = MODEL_IDS, **plan: Any) -> Answer | NoAnswer:
    chosen = profile("general")
    chosen = replace(chosen, inference=replace(chosen.inference, **plan))
    return infer(chosen, shoe(), model, model_ids, model_registry())


def changed(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(GOOD), **members}


def last_text(model: ScriptedModel) -> str:
    content = model.requests[-1]["messages"][-1]["content"]
    return "\n".join(
        block.get("text") or block.get("toolResult", {}).get("content", [{}])[0].get("text", "")
        for block in content
    )


def test_a_sound_answer_passes_at_once() -> None:
    model = ScriptedModel(answered(GOOD))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert model.models == [MICRO]
    assert answer.answer == GOOD
    assert answer.method == "model"
    assert [claim.path for claim in answer.claims] == ["/summary/0", "/summary/1", "/topics/0"]
    assert answer.first_sentence == "The Trail Runner is a light shoe."
    assert [(step.tier, step.outcome) for step in answer.route] == [("micro", "passed")]
    assert 0 < answer.confidence < 1


def test_the_method_is_what_the_service_says() -> None:
    answer = run(ScriptedModel(answered(GOOD, fields={"method": "extractive"})))
    assert isinstance(answer, Answer)
    assert answer.method == "extractive"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (changed(summary=[]), "summary"),
        (changed(summary=[{"text": "The Trail Runner.", "evidence_ids": ["u9999"]}]), "'u9999'"),
        (
            changed(
                summary=[
                    {"text": "Penguins inhabit cold southern oceans and coasts.", "evidence_ids": ["p0001"]}
                ]
            ),
            "shares no word",
        ),
        ({"summary": GOOD["summary"]}, "topics"),
    ],
)
def test_a_repair_tells_the_model_what_was_wrong(wrong: dict[str, Any], told: str) -> None:
    model = ScriptedModel(answered(wrong), answered(GOOD))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert answer.answer == GOOD
    assert model.models == [MICRO, MICRO]
    assert told in last_text(model)
    roles = [message["role"] for message in model.requests[-1]["messages"]]
    assert roles == ["user", "assistant", "user"]


def test_two_failed_repairs_escalate() -> None:
    wrong = [answered(changed(summary=[], topics=topics)) for topics in ([], ["shoes"], [1])]
    model = ScriptedModel(*wrong, answered(GOOD))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert model.models == [MICRO, MICRO, MICRO, PRO]
    assert answer.model_id == PRO
    assert [step.tier for step in answer.route] == ["micro", "pro"]
    assert "did not pass" in answer.route[1].reason


def test_a_model_that_repeats_itself_is_asked_no_more() -> None:
    wrong = answered(changed(summary=[]))
    model = ScriptedModel(wrong, wrong, answered(GOOD))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert model.models == [MICRO, MICRO, PRO]


def test_what_no_evidence_bears_is_taken_out_and_told() -> None:
    invented = {"text": "Penguins inhabit cold southern oceans and coasts.", "evidence_ids": ["p0001"]}
    wrong = answered(changed(summary=[*GOOD["summary"], invented]))
    answer = run(ScriptedModel(wrong, wrong, wrong, wrong))
    assert isinstance(answer, Answer)
    assert answer.answer["summary"] == GOOD["summary"]
    assert all("Penguins" not in claim.text for claim in answer.claims)
    assert any(warning.startswith("taken out: /summary/2") for warning in answer.warnings)


def test_an_invention_that_is_no_item_of_a_list_is_taken_out_too() -> None:
    chosen = profile("education")
    answer = {
        "summary": [{"text": "The Trail Runner is a light shoe.", "evidence_ids": ["p0001"]}],
        "difficulty": {
            "level": "advanced",
            "reason": "Presupposes calculus, topology and measure theory.",
            "evidence_ids": ["p0001"],
        },
        "chapters": [],
        "glossary": [],
        "quiz": [],
    }
    model = ScriptedModel(*[answered(answer)] * 4)
    found = infer(chosen, shoe(), model, MODEL_IDS, model_registry())
    assert isinstance(found, Answer)
    assert any(warning.startswith("taken out: /difficulty") for warning in found.warnings)
    assert "difficulty" not in found.answer


def test_an_unsupported_category_is_removed_and_reviewed() -> None:
    chosen = profile("moderation")
    cite = {"text": "Trail Runner is a light shoe", "evidence_ids": ["p0001"]}
    answer = {
        "decision": "allow",
        "reasons": [cite],
        "categories": [
            {
                "name": "Threats",
                "severity": 4,
                "text": "Somebody announces murderous revenge against neighbours",
                "evidence_ids": ["p0001"],
            }
        ],
        "votes": [
            {"modality": "text", "vote": "allow", **cite},
            {"modality": "vision", "vote": "allow", "text": "Trail Runner", "evidence_ids": ["k0001-text1"]},
        ],
    }
    model = ScriptedModel(*[answered(answer)] * 4)
    found = infer(chosen, shoe(), model, MODEL_IDS, model_registry())
    assert isinstance(found, Answer)
    assert found.answer["categories"] == []
    assert found.answer["decision"] == "review"


def test_an_answer_of_inventions_alone_is_none() -> None:
    invented = [{"text": "Penguins inhabit cold southern oceans and coasts.", "evidence_ids": ["p0001"]}]
    wrong = answered({"summary": invented, "topics": [], "key_moments": []})
    answer = run(ScriptedModel(wrong, wrong, wrong, wrong))
    assert isinstance(answer, NoAnswer)
    assert "doesn't support" in answer.reason


def test_a_truncated_answer_never_passes_and_gets_more_room() -> None:
    model = ScriptedModel(answered(GOOD, stop_reason="max_tokens"), answered(GOOD))
    answer = run(model)
    assert isinstance(answer, Answer)
    rooms = [request["inferenceConfig"]["maxTokens"] for request in model.requests]
    assert rooms == [3000, 6000]


def test_an_answer_that_ended_early_is_asked_for_again() -> None:
    model = ScriptedModel(answered(GOOD, stop_reason="stop_sequence"), answered(GOOD))
    assert isinstance(run(model), Answer)
    assert "ended at a stop sequence" in last_text(model)
    assert [message["role"] for message in model.requests[-1]["messages"]] == ["user"]


@pytest.mark.parametrize("reason", sorted(set(StopReason) - {StopReason.TOOL_USE, StopReason.END_TURN}))
def test_only_a_finished_answer_passes(reason: StopReason) -> None:
    """Whatever else it says, and however whole it looks."""
    stopped = answered(GOOD, stop_reason=reason)
    model = ScriptedModel(*[stopped] * 4)
    answer = run(model)
    assert isinstance(answer, NoAnswer)
    assert all(step.outcome != "passed" for step in answer.route)


def test_a_model_that_is_cut_off_at_its_limit_hands_over() -> None:
    cut = answered(GOOD, stop_reason="max_tokens")
    model = ScriptedModel(cut, cut, cut, cut)
    answer = run(model)
    assert isinstance(answer, NoAnswer)
    assert "cut off" in answer.reason
    assert model.models == [MICRO, MICRO, MICRO, PRO]


def test_a_guardrail_s_intervention_is_a_result_and_ends_the_talk() -> None:
    trace = {"guardrail": {"actionReason": "Guardrail blocked."}}
    model = ScriptedModel(answered(None, stop_reason="guardrail_intervened", text="Sorry.", trace=trace))
    answer = run(model)
    assert isinstance(answer, NoAnswer)
    assert answer.guardrail == {"actionReason": "Guardrail blocked."}
    assert "guardrail" in answer.reason
    assert len(model.requests) == 1


def test_a_content_filter_ends_the_talk() -> None:
    model = ScriptedModel(answered(None, stop_reason="content_filtered"))
    answer = run(model)
    assert isinstance(answer, NoAnswer)
    assert "content filter" in answer.reason
    assert len(model.requests) == 1


@pytest.mark.parametrize("stop_reason", ["malformed_tool_use", "malformed_model_output"])
def test_a_malformed_call_is_asked_for_afresh(stop_reason: str) -> None:
    model = ScriptedModel(answered(None, stop_reason=stop_reason), answered(GOOD))
    assert isinstance(run(model), Answer)
    assert [message["role"] for message in model.requests[-1]["messages"]] == ["user"]
    assert "malformed" in last_text(model)


def test_prose_instead_of_a_call_is_refused() -> None:
    model = ScriptedModel(answered(None, stop_reason="end_turn", text="It is a shoe."), answered(GOOD))
    assert isinstance(run(model), Answer)
    assert "did not call the tool" in last_text(model)


def test_too_much_evidence_is_thinned_over_its_whole_length() -> None:
    no_room = answered(None, stop_reason="model_context_window_exceeded")
    model = ScriptedModel(no_room, answered(DOUBTFUL))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert any("thinned" in warning for warning in answer.warnings)
    assert last_text(model).count('"evidence_id"') == 1


def test_what_was_thinned_out_can_not_be_cited() -> None:
    no_room = answered(None, stop_reason="model_context_window_exceeded")
    model = ScriptedModel(no_room, answered(GOOD), answered(DOUBTFUL))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert answer.answer == DOUBTFUL
    assert "cites 'p0001'" in last_text(model)


def test_a_refused_model_is_the_workflow_s_business() -> None:
    with pytest.raises(AccessDeniedError):
        run(ScriptedModel(AccessDeniedError("bedrock:Converse: AccessDeniedException: no access")))


def test_an_answer_stands_where_the_escalation_is_refused() -> None:
    invented = {"text": "Penguins inhabit cold southern oceans and coasts.", "evidence_ids": ["p0001"]}
    wrong = answered(changed(summary=[*GOOD["summary"], invented]))
    answer = run(ScriptedModel(wrong, wrong, AccessDeniedError("no access to pro")))
    assert isinstance(answer, Answer)
    assert answer.model_id == MICRO
    assert "no access to pro" in answer.route[-1].outcome


def test_a_model_that_writes_nonsense_hands_over() -> None:
    model = ScriptedModel(InvalidServiceOutputError("ModelErrorException"), answered(GOOD))
    answer = run(model)
    assert isinstance(answer, Answer)
    assert model.models == [MICRO, PRO]


def test_a_retired_model_is_refused_before_it_is_asked() -> None:
    with pytest.raises(ConfigError, match="end of life"):
        run(ScriptedModel(), {**MODEL_IDS, "micro": "us.amazon.nova-premier-v1:0"})


def test_naming_both_sides_of_a_contradiction_is_surer_than_hiding_one() -> None:
    both = run(ScriptedModel(answered(GOOD)))
    hidden = changed(
        summary=[
            {"text": "The Trail Runner is a light shoe.", "evidence_ids": ["p0001"]},
            {"text": "It costs $59.", "evidence_ids": ["p0001"]},
        ]
    )
    one = run(ScriptedModel(answered(hidden)))
    assert isinstance(both, Answer)
    assert isinstance(one, Answer)
    assert one.confidence < both.confidence


# Less sure than GOOD: it leaves open what contradicts it.
DOUBTFUL = {**GOOD, "summary": [{"text": "The picture asks $49.", "evidence_ids": ["k0001-text1"]}]}


def test_an_unsure_answer_escalates_and_the_surer_one_stands() -> None:
    model = ScriptedModel(answered(DOUBTFUL), answered(GOOD))

    answer = run(model, escalate_below=0.99)

    assert isinstance(answer, Answer)
    assert model.models == [MICRO, PRO]
    assert answer.answer == GOOD
    first, second = answer.route
    assert first.outcome.startswith("passed with confidence 0.")
    assert second.reason.startswith("the answer of micro has confidence 0.")
    assert second.reason.endswith("below 0.99")


def test_the_first_answer_stands_where_the_stronger_model_is_no_surer() -> None:
    answer = run(ScriptedModel(answered(GOOD), answered(DOUBTFUL)), escalate_below=0.99)

    assert isinstance(answer, Answer)
    assert answer.answer == GOOD
    assert answer.model_id == MICRO


def test_a_sure_answer_and_a_quoted_one_stay_where_they_are() -> None:
    sure = ScriptedModel(answered(GOOD))
    quoted = ScriptedModel(answered(DOUBTFUL, fields={"method": "extractive"}))

    assert isinstance(run(sure, escalate_below=0.1), Answer)
    assert isinstance(run(quoted, escalate_below=0.99), Answer)
    assert sure.models == quoted.models == [MICRO]


def test_a_guardrail_that_stops_the_stronger_model_leaves_the_first_answer() -> None:
    stopped = answered(None, stop_reason="guardrail_intervened", text="withheld")

    answer = run(ScriptedModel(answered(GOOD), stopped), escalate_below=0.99)

    assert isinstance(answer, Answer)
    assert answer.answer == GOOD
