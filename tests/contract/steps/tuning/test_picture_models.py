"""A picture model, compared in batches and provisioned for hours: what its switch ends, and what stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from braid.domain.tuning.plan import Way
from tests.contract.steps.tuning.rig import BUCKET, RUN, Fault, Rig
from tests.contract.steps.tuning.test_customize_model import patiently

HYPERPARAMETERS = {"epochCount": "5", "batchSize": "256", "learningRate": "5e-05"}


def plan(rig: Rig, **changes: Any) -> None:
    rig.put_plan(way=Way.TITAN_IMAGE, name="letters", hyperparameters=HYPERPARAMETERS, **changes)


def test_without_hours_it_is_asked_in_batches_and_nothing_runs(rig: Rig) -> None:
    plan(rig)

    execution = rig.run()

    assert execution.status == "SUCCEEDED", rig.document("end.json")
    found = rig.document("evaluation.json")
    assert found["metric"] == "accuracy"
    assert found["tuned"] == 1.0 > found["base"]
    assert len(found["truth"]) == 4
    assert not rig.shelf.throughputs
    assert not rig.schedules
    (row,) = json.loads(rig.s3.objects[BUCKET, "tuning/models/letters.json"])["rows"]
    assert row["model_arn"] in rig.shelf.models


def test_the_hours_of_throughput_end_by_themselves_and_the_model_stays(rig: Rig) -> None:
    plan(rig, provisioned_hours=2)

    execution = rig.run()

    assert execution.status == "SUCCEEDED", rig.document("end.json")
    assert len(rig.shelf.throughputs) == 1
    created = "bedrock:CreateProvisionedModelThroughput"
    assert rig.order.index("scheduler:CreateSchedule") < rig.order.index(created)
    (row,) = json.loads(rig.s3.objects[BUCKET, "tuning/models/letters.json"])["rows"]
    assert row["ends_at"]
    assert row["price"] == "$9.38 an hour"
    paid = {line["unit"]: line for line in rig.document("receipt.json")["lines"]}
    assert paid["model_unit_hour"]["cost_usd"] == 18.76
    assert {"image_seen", "image"} < set(paid)
    event = json.loads(rig.schedules[RUN]["Target"]["Input"])

    patiently(lambda: rig.invoke("TuningTeardown", **event))

    assert not rig.shelf.throughputs
    assert len(rig.shelf.models) == 1
    assert not rig.schedules
    (row,) = json.loads(rig.s3.objects[BUCKET, "tuning/models/letters.json"])["rows"]
    assert row["retired_at"], "what served it is gone"


@pytest.mark.parametrize("step", ["Open", "Evaluate", "Deploy", "Register"])
def test_a_failure_leaves_no_throughput_and_no_model(rig: Rig, step: str) -> None:
    plan(rig, provisioned_hours=2)
    rig.faults.append(Fault(f"Tuning{step}", "Runtime.ExitError", after_work=True))

    execution = rig.run()

    assert execution.status == "FAILED"
    assert rig.billable() == []
    assert rig.schedules == {}


def test_a_machine_killed_after_provisioning_is_ended_by_its_switch(rig: Rig) -> None:
    plan(rig, provisioned_hours=2)
    rig.faults += [
        Fault("TuningSmoke", "AccessDeniedError", after_work=False),
        Fault("TuningTeardown", "AccessDeniedError", after_work=False),
    ]
    rig.run()
    assert len(rig.shelf.throughputs) == 1
    event = json.loads(rig.schedules[RUN]["Target"]["Input"])
    rig.faults.clear()

    patiently(lambda: rig.invoke("TuningTeardown", **event))

    assert rig.billable() == []
