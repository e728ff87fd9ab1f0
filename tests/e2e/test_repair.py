"""What goes wrong in a deployment is found, said and mended: audit, redrive, rerun, backfill, delete."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef, AssetStatus, Source, execution_name
from braid.store.records import AssetRecords
from local import lifecycle
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
LONG_AGO = "2026-01-01T00:00:00.000Z"
ANALYSIS = {"transcribe", "rekognition", "comprehend", "textract"}


def text(number: int) -> bytes:
    """A short text that no other test drops."""
    return (
        f"Shelf {number} of the boat house holds the oars.\n\nThe key hangs behind door {number + 40}.\n\n"
        f"Rowing lessons cost {number + 11} dollars an hour.\n"
    ).encode()


@pytest.fixture(scope="module")
def ids(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Ten assets that are through."""
    folder = tmp_path_factory.mktemp("boats")
    files = []
    for number in range(10):
        files.append(folder / f"boat-house-{number}.txt")
        files[-1].write_bytes(text(number))
    outcomes = deployed.drop(files)
    assert {outcome.status for outcome in outcomes} == {AssetStatus.SUCCEEDED}
    return [outcome.asset_id for outcome in outcomes]


def audited(deployed: Deployed, *options: str) -> tuple[int, list[dict[str, Any]]]:
    done = deployed.braid("audit", "--settled", "0", "--json", *options)
    assert done.returncode in (0, 3), done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def read(deployed: Deployed, asset_id: str) -> dict[str, Any]:
    key = {"asset_id": {"S": asset_id}}
    item: dict[str, Any] = deployed.target.dynamodb.get_item(
        TableName=deployed.target.assets_table, Key=key, ConsistentRead=True
    )["Item"]
    return item


def asset_of(deployed: Deployed, asset_id: str) -> AssetRef:
    item = read(deployed, asset_id)
    source = Source(item["source_bucket"]["S"], item["source_key"]["S"], item["source_version_id"]["S"])
    return AssetRef(asset_id, int(item["attempt"]["N"]), item["profile"]["S"], source)


def records(deployed: Deployed) -> AssetRecords:
    return AssetRecords(deployed.target.assets_table, dynamodb=deployed.target.dynamodb)


def overwrite(deployed: Deployed, asset_id: str, **attributes: Any) -> None:
    """Changes a record behind everybody's back."""
    names = {f"#{name}": name for name in attributes}
    deployed.target.dynamodb.update_item(
        TableName=deployed.target.assets_table,
        Key={"asset_id": {"S": asset_id}},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it doesn't come true"
        time.sleep(0.2)


def is_closed(deployed: Deployed, asset_id: str) -> bool:
    return not AssetStatus(read(deployed, asset_id)["status"]["S"]).is_open


@pytest.fixture
def planted(deployed: Deployed, ids: list[str], make_file: Callable[[str, bytes], Path]) -> dict[str, str]:
    """Disagreements of every class that can be made from outside, by class."""
    target, table = deployed.target, deployed.target.assets_table
    found: dict[str, str] = {}

    found["never-started"] = ids[0]
    for key in ("assets", "work"):
        for entry in target.s3.list_objects_v2(Bucket=target.results_bucket, Prefix=f"{key}/{ids[0]}/").get(
            "Contents", []
        ):
            target.s3.delete_object(Bucket=target.results_bucket, Key=entry["Key"])
    target.dynamodb.delete_item(TableName=table, Key={"asset_id": {"S": ids[0]}})

    found["unknown-results"] = ids[1]
    target.dynamodb.delete_item(TableName=table, Key={"asset_id": {"S": ids[1]}})

    found["waiting-lost"] = ids[2]
    again = replace(asset_of(deployed, ids[2]), attempt=2)
    assert records(deployed).put_received(again, received_at=LONG_AGO, now=LONG_AGO)

    found["start-lost"] = ids[3]
    again = replace(asset_of(deployed, ids[3]), attempt=2)
    assert records(deployed).process(again, execution_arn="arn:of:nothing", now=LONG_AGO)

    found["unrecorded-end"] = ids[4]
    overwrite(deployed, ids[4], status={"S": "PROCESSING"})

    found["result-missing"] = ids[5]
    target.s3.delete_object(Bucket=target.results_bucket, Key=f"assets/{ids[5]}/result.json")

    found["result-untrue"] = ids[6]
    key = f"assets/{ids[6]}/result.json"
    told = json.loads(target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read())
    told["status"] = "FAILED"
    target.s3.put_object(Bucket=target.results_bucket, Key=key, Body=json.dumps(told).encode())

    found["deleted-remains"] = ids[7]
    assert deployed.braid("delete", ids[7], "--yes").returncode == 0
    target.s3.put_object(Bucket=target.results_bucket, Key=f"assets/{ids[7]}/1/late.json", Body=b"{}")

    found["mark-of-none"] = "nobody-1"
    mark = {"asset_id": {"S": "content#general#0123"}, "content_of": {"S": "nobody-1"}}
    target.dynamodb.put_item(TableName=table, Item=mark)

    found["uncounted"] = ids[8]
    target.dynamodb.update_item(
        TableName=table, Key={"asset_id": {"S": ids[8]}}, UpdateExpression="REMOVE is_counted"
    )

    day = read(deployed, ids[9])["status_day"]["S"].rpartition("#")[2]
    found["open-counts"] = found["day-counts"] = found["day-cost"] = ""
    overwrite(deployed, f"count#{day}", usd={"N": "0"}, SUCCEEDED={"N": "1"})
    overwrite(deployed, "count#open", PROCESSING={"N": "17"})

    found["unrecorded-death"] = stopped(deployed, make_file("sunken-boats.txt", text(60)))
    overwrite(deployed, found["unrecorded-death"], status={"S": "PROCESSING"})

    found["dead-letters"] = ids[9]
    _put_dead_letters(deployed, ids[9])
    return found


def stopped(deployed: Deployed, file: Path) -> str:
    """Drops a file and stops its execution while its text is analysed; its record says so by then.

    The service is held meanwhile: whoever only looks now and then comes too late for a text now and then.
    """
    held = {"service": "comprehend", "operation": "*", "about": f"{file.stem}-", "delay_seconds": 60}
    fault_id = lifecycle.control(deployed.aws, "faults", method="POST", body=held)["fault_id"]
    (asset_id,) = deployed.send([file])
    target = deployed.target

    def is_held() -> bool:
        faults = lifecycle.control(deployed.aws, "faults")["faults"]
        return any(each["fault_id"] == fault_id and each["struck"] for each in faults)

    until(is_held)
    arn = target.state_machine_arn.replace(":stateMachine:", ":execution:") + f":{asset_id}-1"
    target.stepfunctions.stop_execution(executionArn=arn, cause="by a test")
    lifecycle.control(deployed.aws, f"faults?fault_id={fault_id}", method="DELETE")
    until(lambda: read(deployed, asset_id)["status"]["S"] == "FAILED")
    return asset_id


def _put_dead_letters(deployed: Deployed, asset_id: str) -> None:
    """One of each shape, and one that is nobody's."""
    source = asset_of(deployed, asset_id).source
    arrival = {
        "detail-type": "Object Created",
        "detail": {
            "bucket": {"name": source.bucket},
            "object": {"key": source.key, "version-id": source.version_id},
        },
    }
    deadline = {
        "requestContext": {"condition": "RetriesExhausted"},
        "requestPayload": {"deadline_of": asset_id, "requested_at": LONG_AGO},
        "responsePayload": {"errorMessage": "it was throttled"},
    }
    death = {
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"executionArn": f"arn:x:{asset_id}-1", "status": "FAILED", "input": "{}"},
    }
    for body in (arrival, deadline, death):
        deployed.target.sqs.send_message(
            QueueUrl=deployed.target.dead_letters_url, MessageBody=json.dumps(body)
        )
    deployed.target.sqs.send_message(QueueUrl=deployed.target.dead_letters_url, MessageBody="hello?")


def test_each_planted_disagreement_is_found_and_mended(deployed: Deployed, planted: dict[str, str]) -> None:
    status, found = audited(deployed)
    assert status == 3
    by_class: dict[str, set[str]] = {}
    for each in found:
        by_class.setdefault(each["class"], set()).add(each["asset_id"] or "")
        assert each["sentence"]
        assert each["command"].startswith("braid ")
    missed = {check for check, asset_id in planted.items() if asset_id not in by_class.get(check, set())}
    assert not missed
    assert len(planted) >= 12
    assert {each["class"] for each in found} <= set(planted), "nothing that wasn't planted"
    assert len(by_class["dead-letters"]) == 2, "three letters of one asset, one of nobody"

    audited(deployed, "--fix")
    until(lambda: _ended(deployed))
    for _ in range(3):  # what a command begins may want a second look
        status, left = audited(deployed, "--fix")
        commands = {each["command"] for each in left if not each["is_mended"]}
        for command in sorted(commands - {"braid audit --fix"}):
            extra = ["--yes"] if " delete " in command else []
            done = deployed.braid(*command.split()[1:], *extra)
            assert done.returncode in (0, 3), f"{command}: {done.stderr}"
        until(lambda: _ended(deployed))
        if not commands:
            break
    status, left = audited(deployed)
    assert (status, [each["sentence"] for each in left]) == (0, [])
    assert deployed.result(planted["result-untrue"]).status is AssetStatus.SUCCEEDED
    assert read(deployed, planted["unrecorded-death"])["status"]["S"] == "FAILED"
    assert read(deployed, planted["waiting-lost"])["attempt"]["N"] == "2"


def _ended(deployed: Deployed) -> bool:
    done = deployed.braid("status", "--json")
    return not any(AssetStatus(each["status"]).is_open for each in json.loads(done.stdout))


def test_the_disagreements_read_well_at_80_columns(deployed: Deployed, ids: list[str]) -> None:
    overwrite(deployed, ids[4], status={"S": "PROCESSING"})
    done = deployed.braid("audit", "--settled", "0")
    assert done.returncode == 3
    assert "its record is PROCESSING" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert deployed.braid("audit", "--settled", "0", "--fix").returncode == 0
    assert deployed.braid("audit", "--settled", "0").stdout.startswith("all agree")


@pytest.mark.parametrize("start_at", ["fusion", "inference"])
def test_a_rerun_calls_no_analysis_service(deployed: Deployed, ids: list[str], start_at: str) -> None:
    before = deployed.result(ids[8])
    done = deployed.braid("rerun", ids[8], "--from", start_at)
    assert done.returncode == 0, done.stderr
    attempt = before.attempt + 1
    until(lambda: deployed.result(ids[8]).attempt == attempt and is_closed(deployed, ids[8]))
    result = deployed.result(ids[8])
    assert result.status is AssetStatus.SUCCEEDED
    name = execution_name(ids[8], attempt)
    called = {call["service"] for call in lifecycle.control(deployed.aws, f"calls?execution={name}")["calls"]}
    assert not called & ANALYSIS
    receipt = deployed.document(ids[8], "receipt")
    assert not {line["service"] for line in receipt["lines"]} & ANALYSIS
    (entered,) = [line["quantity"] for line in receipt["lines"] if line["unit"] == "transition"]
    states = [each for each in deployed.history(ids[8], attempt) if each["type"].endswith("StateEntered")]
    assert entered == len(states)
    assert deployed.document(ids[8], "passages")["passages"]


def test_a_rehearsal_changes_nothing(deployed: Deployed, ids: list[str]) -> None:
    before = deployed.result(ids[9])
    done = deployed.braid("rerun", ids[9], "--from", "inference", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["added"], told["removed"], told["reason"]) == (0, 0, None)
    assert told["usd_after"] > 0
    assert deployed.result(ids[9]) == before


def test_a_stopped_execution_goes_on_where_it_was(
    deployed: Deployed, make_file: Callable[[str, bytes], Path]
) -> None:
    asset_id = stopped(deployed, make_file("late-boats.txt", text(70)))
    done = deployed.braid("redrive", asset_id)
    assert done.returncode == 0, done.stderr
    until(lambda: read(deployed, asset_id)["status"]["S"] == "SUCCEEDED")
    until(lambda: deployed.result(asset_id).status is AssetStatus.SUCCEEDED)
    admitted = [
        each
        for each in deployed.history(asset_id)
        if each.get("stateEnteredEventDetails", {}).get("name") == "Admit Asset"
    ]
    assert len(admitted) == 1, "what was done stays done"
    assert deployed.braid("redrive", asset_id).returncode == 3, "what succeeded doesn't go on"
    assert audited(deployed) == (0, [])


def test_a_deleted_asset_is_gone_everywhere(
    deployed: Deployed, make_file: Callable[[str, bytes], Path]
) -> None:
    (outcome,) = deployed.drop([make_file("secret-boats.txt", text(90))])
    asset_id, target = outcome.asset_id, deployed.target
    source = asset_of(deployed, asset_id).source

    refused = deployed.braid("delete", asset_id)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--yes" in refused.stderr
    assert deployed.braid("delete", asset_id, "--yes").returncode == 0

    for prefix in (f"assets/{asset_id}/", f"work/{asset_id}/", f"by-source/{source.key}/"):
        assert "Contents" not in target.s3.list_objects_v2(Bucket=target.results_bucket, Prefix=prefix)
    assert "Versions" not in target.s3.list_object_versions(Bucket=source.bucket, Prefix=source.key)
    item = read(deployed, asset_id)
    assert item["status"]["S"] == "DELETED"
    assert "secret-boats.txt" not in json.dumps(item), "the id has the name's slug, nothing has the name"
    shown = deployed.braid("show", asset_id)
    assert shown.returncode == 1
    assert "was deleted" in shown.stderr
    assert deployed.braid("rerun", asset_id).returncode == 2
    assert audited(deployed) == (0, [])
