"""The real CDK deploys a stack, and a dropped object runs through all of it under IAM."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local import deploy
from tests.local.embedded_aws.harness import Embedded, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.workflow,
    pytest.mark.patch(
        "ministack/cloudformation_types.py",
        "ministack/cloudformation_waits.py",
        "ministack/event_sources.py",
        "ministack/step_functions.py",
    ),
]

KEY = "inbox/general/talk+slides 50%25 ü 日本.txt"


@pytest.fixture(scope="module")
def dropped(embedded: Embedded, chain: dict[str, str]) -> Any:
    """The execution that a dropped object starts, ended; and the object's version."""
    embedded.received(chain["StatusQueue"])
    version = embedded.client("s3").put_object(Bucket=chain["Bucket"], Key=KEY, Body=b"0123456789")[
        "VersionId"
    ]
    states = embedded.client("stepfunctions")
    (execution,) = until(lambda: states.list_executions(stateMachineArn=chain["Machine"])["executions"])
    return embedded.ended(execution["executionArn"]), version


@pytest.fixture(scope="module")
def announced(embedded: Embedded, chain: dict[str, str], dropped: Any) -> list[Any]:
    """What came of it in the queue that other tests empty too."""
    found: list[Any] = []
    until(lambda: found.extend(embedded.received(chain["StatusQueue"])) or len(found) >= 2)
    return found


@pytest.fixture(autouse=True)
def _announced_first(announced: list[Any]) -> None:
    """Tests come in any order, and some of them empty the queue."""


def test_the_version_arrives_and_is_read_in_part(dropped: Any) -> None:
    ended, version = dropped
    assert (ended.status, ended.execution_arn.rsplit(":", 1)[-1]) == ("SUCCEEDED", version)
    worked = ended.output["branches"][0]["worked"]
    assert (worked["key"], worked["part"], worked["greeting"]) == (KEY, "234", "from the layer")


def test_the_workflow_went_its_way(dropped: Any) -> None:
    ended, _ = dropped
    assert sorted(ended.entered) == ["Announce", "Both", "Done", "Refused", "Try Forbidden", "Work"]
    assert ended.output["branches"][1]["error"]["Error"] == "AccessDenied"
    assert ended.count("TaskFailed") == 3, "two retries by class name, one refusal by IAM"


def test_events_reach_the_allowed_queue_only(
    embedded: Embedded, chain: dict[str, str], announced: list[Any]
) -> None:
    assert {event["source"] for event in announced} == {"chain", "aws.states"}
    status = next(event for event in announced if event["source"] == "aws.states")
    assert (status["detail-type"], status["detail"]["status"]) == (
        "Step Functions Execution Status Change",
        "SUCCEEDED",
    )
    assert embedded.received(chain["ClosedQueue"]) == []
    assert any("closed" in d["resource"].lower() for d in embedded.control("denied")["denied"])


@pytest.mark.parametrize("how", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_every_bad_end_is_announced(embedded: Embedded, chain: dict[str, str], how: str) -> None:
    embedded.received(chain["StatusQueue"])
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 300, "End": True}}}
    definition = {"FAILED": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}},
                  "TIMED_OUT": {**wait, "TimeoutSeconds": 1}, "ABORTED": wait}[how]  # fmt: skip
    states = embedded.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=embedded.machine(definition))["executionArn"]
    if how == "ABORTED":
        states.stop_execution(executionArn=execution)
    assert embedded.ended(execution).status == how
    (event,) = until(lambda: embedded.received(chain["StatusQueue"]))
    assert (event["detail"]["status"], event["detail"]["executionArn"]) == (how, execution)


def test_properties_of_the_template_are_there(embedded: Embedded, chain: dict[str, str]) -> None:
    s3, table = embedded.client("s3"), {"TableName": chain["Table"]}
    rules = s3.get_bucket_lifecycle_configuration(Bucket=chain["Bucket"])["Rules"]
    assert any(r.get("Filter", {}).get("Prefix") == "work/" and r["Expiration"] == {"Days": 7} for r in rules)
    assert any(r.get("AbortIncompleteMultipartUpload") == {"DaysAfterInitiation": 1} for r in rules)
    assert any(r.get("NoncurrentVersionExpiration") == {"NoncurrentDays": 30} for r in rules)
    encryption = s3.get_bucket_encryption(Bucket=chain["Bucket"])["ServerSideEncryptionConfiguration"][
        "Rules"
    ][0]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    block = s3.get_public_access_block(Bucket=chain["Bucket"])["PublicAccessBlockConfiguration"]
    assert all(block.values())
    dynamodb = embedded.client("dynamodb")
    time_to_live = dynamodb.describe_time_to_live(**table)["TimeToLiveDescription"]
    assert (time_to_live["TimeToLiveStatus"], time_to_live["AttributeName"]) == ("ENABLED", "expires")
    backups = dynamodb.describe_continuous_backups(**table)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    machine = embedded.client("stepfunctions").describe_state_machine(stateMachineArn=chain["Machine"])
    assert machine["tracingConfiguration"] == {"enabled": True}
    assert machine["loggingConfiguration"]["level"] == "ERROR"


def test_what_handlers_print_is_in_their_log_group(
    embedded: Embedded, chain: dict[str, str], dropped: Any
) -> None:
    logs = embedded.client("logs")
    groups = [
        g["logGroupName"] for g in logs.describe_log_groups()["logGroups"] if "WorkLogs" in g["logGroupName"]
    ]
    events = logs.filter_log_events(logGroupName=groups[0])["events"]
    assert any("NotYetError" in event["message"] for event in events)


def test_a_second_deployment_changes_nothing(embedded: Embedded, chain: dict[str, str]) -> None:
    from tests.local.embedded_aws.conftest import HERE

    said: list[str] = []
    assembly = embedded.home / "cdk.out"
    used = {path.name for path in assembly.glob("asset.*")}
    (assembly / "asset.of-an-older-layer").mkdir()
    (assembly / "asset.of-an-older-layer.zip").write_bytes(b"50 MB")
    outputs = deploy.deploy(
        embedded.aws, home=embedded.home, app_folder=HERE / "cdk_app", on_progress=said.append
    )
    assert outputs["chain"]["BucketOutput"] == chain["Bucket"]
    assert used
    assert {path.name for path in assembly.glob("asset.*")} == used
    assert not any("bootstrapping" in line for line in said)
    assert not any(line.startswith("deploying chain:") for line in said), "no resource was touched"


def test_a_failing_app_is_explained(embedded: Embedded, tmp_path: Any) -> None:
    (tmp_path / "cdk.json").write_text(json.dumps({"app": "python app.py"}))
    (tmp_path / "app.py").write_text("raise SystemExit('three knobs are wrong')")
    with pytest.raises(deploy.DeployError, match="three knobs are wrong"):
        deploy.deploy(embedded.aws, home=tmp_path, app_folder=tmp_path)
