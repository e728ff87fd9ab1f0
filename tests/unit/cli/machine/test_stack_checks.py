"""`braid doctor --stack` with all permissions, with none, and before anything is deployed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli import target
from cli.errors import CommandError
from cli.machine import stack_checks
from cli.machine.doctor import Finding
from cli.machine.stack_checks import stack_findings
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

REPOSITORY = Path(__file__).resolve().parents[4]
STACK = "braid-dev-pipeline"
NAMES = {
    "InputBucketName": "braid-dev-inputs",
    "ResultsBucketName": "braid-dev-results",
    "AssetsTableName": "braid-dev-assets",
    "StateMachineArn": "arn:machine",
    "ReviewFunctionName": "braid-dev-review",
    "TrialFunctionName": "braid-dev-trial",
    "GenerationMachineArn": "arn:generation",
    "ReviewTopicArn": "arn:aws:sns:us-east-1:111122223333:braid-dev-reviews",
}
SETTINGS = {
    "MAX_ASSETS_AT_ONCE": "50",
    "MODEL_IDS": json.dumps({"micro": "us.amazon.nova-micro-v1:0"}),
    "GUARDRAILS": json.dumps({"general": {"id": "g1", "version": "1"}}),
    "VIDEO_BUCKETS": "{}",
    "OWN_REGION": "us-east-1",
    "GENERATION_REGIONS": "[]",
    "STAND_INS": "[]",
    "ONLY_VETTED": "false",
    "FOUR_EYES": "false",
}
# Where IAM's name isn't that of service and operation.
IAM_NAMES = {
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "service-quotas:ListServiceQuotas": "servicequotas:ListServiceQuotas",
}


def stack(members: Mapping[str, Any]) -> dict[str, Any]:
    if members["StackName"] != STACK:
        raise ServiceError("ValidationError", f"Stack {members['StackName']} does not exist", status=400)
    outputs = [{"OutputKey": key, "OutputValue": value} for key, value in NAMES.items()]
    made = {"StackName": STACK, "CreationTime": "2026-11-30T00:00:00Z", "StackStatus": "CREATE_COMPLETE"}
    return {"Stacks": [{**made, "Outputs": outputs}]}


def model(members: Mapping[str, Any]) -> dict[str, Any]:
    name = members["modelIdentifier"]
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{name}"
    return {"modelDetails": {"modelArn": arn, "modelId": name, "modelLifecycle": {"status": "ACTIVE"}}}


def profile(members: Mapping[str, Any]) -> dict[str, Any]:
    name = members["inferenceProfileIdentifier"]
    arn = f"arn:aws:bedrock:us-east-1:111122223333:inference-profile/{name}"
    told = {"inferenceProfileName": name, "inferenceProfileId": name, "inferenceProfileArn": arn}
    models = [{"modelArn": "arn:aws:bedrock:us-east-1::foundation-model/x"}]
    return {**told, "models": models, "status": "ACTIVE", "type": "SYSTEM_DEFINED"}


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "GetCallerIdentity": lambda _: {"Account": "1", "Arn": "arn:aws:iam::111122223333:user/ann"},
    "DescribeStacks": stack,
    "GetFunctionConfiguration": lambda _: {"Environment": {"Variables": SETTINGS}},
    "GetParameter": lambda _: {"Parameter": {"Value": "31"}},
    "GetParametersByPath": lambda _: {"Parameters": []},
    "GetAccountSettings": lambda _: {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "GetBucketVersioning": lambda _: {"Status": "Enabled"},
    "GetBucketNotificationConfiguration": lambda _: {"EventBridgeConfiguration": {}},
    "GetInferenceProfile": profile,
    "GetFoundationModel": model,
    "GetFoundationModelAvailability": lambda members: {
        "modelId": members["modelId"],
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    },
    "ListServiceQuotas": lambda _: {"Quotas": []},
    "ListGuardrails": lambda _: {"guardrails": []},
    "DescribeAlarms": lambda _: {"MetricAlarms": []},
    "ListSubscriptionsByTopic": lambda _: {"Subscriptions": []},
}


class Account:
    """A session whose identity may call ``allowed``, and what it called."""

    region_name = "us-east-1"

    def __init__(self, *allowed: str) -> None:
        self.allowed, self.asked = allowed, set[str]()
        self._clients: dict[str, Any] = {}

    def client(self, service: str, **_how: Any) -> Any:
        if service not in self._clients:  # takes a tenth of a second
            operations = {name: self._answer(service, name) for name in ANSWERS}
            self._clients[service] = answered_by(service, operations)
        return self._clients[service]

    def _answer(self, service: str, name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        def answer(members: dict[str, Any]) -> dict[str, Any]:
            self.asked.add(f"{service}:{name}")
            if name not in self.allowed:
                raise ServiceError("AccessDeniedException", "no", status=403)
            return ANSWERS[name](members)

        return answer


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is found where this account is the user's."""

    def examine(account: Account, name: str = STACK) -> list[Finding]:
        for module in (stack_checks, target):
            monkeypatch.setattr(module, "aws_session", lambda: account)
        return list(stack_findings(name))

    return examine


def denied(findings: list[Finding]) -> dict[str, str]:
    """What was denied, with what to allow."""
    return {
        each.detail.removeprefix("AWS denies "): each.remedy
        for each in findings
        if each.detail.startswith("AWS denies ")
    }


def test_whoever_may_only_find_the_stack_reads_of_every_check_what_to_allow(examined: Any) -> None:
    findings = examined(Account("GetCallerIdentity", "DescribeStacks"))

    refused = denied(findings)
    assert refused.keys() == {
        *("GetParameter", "GetFunctionConfiguration", "GetBucketVersioning", "DescribeAlarms"),
        *("ListSubscriptionsByTopic", "GetParametersByPath"),
    }
    assert "lambda:GetFunctionConfiguration on the function of TrialFunctionName" in "".join(
        each.remedy for each in findings
    )
    assert all(remedy.startswith("allow your identity ") for remedy in refused.values())
    assert [each.ok for each in findings if each.name != "Credentials"] == [False] * (len(findings) - 1)


@pytest.mark.parametrize("name", ["DescribeStacks", "GetFunctionConfiguration", "GetBucketVersioning"])
def test_one_permission_that_is_missing_costs_its_own_checks_alone(examined: Any, name: str) -> None:
    findings = examined(Account(*(each for each in ANSWERS if each != name)))

    assert denied(findings).keys() == {name}
    assert len([each for each in findings if each.ok]) > 3


@pytest.mark.parametrize(
    ("code", "status", "is_ok"),
    [
        ("ResourceNotFoundException", 404, False),
        ("ExpiredTokenException", 400, False),
        ("ThrottlingException", 400, True),
        ("InternalFailure", 500, True),
    ],
)
def test_only_what_may_pass_leaves_a_deployment_well(
    examined: Any, monkeypatch: pytest.MonkeyPatch, code: str, status: int, is_ok: bool
) -> None:
    def fails(_members: Mapping[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "it is not there", status=status)

    monkeypatch.setitem(ANSWERS, "GetFunctionConfiguration", fails)

    (found,) = (each for each in examined(Account(*ANSWERS)) if each.name == "Lambda concurrency")

    assert found.ok is is_ok
    assert bool(found.remedy) is not is_ok


def test_before_a_deployment_what_decides_about_it_is_asked(examined: Any) -> None:
    account = Account(*ANSWERS)
    findings = examined(account, "braid-new-pipeline")

    named = " ".join(each.name for each in findings)
    for expected in ("Lambda concurrency", "Bedrock: us.amazon.nova", "Access to amazon.nova"):
        assert expected in named
    assert "Quotas of us.amazon.nova" in named
    assert "ssm:GetParametersByPath" in account.asked
    assert (findings[-1].name, findings[-1].ok) == ("Stack", False)


def test_a_region_in_which_nothing_can_be_deployed_is_said_before(examined: Any) -> None:
    account = Account(*ANSWERS)
    account.region_name = "sa-east-1"

    (found,) = [each for each in examined(account, "braid-new-pipeline") if each.name == "Bedrock's models"]

    assert not found.ok
    assert "no model can be called from sa-east-1" in found.detail


def test_what_is_asked_is_what_the_table_and_the_examples_role_allow(examined: Any) -> None:
    account = Account(*ANSWERS)
    assert denied(examined(account)) == {}
    asked = {IAM_NAMES.get(each, each) for each in account.asked} - {"sts:GetCallerIdentity"}

    row = next(
        line
        for line in (REPOSITORY / "docs" / "operating.md").read_text("utf-8").splitlines()
        if line.startswith("| `doctor` |")
    )
    named = set(re.findall(r"`([a-z0-9]+:[A-Z]\w+)`", row))
    assert named == asked - {"cloudformation:DescribeStacks"}, "every command needs that one"
    readme = (REPOSITORY / "examples" / "github-actions" / "README.md").read_text("utf-8")
    _, access = map(json.loads, re.findall(r"```json\n(.*?)```", readme, re.DOTALL))
    actions = [each["Action"] for each in access["Statement"]]
    allowed = {name for each in actions for name in ([each] if isinstance(each, str) else each)}
    assert allowed == asked | {"sts:AssumeRole"}


def test_an_empty_name_is_misuse() -> None:
    with pytest.raises(CommandError, match="takes a stack's name"):
        list(stack_findings(" "))
