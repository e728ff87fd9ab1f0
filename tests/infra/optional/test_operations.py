"""Alarms: off unless asked for, one for each failure of what stands, each with a runbook and a price."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from braid.domain.failure_metrics import FailureMetric
from braid.runtime.prices import price_book
from braid.runtime.settings import environment_keys
from cli.costs.idle import idle_lines
from cli.repair.leftovers import KINDS, OTHER_STACKS, STACKS
from stacks.config import DeploymentConfig
from stacks.operations.alarms import FAILURES, MACHINES_WATCHED
from tests.infra.conftest import EVERY_STACK, REPOSITORY, Synthesis, committed_context, compose
from tests.infra.granted import EVERY_FUNCTION, allowed
from tests.infra.test_functions import LOGGING_KEYS

WATCHED = {
    **EVERY_STACK,
    # With keys of their own functions have grants that are held elsewhere.
    "source_key_arns": "",
    "data_key_arn": "",
    "operations_dashboard": True,
    "operations_email": "a@example.com",
}
ALARM = "AWS::CloudWatch::Alarm"
DEPLOYING = REPOSITORY / "docs" / "deploying.md"
RUNBOOK = REPOSITORY / "docs" / "operating.md"

Templates = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The templates of a deployment with everything in it, by the stack's name after the deployment's."""
    app, _ = compose(tmp_path_factory.mktemp("watched"), WATCHED)
    return {stack.stack_name.removeprefix("braid-dev-"): stack.template for stack in app.synth().stacks}


def of_type(template: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def test_nothing_is_watched_unless_somebody_asks_for_it(for_aws: Synthesis) -> None:
    assert not for_aws.config.operations
    assert not for_aws.of_type(ALARM)


def test_every_failure_has_one_alarm_in_the_stack_of_what_fails(watched: Templates) -> None:
    found = {
        (stack, alarm["AlarmName"])
        for stack, template in watched.items()
        for alarm in of_type(template, ALARM)
    }
    assert found == {(failure.stack, f"braid-dev-{failure.name}") for failure in FAILURES}


def test_every_machine_and_every_dead_letter_queue_is_watched(watched: Templates) -> None:
    machines = {
        machine["StateMachineName"].removeprefix("braid-dev-")
        for template in watched.values()
        for machine in of_type(template, "AWS::StepFunctions::StateMachine")
    }
    assert machines == MACHINES_WATCHED
    for template in watched.values():
        alarms = json.dumps(of_type(template, ALARM))
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::SQS::Queue" and "DeadLetters" in name:
                assert f'["{name}", "QueueName"]' in alarms, f"nobody notices what lies in {name}"


def test_alarms_tell_the_topic_when_they_begin_and_when_they_end(watched: Templates) -> None:
    (topic,) = of_type(watched["operations"], "AWS::SNS::Topic")
    assert topic["TopicName"] == "braid-dev-alarms"
    for template in watched.values():
        for alarm in of_type(template, ALARM):
            (told,) = alarm["AlarmActions"]
            assert alarm["OKActions"] == [told]
            assert told["Fn::Join"][1][-1] == ":braid-dev-alarms"
            assert alarm["TreatMissingData"] == "notBreaching"
    (policy,) = of_type(watched["operations"], "AWS::SNS::TopicPolicy")
    (allowed,) = (s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert "aws:SourceAccount" in allowed["Condition"]["StringEquals"]


def test_the_daily_look_may_do_this_and_nothing_else(watched: Templates) -> None:
    stack = Synthesis(
        DeploymentConfig.from_context(committed_context()), {"Resources": {}}, watched["operations"]
    )
    function = stack.function("watching")
    assert allowed(stack.statements_of(function)) == {
        **EVERY_FUNCTION,
        "dynamodb:Query": ["index/by-status"],
        "s3:GetObject": ["assets/*", "quality/*"],
        "s3:PutObject": ["quality/*"],
        "s3:ListBucket": ["ResultsBucket"],
    }
    module = importlib.import_module(function["Handler"].rpartition(".")[0])
    assert set(function["Environment"]["Variables"]) - LOGGING_KEYS == environment_keys(module.Settings)
    models = json.loads(function["Environment"]["Variables"]["MODEL_IDS"])
    assert len(models) >= 2
    (rule,) = of_type(watched["operations"], "AWS::Events::Rule")
    assert rule["ScheduleExpression"] == "cron(0 5 * * ? *)"


def test_an_alarm_looks_back_a_day_at_most(watched: Templates) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    for failure in FAILURES:
        assert failure.period_seconds * failure.evaluated <= 86_400 or failure.period_seconds >= 3600
        assert failure.needed <= failure.evaluated
        assert bool(failure.expression) == (len(failure.measures) > 1)
        assert len(failure.measures) <= 10


def test_all_alarms_cost_two_dollars_a_month_at_list_price(watched: Templates) -> None:
    (line,) = (each for each in idle_lines(watched.values(), price_book()) if each.resource_type == ALARM)
    assert line.count == len(FAILURES)
    assert line.usd_per_month == pytest.approx(0.10 * sum(len(failure.measures) for failure in FAILURES))
    assert line.usd_per_month <= 2.00


def test_the_dashboard_shows_every_alarm_without_overlap(watched: Templates) -> None:
    (dashboard,) = of_type(watched["operations"], "AWS::CloudWatch::Dashboard")
    body = dashboard["DashboardBody"]
    text = "".join(part if isinstance(part, str) else "X" for part in body["Fn::Join"][1])
    first, *graphs = json.loads(text)["widgets"]
    names = [arn.rsplit(":", 1)[-1] for arn in first["properties"]["alarms"]]
    assert names == [f"braid-dev-{failure.name}" for failure in FAILURES]
    assert [g["properties"]["annotations"]["alarms"][0].rsplit(":", 1)[-1] for g in graphs] == names
    taken = [
        (x, y)
        for widget in (first, *graphs)
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _y in taken) < 24


def test_the_dashboard_shows_nothing_that_does_not_stand(tmp_path: Path) -> None:
    app, deployment = compose(tmp_path, {"operations": True, "operations_dashboard": True})
    assert deployment.operations is not None
    template = app.synth().get_stack_by_name(deployment.operations.stack_name).template
    (dashboard,) = of_type(template, "AWS::CloudWatch::Dashboard")
    body = json.dumps(dashboard["DashboardBody"])
    shown = {failure.stack for failure in FAILURES if f":braid-dev-{failure.name}" in body}
    assert shown == {"pipeline", "operations"}


def test_what_destroying_leaves_is_listed_with_how_it_goes(watched: Templates) -> None:
    left = {
        (stack, resource["Type"])
        for stack, template in watched.items()
        for resource in template["Resources"].values()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    }
    table = re.findall(r"^\| (\w+) \| (.+?) \| (.+?) \|$", DEPLOYING.read_text("utf-8"), re.MULTILINE)
    listed = {(stack, kind) for stack, what, _how in table for kind in re.findall(r"`(AWS::[\w:]+)`", what)}
    assert listed == left
    # A version goes with its guardrail, which is deleted.
    by_command = {(stack, kind) for stack, kind in left if kind != "AWS::Bedrock::GuardrailVersion"}
    # What the knob search_store has instead of a vector bucket is held beside that knob's other tests.
    here = {kind for kind in KINDS if not kind.startswith("AWS::OpenSearchServerless::")}
    assert {kind for _, kind in by_command} == here
    assert {stack for stack, _ in by_command} == set(STACKS)
    assert watched.keys() - set(STACKS) <= set(OTHER_STACKS), (
        "`braid leftovers` says of all whether they stand"
    )


def headings() -> dict[str, str]:
    """The runbook's sections by their anchors, as GitHub makes them."""
    parts = re.split(r"^###? (.+)$", RUNBOOK.read_text("utf-8"), flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"): text
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_every_alarm_leads_to_a_command(failure: Any) -> None:
    path, _, anchor = failure.runbook.partition("#")
    assert REPOSITORY / path == RUNBOOK
    assert re.search(r"`(braid|aws|npx cdk) [^`]+`", headings()[anchor]), "what to do is a command"


def test_every_failure_that_functions_count_has_an_alarm() -> None:
    read = {measure.metric for failure in FAILURES for measure in failure.measures.values()}
    assert {metric.value for metric in FailureMetric} <= read
