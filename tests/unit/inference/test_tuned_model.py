"""A profile's tuned model is asked first, is cited by its answers, and costs what its base does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from braid.aws.bedrock.converse import read_reply
from braid.domain.answer.answer import Answer
from braid.domain.errors import UnsupportedError
from braid.domain.tuning.tuned_model import TunedModel
from braid.domain.wire import encode
from braid.models.routing import TUNED, routes
from braid.models.spending import reply_usage
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import infer
from tests.unit.inference.timelines import GOOD, MODEL_IDS, ScriptedModel, answered, shoe

ARN = "arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghij12"
MODEL = TunedModel(ARN, "a" * 64, "b" * 64)


def run(model: ScriptedModel) -> Answer:
    chosen = profile("general")
    chosen = replace(chosen, inference=replace(chosen.inference, tuned=MODEL))
    answer = infer(chosen, shoe(), model, MODEL_IDS, model_registry())
    assert isinstance(answer, Answer)
    return answer


def test_its_answer_pins_model_data_and_recipe() -> None:
    model = ScriptedModel(answered(GOOD))

    answer = run(model)

    assert model.models == [ARN]
    assert answer.model_id == ARN
    assert encode(answer)["tuned"] == encode(MODEL)
    assert [step.tier for step in answer.route] == [TUNED]


def test_where_it_gives_no_answer_its_tier_does_and_nothing_is_pinned() -> None:
    refusals = [answered(None, text="Yes")] * (1 + profile("general").inference.repairs)
    model = ScriptedModel(*refusals, answered(GOOD))

    answer = run(model)

    assert model.models[0] == ARN
    assert answer.model_id != ARN
    assert answer.tuned is None


def test_an_answer_of_a_profile_without_one_is_stored_as_before() -> None:
    answer = infer(profile("general"), shoe(), ScriptedModel(answered(GOOD)), MODEL_IDS, model_registry())

    assert "tuned" not in encode(answer)


def test_it_costs_what_its_base_costs() -> None:
    plan = replace(profile("general").inference, tuned=MODEL)
    first, *_ = routes(plan, MODEL_IDS, model_registry(), prompt_tokens=100, picture_count=0)

    assert first.profile_id == ARN
    assert first.priced_as == "amazon.nova-lite-v1:0"
    usage = reply_usage(first.priced_as, read_reply(answered(GOOD)))
    assert {used.operation for used in usage} == {"Converse:amazon.nova-lite-v1:0"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/abc"}, "deployment"),
        ({"model": "amazon.nova-lite-v1:0"}, "deployment"),
        ({"data_sha256": "abc"}, "data_sha256 must be 64 hex digits"),
    ],
)
def test_what_cannot_be_called_is_refused(changes: dict[str, Any], said: str) -> None:
    plan = replace(profile("general").inference, tuned=replace(MODEL, **changes))

    assert said in "; ".join(plan.problems())


def test_a_deleted_model_is_said_and_not_replaced_in_secret() -> None:
    def gone(_question: Any) -> Any:
        raise UnsupportedError("bedrock:Converse: ResourceNotFoundException: no such deployment")

    chosen = replace(profile("general"), inference=replace(profile("general").inference, tuned=MODEL))
    with pytest.raises(UnsupportedError, match="no such deployment"):
        infer(chosen, shoe(), gone, MODEL_IDS, model_registry())
