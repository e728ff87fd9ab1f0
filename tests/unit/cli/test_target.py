"""What a command knows of a deployment, and how it calls its functions: with patience, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from braid.domain.errors import ConfigError
from cli.costs.planning import knobs_of_stack
from cli.errors import CommandError
from cli.generating.request_plan import rules_of_stack
from cli.machine.alarms import alarm_findings
from cli.target import Target, find_target
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

OUTPUTS = (
    "InputBucketName",
    "ResultsBucketName",
    "AssetsTableName",
    "StateMachineArn",
    "ReviewFunctionName",
    "TrialFunctionName",
    "GenerationMachineArn",
)


@pytest.mark.parametrize("endpoint_url", [None, "http://127.0.0.1:1"])
def test_a_function_is_waited_for_and_never_called_twice(endpoint_url: str | None) -> None:
    session = boto3.Session("AKIDEXAMPLE", "secret", region_name="us-east-1")
    names = ("results", "assets", "arn:machine", "review", "trial")
    target = Target(
        "braid-dev-pipeline", "braid-dev", endpoint_url is not None, "inputs", *names, session, endpoint_url
    )

    config = target.lambda_.meta.config

    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout > 900, "as long as a function may run"
    assert config.tcp_keepalive
    assert target.s3.meta.config.retries["total_max_attempts"] > 1


class Account:
    """A session of an account with one deployment in it, whose alarm rings."""

    region_name = "us-east-1"

    def __init__(self, stack: str, *, deployment: str, is_named: bool = True) -> None:
        self._stack, self._deployment, self._is_named = stack, deployment, is_named

    def client(self, service: str, **_options: Any) -> Any:
        """The client of what commands ask by names."""
        return answered_by(
            service,
            {
                "DescribeStacks": self._describe_stacks,
                "DescribeAlarms": self._describe_alarms,
                "GetFunctionConfiguration": self._configuration,
            },
        )

    def _describe_stacks(self, members: dict[str, Any]) -> dict[str, Any]:
        if members["StackName"] != self._stack:
            raise ServiceError("ValidationError", f"Stack {members['StackName']} does not exist")
        values = dict.fromkeys(OUTPUTS, "x")
        if self._is_named:
            values["DeploymentName"] = self._deployment
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in values.items()]
        stack = {
            "StackName": self._stack,
            "StackStatus": "CREATE_COMPLETE",
            "CreationTime": datetime(2026, 11, 29, tzinfo=UTC),
            "Outputs": outputs,
        }
        return {"Stacks": [stack]}

    def _describe_alarms(self, members: dict[str, Any]) -> dict[str, Any]:
        name = f"{self._deployment}-dead-letters"
        described = "Files wait. See docs/operating.md#dead-letters"
        alarm = {"AlarmName": name, "StateValue": "ALARM", "AlarmDescription": described}
        return {"MetricAlarms": [alarm] if name.startswith(members["AlarmNamePrefix"]) else []}

    def _configuration(self, members: dict[str, Any]) -> dict[str, Any]:
        if not members["FunctionName"].startswith(f"{self._deployment}-"):
            raise ServiceError("ResourceNotFoundException", "Function not found", status=404)
        return {"Environment": {"Variables": {}}}


@pytest.fixture(
    params=[
        ("Braid-braid-shop-pipeline", True),
        ("braid-shop-pipeline", True),
        ("braid-shop-pipeline", False),
    ],
    ids=["in a stage", "by itself", "of an older release"],
)
def stack(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the pipeline's stack of the deployment ``braid-shop``."""
    name, is_named = request.param
    account = Account(name, deployment="braid-shop", is_named=is_named)
    monkeypatch.setattr("cli.target.aws_session", lambda: account)
    return str(name)


def test_what_is_deployed_is_found_whatever_its_stack_is_called(stack: str) -> None:
    target = find_target(stack)
    assert (target.stack_name, target.deployment_name) == (stack, "braid-shop")
    assert target.name_beside("search") == f"{stack.removesuffix('pipeline')}search", "stacks keep the prefix"


def test_an_alarm_that_rings_is_found_whatever_its_stack_is_called(stack: str) -> None:
    target = find_target(stack)
    (finding,) = alarm_findings(target.cloudwatch, target.deployment_name)
    assert (finding.ok, finding.remedy) == (False, "read docs/operating.md#dead-letters")


@pytest.mark.parametrize("ask", [knobs_of_stack, rules_of_stack])
def test_functions_are_found_whatever_their_stack_is_called(stack: str, ask: Callable[[Target], Any]) -> None:
    with pytest.raises((CommandError, ConfigError)):  # it is there, and says nothing that could be read
        ask(find_target(stack))
