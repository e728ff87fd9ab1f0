"""customize_model from data to a model in use; and that no failure leaves anything which costs money."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.errors import InvalidAssetError, InvalidInputError, PendingError
from braid.runtime.prices import price_book
from lambdas.tuning import handler_estimate
from lambdas.tuning.runs.run import Run
from local.services.cloudwatch.embedded_metrics import points_in
from tests.contract.steps.tuning.rig import BUCKET, RUN, Fault, Rig, put, texts

# What stands behind the approval, in the machine's order.
STEPS = ("Arm", "Submit", "Await", "Import", "Open", "Evaluate", "Deploy", "Smoke", "Register")
FAULTS = (
    pytest.param("AccessDeniedError", False, id="refused"),
    pytest.param("Runtime.ExitError", True, id="killed after its work"),
    pytest.param("InvalidServiceOutputError", True, id="its answer is lost"),
)


def patiently(act: Callable[[], Any]) -> Any:
    """What a retrier of PendingError does."""
    for _ in range(400):
        try:
            return act()
        except PendingError:
            time.sleep(0.02)
    raise AssertionError("it waits for ever")


def test_a_run_trains_compares_and_registers(rig: Rig) -> None:
    execution = rig.run()

    assert execution.status == "SUCCEEDED", rig.document("end.json")
    found = rig.document("evaluation.json")
    assert found["tuned"] > 0.95 > found["base"]
    assert found["difference"]["points_low"] > 0
    assert found["difference"]["relative"] > 0
    assert {item["name"] for item in found["slices"]} == {"half=True", "half=False"}
    assert found["ece"] < 0.2
    book = json.loads(rig.s3.objects[BUCKET, "tuning/models/moderation.json"])
    (row,) = book["rows"]
    assert row["model_arn"] in rig.shelf.deployments
    assert row["data_sha256"] != row["recipe_sha256"]
    assert not rig.schedules, "paid by the token: nothing is left that a switch would have to end"
    assert rig.order.index("scheduler:CreateSchedule") < rig.order.index("sagemaker:CreateTrainingJob")
    estimated = {line["what"]: line["cost_usd"] for line in rig.document("estimate.json")["lines"]}
    paid = {line["unit"]: line["cost_usd"] for line in rig.document("receipt.json")["lines"]}
    assert paid["training_token"] == estimated["training"]
    assert 0 < paid["input_token"] < 3 * estimated["questions of the evaluation"]
    assert paid["output_token"] > 0


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("error", "after_work"), FAULTS)
def test_a_failure_leaves_nothing_that_costs(rig: Rig, step: str, error: str, after_work: bool) -> None:
    rig.faults.append(Fault(f"Tuning{step}", error, after_work))

    execution = rig.run()

    assert execution.status == "FAILED"
    assert rig.document("end.json")["status"] == "FAILED"
    assert rig.billable() == []
    assert rig.schedules == {}
    book = json.loads(rig.s3.objects.get((BUCKET, "tuning/models/moderation.json"), b'{"rows": []}'))
    assert all(row["retired_at"] for row in book["rows"]), "what is deleted isn't in use"


@pytest.mark.parametrize("step", STEPS)
def test_the_switch_ends_what_a_killed_machine_left(rig: Rig, step: str) -> None:
    given: dict[str, Any] = {}
    for name in ("Check", "Estimate", *STEPS):
        given |= patiently(functools.partial(rig.invoke, f"Tuning{name}", **wanted(name, given)))
        if name == step:
            break
    if step != "Register":
        (schedule,) = rig.schedules.values()
        event = json.loads(schedule["Target"]["Input"])

        patiently(lambda: rig.invoke("TuningTeardown", **event))

        assert rig.billable() == []
        assert rig.schedules == {}
        assert rig.document("end.json")["reason"] == "the run took longer than a day"


def death(status: str, **detail: str) -> dict[str, Any]:
    """EventBridge's event of an execution that ended."""
    change = {"name": RUN, "status": status, **detail}
    return {"detail-type": "Step Functions Execution Status Change", "detail": change}


def wanted(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the machine passes to a step of what earlier ones answered."""
    needs = {
        "Import": ("made",),
        "Open": ("model_arn",),
        "Deploy": ("model_arn",),
        "Smoke": ("serving_arn",),
        "Register": ("model_arn", "serving_arn"),
    }
    return {member: given[member] for member in needs.get(name, ())}


def test_tearing_down_again_does_no_harm(rig: Rig) -> None:
    rig.faults.append(Fault("TuningSmoke", "AccessDeniedError", False))
    rig.run()

    before = rig.document("receipt.json")
    told = rig.invoke("TuningTeardown", status="FAILED", reason="again")

    assert told["summary"] == "deleted: nothing was left"
    assert rig.document("receipt.json") == before, "what failed was paid for too"


def test_a_failing_teardown_leaves_the_switch_armed(rig: Rig) -> None:
    rig.faults += [
        Fault("TuningSmoke", "AccessDeniedError", False),
        Fault("TuningTeardown", "AccessDeniedError", False),
    ]

    execution = rig.run()

    assert execution.error == "SomethingIsLeft"
    assert list(rig.schedules) == [RUN]
    rig.faults.clear()
    patiently(lambda: rig.invoke("TuningTeardown", status="FAILED", reason="the switch"))
    assert rig.billable() == []


def test_a_model_whose_switch_stays_armed_is_never_in_use(rig: Rig) -> None:
    rig.keeps_schedules = True

    execution = rig.run()

    assert (execution.status, list(rig.schedules)) == ("FAILED", [RUN])
    assert (BUCKET, "tuning/models/moderation.json") not in rig.s3.objects
    rig.keeps_schedules = False
    event = json.loads(rig.schedules[RUN]["Target"]["Input"])
    patiently(lambda: rig.invoke("TuningTeardown", **event))
    assert rig.billable() == []
    assert rig.schedules == {}


def test_an_execution_that_died_is_torn_down_by_its_event(rig: Rig) -> None:
    rig.faults += [
        Fault("TuningSmoke", "AccessDeniedError", False),
        Fault("TuningTeardown", "AccessDeniedError", False),
    ]
    rig.run()

    patiently(lambda: rig.invoke("TuningTeardown", **death("ABORTED")))

    assert rig.billable() == []
    assert rig.document("end.json")["reason"] == "the execution ended as ABORTED"


@pytest.mark.parametrize(("status", "counted"), [("TIMED_OUT", {"TimedOutExecutions"}), ("ABORTED", set())])
def test_a_run_that_took_too_long_is_counted_as_any_execution_is(
    rig: Rig, status: str, counted: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rig.run()
    capsys.readouterr()

    patiently(lambda: rig.invoke("TuningTeardown", **death(status)))

    lines = capsys.readouterr().out.splitlines()
    assert {metric.name for line in lines for metric, *_ in points_in(line, at=0.0)} == counted


def test_a_death_that_the_run_told_itself_changes_nothing(rig: Rig) -> None:
    rig.faults.append(Fault("TuningSmoke", "AccessDeniedError", False))
    rig.run()
    before = rig.document("end.json")

    patiently(lambda: rig.invoke("TuningTeardown", **death("FAILED", error="FAILED")))

    assert rig.document("end.json") == before


def test_a_run_that_no_state_could_end_is_torn_down_by_its_event(rig: Rig) -> None:
    """What no state catches, such as states that outgrow their limit."""
    given: dict[str, Any] = {}
    for name in ("Check", "Estimate", *STEPS):
        given |= patiently(functools.partial(rig.invoke, f"Tuning{name}", **wanted(name, given)))
    assert rig.document("end.json")["status"] == "REGISTERED"

    patiently(lambda: rig.invoke("TuningTeardown", **death("FAILED", error="States.DataLimitExceeded")))

    assert rig.billable() == []
    end = rig.document("end.json")
    assert end["status"] == "FAILED"
    assert end["reason"] == "the execution ended as FAILED (States.DataLimitExceeded)"


def test_a_model_that_is_no_better_is_deleted_and_the_run_ends_well(rig: Rig) -> None:
    # Trained on answers that say the opposite, checked by the right ones.
    training = rig.s3.objects[BUCKET, f"work/tuning/{RUN}/data/training.jsonl"]
    lines = [json.loads(line) for line in training.splitlines()]
    for line in lines:
        told = line["messages"][1]["content"][0]
        told["text"] = "No" if told["text"].startswith("Yes") else "Yes\n<categories>\nThreats\n</categories>"
    run = Run(BUCKET, RUN, s3=rig.s3)
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    rig.put_plan(training=put(run.store, "training", body))

    execution = rig.run()

    assert execution.status == "SUCCEEDED"
    assert rig.document("end.json")["status"] == "NOT_BETTER"
    assert rig.billable() == []
    assert (BUCKET, "tuning/models/moderation.json") not in rig.s3.objects


@pytest.mark.parametrize(
    ("max_usd", "said"), [("0.0001", "of at most $0.00"), ("100", "nobody knows the price of: training")]
)
def test_too_dear_or_unknown_begins_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, max_usd: str, said: str
) -> None:
    monkeypatch.setenv("MAX_USD", max_usd)
    if "nobody" in said:
        book = price_book()
        kept = tuple(entry for entry in book.prices if entry.service != "sagemaker")
        monkeypatch.setattr(handler_estimate, "price_book", lambda: replace(book, prices=kept))

    execution = rig.run()

    end = rig.document("end.json")
    assert execution.status == "SUCCEEDED"
    assert end["status"] == "REFUSED"
    assert said in end["reason"]
    assert not [call for call in rig.order if ":Create" in call]


def test_a_person_approves_what_costs_more_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHOUT_APPROVAL_USD", "0")
    rig.invoke("TuningCheck")
    assert rig.invoke("TuningEstimate")["decision"] == "ask"
    with pytest.raises(InvalidInputError, match="isn't waiting"):
        rig.invoke("TuningDecide", approved=True, by="Ada")
    rig.invoke("TuningAsk", task_token="t" * 20, usd=1.25)

    told = rig.invoke("TuningDecide", approved=True, by="Ada")

    assert told == {"summary": "approved", "usd": 1.25}
    assert rig.tokens == [("t" * 20, {"approved": True, "by": "Ada"})]
    with pytest.raises(InvalidInputError, match="Ada has approved this run already"):
        rig.invoke("TuningDecide", approved=False, by="Bob")


def test_data_that_break_a_rule_stop_the_run_with_the_line(rig: Rig) -> None:
    run = Run(BUCKET, RUN, s3=rig.s3)
    body = (
        texts()["training"]
        + b'{"schemaVersion": "bedrock-conversation-2024", "messages": [{"position": "assistant"}]}\n'
    )
    rig.put_plan(training=put(run.store, "training", body))

    with pytest.raises(InvalidAssetError, match=r"training, line 97: .*did you mean"):
        rig.invoke("TuningCheck")
