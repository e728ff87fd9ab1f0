"""Every alarm of the table is seen in ALARM because what it watches for happened, and in OK again afterwards.

The alarms are those that the stacks make; queues, machines and functions are there for this test, and what
they do reaches the metrics on the same ways as a deployment's.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest import mock

import pytest

from braid.domain.failure_metrics import FailureMetric
from braid.runtime.metrics import count_failure
from stacks.config import DeploymentConfig
from stacks.operations.alarms import FAILURES, Failure
from tests.infra.conftest import committed_context
from tests.local.embedded_aws.harness import Embedded

pytestmark = pytest.mark.patch("monitoring/alarms.py", "monitoring/service_metrics.py")

DEPLOYMENT = "braid-dev"
QUEUES = {"inbox": f"{DEPLOYMENT}-watched-inbox", "dead-letters": f"{DEPLOYMENT}-watched-letters"}
FAILS = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
BREAKS = "import no_such_module"
PRINTS = "def handler(event, context): print(event)"
MINUTE = 60.0


class World:
    """The queues, machines and functions that the alarms watch."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded
        self.urls: dict[str, str] = {}
        self.printing = embedded.function(PRINTS)
        self.role_arn = embedded.role({"Effect": "Allow", "Action": "*", "Resource": "*"})

    def watched_by(self, alarm: Mapping[str, Any], suffix: str) -> dict[str, Any]:
        """The alarm over queues of its own: measured later than now, others' would be in its way."""
        sqs, text = self.embedded.client("sqs"), json.dumps(alarm)
        for role, name in QUEUES.items():
            self.urls[role] = sqs.create_queue(QueueName=f"{name}-{suffix}")["QueueUrl"]
            text = text.replace(f'"{name}"', f'"{name}-{suffix}"')
        return {**json.loads(text), "AlarmName": f"{alarm['AlarmName']}-{suffix}"}

    def send(self, role: str) -> None:
        self.embedded.client("sqs").send_message(QueueUrl=self.urls[role], MessageBody='"a"')

    def keep_delayed(self) -> None:
        """What SQS measures while dispatch sends a message again and again, hours ahead."""
        name = self.urls["inbox"].rpartition("/")[2]
        start = time.time()
        datum = {
            "MetricName": "ApproximateNumberOfMessagesDelayed",
            "Dimensions": [{"Name": "QueueName", "Value": name}],
            "Value": 1.0,
        }
        self.embedded.client("cloudwatch").put_metric_data(
            Namespace="AWS/SQS",
            MetricData=[{**datum, "Timestamp": start + 300 * period} for period in range(32)],
        )

    def empty(self) -> None:
        for url in self.urls.values():
            self.embedded.client("sqs").purge_queue(QueueUrl=url)

    def run(self, machine: str, definition: Mapping[str, Any]) -> str:
        """Starts an execution of a machine of that name, which is made or changed for it."""
        states = self.embedded.client("stepfunctions")
        known = {m["name"]: m["stateMachineArn"] for m in states.list_state_machines()["stateMachines"]}
        name, text = f"{DEPLOYMENT}-{machine}", json.dumps(definition)
        if name in known:
            states.update_state_machine(stateMachineArn=known[name], definition=text)
        arn = known.get(name) or str(
            states.create_state_machine(name=name, definition=text, roleArn=self.role_arn)["stateMachineArn"]
        )
        return str(states.start_execution(stateMachineArn=arn)["executionArn"])

    def fail(self, machine: str) -> None:
        self.embedded.ended(self.run(machine, FAILS))

    def break_down(self, function: str) -> None:
        """Has a function of that name fail at an event as often as Lambda calls it."""
        name = self.embedded.function(BREAKS, name=f"{DEPLOYMENT}-{function}")
        for _ in range(3):
            self.embedded.client("lambda").invoke(FunctionName=name, Payload=b"{}")

    def write(self, metric: FailureMetric, value: int = 1) -> None:
        """Has a function write what a function of the deployment writes when this fails."""
        named = {"AWS_LAMBDA_FUNCTION_NAME": f"{DEPLOYMENT}-vision", "POWERTOOLS_SERVICE_NAME": "vision"}
        with mock.patch.dict(os.environ, named), contextlib.redirect_stdout(io.StringIO()) as written:
            count_failure(metric, value)
        self.embedded.invoke(self.printing, written.getvalue().strip())


# What makes each alarm ring; a row without a cause fails its test.
CAUSES: dict[str, Callable[[World], object]] = {
    "dead-letters": lambda world: world.send("dead-letters"),
    "old-messages": lambda world: world.send("inbox"),
    "failed-assets": lambda world: world.fail("analyze-asset"),
    "failed-posts-files": lambda world: world.fail("moderate-posts"),
    "failed-generations": lambda world: world.fail("generate-content"),
    "failed-tunings": lambda world: world.fail("customize-model"),
    "stalled-executions": lambda world: world.write(FailureMetric.TIMED_OUT_EXECUTIONS),
    "stalled-dispatch": World.keep_delayed,
    "denied-requests": lambda world: world.write(FailureMetric.DENIED_REQUESTS),
    "passed-deadlines": lambda world: world.write(FailureMetric.PASSED_DEADLINES),
    "spent-budget": lambda world: world.write(FailureMetric.SPENT_BUDGETS),
    "throttled-services": lambda world: world.write(FailureMetric.THROTTLED_STEPS, 20),
    "retiring-models": lambda world: world.write(FailureMetric.RETIRING_MODELS),
    "quality-drift": lambda world: world.write(FailureMetric.DRIFTED_MEASURES, 2),
    "failed-daily-look": lambda world: world.break_down("watching"),
    "unerased-assets": lambda world: world.send("dead-letters"),
    "unindexed-assets": lambda world: world.send("dead-letters"),
    "uncatalogued-assets": lambda world: world.send("dead-letters"),
}


@pytest.fixture(scope="module")
def world(embedded: Embedded) -> World:
    return World(embedded)


@pytest.fixture(scope="module")
def alarms(embedded: Embedded) -> dict[str, dict[str, Any]]:
    """PutMetricAlarm's members of every row, as CloudFormation would resolve the template."""
    # Here, not above: it starts the CDK's Node process, which collecting tests has no use for.
    import aws_cdk as cdk
    from aws_cdk.assertions import Template

    from stacks.constructs.failure_alarms import FailureAlarms

    config = DeploymentConfig.from_context(committed_context())
    environment = cdk.Environment(account=embedded.aws.account_id, region=embedded.aws.region)
    stack = cdk.Stack(cdk.App(), "watched", env=environment)
    FailureAlarms(stack, "Alarms", config=config, failures=FAILURES, queues=QUEUES)
    found = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    resolved = (_resolved(resource["Properties"]) for resource in found)
    return {each["AlarmName"].removeprefix(f"{DEPLOYMENT}-"): each for each in resolved}


def _resolved(value: Any) -> Any:
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value == {"Ref": "AWS::Partition"}:
        return "aws"
    if "Fn::Join" in value:
        return value["Fn::Join"][0].join(map(_resolved, value["Fn::Join"][1]))
    return {name: _resolved(item) for name, item in value.items()}


def states_over(embedded: Embedded, name: str, laters: Iterator[float]) -> Iterator[str]:
    for later in laters:
        embedded.control("alarms", "POST", {"later_seconds": later})
        (found,) = embedded.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        yield found["StateValue"]


def clock(start: float, step: float, count: int) -> Iterator[float]:
    return (start + number * step for number in range(count))


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_an_alarm_rings_for_its_failure_and_falls_silent(
    failure: Failure, world: World, alarms: dict[str, dict[str, Any]]
) -> None:
    embedded = world.embedded
    alarm = world.watched_by(alarms[failure.name], str(time.monotonic_ns()))
    embedded.client("cloudwatch").put_metric_alarm(**alarm)
    CAUSES[failure.name](world)
    # Looked at once a period, as often as it takes until everything that rings must ring.
    until_rings = clock(MINUTE + 1, failure.period_seconds, failure.evaluated + 8)
    assert "ALARM" in states_over(embedded, alarm["AlarmName"], until_rings), failure.says
    world.empty()
    begin = MINUTE + failure.period_seconds * (failure.evaluated + 8)
    afterwards = clock(begin, failure.period_seconds, failure.evaluated + 5)
    assert "OK" in states_over(embedded, alarm["AlarmName"], afterwards), "it never ends"


def test_alarms_and_causes_are_as_many() -> None:
    assert CAUSES.keys() == {failure.name for failure in FAILURES}
