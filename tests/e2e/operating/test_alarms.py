"""The deployed alarms, each seen ringing for its failure and silent again, where a failure takes seconds.

Those that take hours, a hundred assets or the money of a day ring in tests/local/embedded_aws/alarms, over
the same table. A look says how alarms stand later than now, so that no test waits for a period to pass.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from cli.machine.alarms import alarm_findings
from local import lifecycle
from stacks.operations.alarms import FAILURES
from tests.e2e.conftest import ROOT, Deployed

# Longer than the longest alarm here looks back: old-messages, three periods over half an hour.
_PERIOD_SECONDS, _PERIODS = 300, 12
_NOT_DEPLOYED_HERE = {"data-catalog", "erasing"}
_MACHINES = {
    "failed-assets": "analyze-asset",
    "failed-posts-files": "moderate-posts",
    "failed-generations": "generate-content",
    "failed-tunings": "customize-model",
}
_LETTERS = {"dead-letters": "pipeline", "unindexed-assets": "search"}
CAUSED = {*_MACHINES, *_LETTERS, "old-messages", "stalled-executions", "denied-requests"}


def states(deployed: Deployed, laters: Iterable[int]) -> dict[str, set[str]]:
    """By alarm the states that it was in, looked at these many seconds from now."""
    found: dict[str, set[str]] = defaultdict(set)
    for later in laters:
        lifecycle.control(deployed.aws, "alarms", method="POST", body={"later_seconds": later})
        for alarm in alarms(deployed):
            found[alarm["AlarmName"].removeprefix("braid-dev-")].add(alarm["StateValue"])
    return found


def alarms(deployed: Deployed) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = deployed.target.cloudwatch.describe_alarms(AlarmNamePrefix="braid-dev-")[
        "MetricAlarms"
    ]
    return listed


def queues(deployed: Deployed) -> dict[str, str]:
    """The URL of each queue that a failure is put into."""
    ends = {"dead-letters": "DeadLetterQueueUrl", "unindexed-assets": "SearchDeadLetterQueueUrl"}
    of_search = deployed.target.cloudformation.describe_stacks(StackName="braid-dev-search")["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in of_search["Outputs"]}
    return {
        "dead-letters": deployed.target.dead_letters_url,
        "unindexed-assets": outputs[ends["unindexed-assets"]],
        "old-messages": deployed.target.inbox_queue_url,
    }


def denied_count(deployed: Deployed) -> float:
    """How many denials functions have counted."""
    query = {
        "Id": "m",
        "MetricStat": {
            "Metric": {
                "Namespace": "Braid",
                "MetricName": "DeniedRequests",
                "Dimensions": [{"Name": "deployment", "Value": "braid-dev"}],
            },
            "Period": 86_400,
            "Stat": "Sum",
        },
    }
    (found,) = deployed.target.cloudwatch.get_metric_data(
        MetricDataQueries=[query], StartTime="2026-01-01T00:00:00Z", EndTime="2100-01-01T00:00:00Z"
    )["MetricDataResults"]
    return float(sum(found["Values"]))


def picture(folder: Path, words: str) -> Path:
    """A picture with words of its own on it, so that nothing takes it for one that was dropped before."""
    with Image.open(ROOT / "samples" / "mug.bundle" / "mug.jpg") as drawn:
        ImageDraw.Draw(drawn).text((10, 10), words)
        drawn.save(folder / f"{words}.jpg")
    return folder / f"{words}.jpg"


def fail(deployed: Deployed, picture: Path) -> None:
    """Lets every failure of ``CAUSED`` happen."""
    target = deployed.target
    for machine in _MACHINES.values():
        arn = target.state_machine_arn.replace("analyze-asset", machine)
        target.stepfunctions.start_execution(stateMachineArn=arn, input='{"none": "of ours"}')
    urls = queues(deployed)
    for name in _LETTERS:
        target.sqs.send_message(QueueUrl=urls[name], MessageBody='"nobody can read this"')
    target.sqs.send_message(QueueUrl=urls["old-messages"], MessageBody='"not yet"', DelaySeconds=900)
    target.client("lambda").invoke(
        FunctionName="braid-dev-recording", Payload=json.dumps(_timed_out(target.state_machine_arn))
    )
    fault = {"service": "rekognition", "operation": "DetectText", "error_code": "AccessDeniedException"}
    lifecycle.control(deployed.aws, "faults", method="POST", body={**fault, "status": 400, "count": 1})
    (outcome,) = deployed.drop([picture])
    assert "rekognition:DetectText" in {
        missing.operation for missing in deployed.result(outcome.asset_id).missing
    }


def _timed_out(state_machine_arn: str) -> Mapping[str, Any]:
    """Step Functions' event about an execution that no asset began and that ran too long."""
    arn = state_machine_arn.replace(":stateMachine:", ":execution:")
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": f"{arn}:by-hand",
            "stateMachineArn": state_machine_arn,
            "name": "by-hand",
            "status": "TIMED_OUT",
            "startDate": 1,
            "stopDate": 2,
            "input": "{}",
        },
    }


def mend(deployed: Deployed) -> None:
    """Takes away what still lies there; the rest passes by itself."""
    lifecycle.control(deployed.aws, "faults", method="DELETE")
    for url in queues(deployed).values():
        deployed.target.sqs.purge_queue(QueueUrl=url)


@pytest.fixture(scope="module")
def seen(
    deployed: Deployed, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, tuple[set[str], set[str]]]:
    """By alarm what it was in after the failures, and after they were mended."""
    fail(deployed, picture(tmp_path_factory.mktemp("denied"), "denied"))
    try:
        during = states(deployed, range(61, _PERIODS * _PERIOD_SECONDS, _PERIOD_SECONDS))
    finally:
        mend(deployed)
    begin = _PERIODS * _PERIOD_SECONDS
    after = states(deployed, range(begin, 2 * begin, _PERIOD_SECONDS))
    lifecycle.control(deployed.aws, "alarms", method="POST", body={"later_seconds": 2 * begin})
    return {name: (during[name], after[name]) for name in during}


def test_every_failure_of_what_stands_has_its_alarm(deployed: Deployed) -> None:
    stands = {failure.name for failure in FAILURES if failure.stack not in _NOT_DEPLOYED_HERE}
    assert {alarm["AlarmName"] for alarm in alarms(deployed)} == {f"braid-dev-{name}" for name in stands}


def test_what_this_machine_has_no_engine_for_rings_nothing(deployed: Deployed, tmp_path: Path) -> None:
    before = denied_count(deployed)
    (outcome,) = deployed.drop([picture(tmp_path, "engineless")], profile="accessibility")
    assert deployed.result(outcome.asset_id).missing, "nothing that a laptop lacks was asked for"
    assert denied_count(deployed) == before


@pytest.mark.parametrize("name", sorted(CAUSED))
def test_a_deployed_alarm_rings_for_its_failure_and_falls_silent(
    name: str, seen: Mapping[str, tuple[set[str], set[str]]]
) -> None:
    during, after = seen[name]
    assert "ALARM" in during
    assert "OK" in after


def test_the_daily_look_reads_what_ended(deployed: Deployed) -> None:
    told = deployed.target.client("lambda").invoke(FunctionName="braid-dev-watching", Payload=b"{}")
    assert "FunctionError" not in told
    assert json.loads(told["Payload"].read())["drifted"] == []


def test_doctor_says_what_rings_and_where_to_read_on(deployed: Deployed) -> None:
    url = queues(deployed)["dead-letters"]
    deployed.target.sqs.send_message(QueueUrl=url, MessageBody='"nobody can read this"')
    states(deployed, (61, 361))
    said = list(alarm_findings(deployed.target.cloudwatch, "braid-dev"))
    mend(deployed)
    states(deployed, (661, 961))
    assert "read docs/operating.md#dead-letters" in {finding.remedy for finding in said}
