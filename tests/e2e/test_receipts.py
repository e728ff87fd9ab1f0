"""What a receipt lists is what the embedded AWS was asked: every quantity, in runs without faults."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.asset import AssetStatus
from cli.costs.planning import knobs_of, knobs_of_stack
from local import lifecycle
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
SAMPLES = ("talk.mp4", "portrait.jpg", "rental.pdf", "mug.bundle")
FREE = {"DeleteObject", "AbortMultipartUpload"}
READS = {"GetItem", "Query", "BatchGetItem"}


@pytest.fixture(scope="module", params=SAMPLES)
def priced(request: pytest.FixtureRequest, deployed: Deployed, samples: Path) -> tuple[Deployed, str]:
    """One sample after the other, so that what no execution is named for belongs to it."""
    lifecycle.control(deployed.aws, "requests", method="DELETE")
    (outcome,) = deployed.drop([samples / request.param])
    assert outcome.status in (AssetStatus.SUCCEEDED, AssetStatus.AWAITING_REVIEW), outcome
    return deployed, outcome.asset_id


def quantities(deployed: Deployed, asset_id: str, service: str) -> dict[tuple[str, str], float]:
    """The receipt's lines of one service, by operation and unit."""
    lines = deployed.document(asset_id, "receipt")["lines"]
    return {
        (line["operation"], line["unit"]): line["quantity"] for line in lines if line["service"] == service
    }


def asked(deployed: Deployed, asset_id: str, service: str) -> list[dict[str, Any]]:
    """What the asset's functions asked, those of its execution and dispatch."""
    found = lifecycle.control(deployed.aws, f"requests?service={service}")["requests"]
    return [
        call
        for call in found
        if call["execution"] == f"{asset_id}-1"
        or "Dispatch" in call["principal"].replace("dispatch", "Dispatch")
    ]


def test_requests_to_s3(priced: tuple[Deployed, str]) -> None:
    deployed, asset_id = priced
    seen = Counter(call["operation"] for call in asked(deployed, asset_id, "s3"))

    told = {name: n for (name, unit), n in quantities(deployed, asset_id, "s3").items() if unit == "request"}
    assert told == {name: count for name, count in seen.items() if name not in FREE}


def test_capacity_of_dynamodb(priced: tuple[Deployed, str]) -> None:
    deployed, asset_id = priced
    units: Counter[str] = Counter()
    for call in asked(deployed, asset_id, "dynamodb"):
        units["Read" if call["operation"] in READS else "Write"] += call["capacity_units"] or 1.0

    told = {name: n for (name, _), n in quantities(deployed, asset_id, "dynamodb").items()}
    assert told["Read"] == units["Read"]
    # How large the record is when it is closed isn't known when the receipt is written.
    assert told["Write"] == pytest.approx(units["Write"], abs=3)


def test_transitions_and_invocations(priced: tuple[Deployed, str]) -> None:
    deployed, asset_id = priced
    events = deployed.history(asset_id)
    entered = [event for event in events if event["type"].endswith("StateEntered")]
    scheduled = [
        event
        for event in events
        if event["type"] == "TaskScheduled" and event["taskScheduledEventDetails"]["resourceType"] == "lambda"
    ]
    retried = [event for event in events if event["type"] == "TaskFailed"]
    objects = quantities(deployed, asset_id, "events")[("ObjectCreated", "request")]

    assert quantities(deployed, asset_id, "stepfunctions") == {
        ("StateTransition", "transition"): len(entered) + len(retried)
    }
    assert quantities(deployed, asset_id, "lambda")[("Invoke", "request")] == len(scheduled) + objects


def test_events_and_messages_are_those_of_the_dropped_objects(priced: tuple[Deployed, str]) -> None:
    deployed, asset_id = priced
    admission = deployed.document(asset_id, "admission")
    objects = len(admission["members"]) + (1 if admission["media_type"] == "multipart/mixed" else 0)

    assert quantities(deployed, asset_id, "events") == {
        ("ObjectCreated", "request"): objects,
        ("AssetProcessed", "request"): 1,
    }
    assert quantities(deployed, asset_id, "sqs") == {
        (name, "request"): objects for name in ("SendMessage", "ReceiveMessage", "DeleteMessage")
    }


def test_functions_are_billed_for_about_as_long_as_they_ran(priced: tuple[Deployed, str]) -> None:
    deployed, asset_id = priced
    told = quantities(deployed, asset_id, "lambda")[("Invoke", "gb_second")]
    memory = {
        function["FunctionName"]: function["MemorySize"] / 1024
        for function in deployed.target.session.client(
            "lambda", endpoint_url=deployed.target.endpoint_url
        ).list_functions()["Functions"]
    }
    ran, began = 0.0, {}
    for event in deployed.history(asset_id):
        began[event["id"]] = event
        if event["type"] in ("TaskSucceeded", "TaskFailed"):
            scheduled = event
            while scheduled["type"] != "TaskScheduled":
                scheduled = began[scheduled["previousEventId"]]
            details = scheduled["taskScheduledEventDetails"]
            name = next((name for name in memory if f':{name}"' in details["parameters"]), None)
            seconds = (event["timestamp"] - scheduled["timestamp"]).total_seconds()
            ran += seconds * memory[name] if name else 0.0

    assert 0.3 * ran < told < 1.3 * ran + 1.0


def unexecuted(deployed: Deployed) -> list[dict[str, Any]]:
    """Every call and request so far that neither an execution made nor indexing, which comes behind it."""
    logs = (lifecycle.control(deployed.aws, log)[log] for log in ("calls", "requests"))
    return [
        call
        for log in logs
        for call in log
        if call["execution"] is None and "indexing" not in str(call.get("principal")).lower()
    ]


def test_the_plan_asks_nobody_and_foresees_what_the_receipt_says(
    priced: tuple[Deployed, str], samples: Path
) -> None:
    deployed, asset_id = priced
    source = deployed.result(asset_id).source.key.removeprefix("inbox/general/")
    before = unexecuted(deployed)

    done = deployed.braid("plan", str(samples / source.partition("/")[0]))

    assert done.returncode == 0, done.stderr
    assert unexecuted(deployed) == before
    planned, paid = json.loads(done.stdout), deployed.document(asset_id, "receipt")["total_usd"]
    assert paid <= planned["bound_usd"]
    assert paid / 3 < planned["expected_usd"] < 3 * paid


def test_what_was_spent_is_the_sum_of_the_receipts(priced: tuple[Deployed, str]) -> None:
    deployed, asset_id = priced
    paid = deployed.document(asset_id, "receipt")["total_usd"]

    told = {
        by: json.loads(deployed.braid("cost", "--by", by, "--json").stdout)
        for by in ("day", "profile", "service")
    }

    assert told["profile"]["total_usd"] >= paid
    # An asset that ended just now may be indexed between two of them, for some hundredths of a cent.
    assert told["day"]["total_usd"] == pytest.approx(told["profile"]["total_usd"], abs=1e-3)
    assert told["service"]["total_usd"] == pytest.approx(told["profile"]["total_usd"], abs=1e-3)
    assert {"lambda", "s3", "stepfunctions"} <= {row["name"] for row in told["service"]["rows"]}


def test_a_plan_by_a_deployments_knobs_is_the_plan_by_its_cdk_json(deployed: Deployed) -> None:
    assert knobs_of_stack(deployed.target) == knobs_of()
