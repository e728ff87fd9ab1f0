"""Erasing: off unless asked for; what it listens to, and what it may remove."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from braid.runtime.prices import price_book
from braid.runtime.settings import environment_keys
from cli.costs.idle import idle_lines
from stacks.config import DeploymentConfig
from tests.infra.conftest import EVERY_STACK, Synthesis, compose
from tests.infra.granted import EVERY_FUNCTION, allowed
from tests.infra.test_functions import LOGGING_KEYS

EVERYWHERE = {
    **EVERY_FUNCTION,
    "dynamodb:GetItem": ["AssetsTable"],
    "dynamodb:UpdateItem": ["AssetsTable"],
    "dynamodb:DeleteItem": ["AssetsTable"],
    "dynamodb:Scan": ["AssetsTable"],
    "s3:ListBucket": ["InputBucket", "ResultsBucket"],
    "s3:ListBucketVersions": ["InputBucket"],
    "s3:GetObject": ["assets/*", "by-source/*", "tuning/*"],
    "s3:DeleteObject": ["assets/*", "by-source/*", "catalogue/*", "features/*", "work/*"],
    "s3:DeleteObjectVersion": ["inbox/*"],
    "states:StopExecution": ["execution:braid-dev-analyze-asset:*", "execution:braid-dev-moderate-posts:*"],
    "transcribe:ListTranscriptionJobs": ["*"],
    "transcribe:DeleteTranscriptionJob": [
        "transcription-job/braid-dev-*",
        "transcription-job/braid.dev.*",
    ],
    "events:PutEvents": ["event-bus/default"],
    "sqs:SendMessage": ["DeadLetters"],
    "sqs:ReceiveMessage": ["Queue"],
    "sqs:DeleteMessage": ["Queue"],
    "sqs:GetQueueAttributes": ["Queue"],
}


def synthesis(folder: Path, knobs: dict[str, Any]) -> Synthesis:
    """The stack of erasing, read as if it were the pipeline's."""
    app, deployment = compose(folder, {"delete_with_source": True, **knobs})
    assert deployment.erasing is not None
    assembly = app.synth()
    template = assembly.get_stack_by_name(deployment.erasing.stack_name).template
    config = DeploymentConfig.from_context(app.node.get_all_context())
    return Synthesis(config, {"Resources": {}}, template)


@pytest.fixture(scope="module")
def erasing(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesis(tmp_path_factory.mktemp("erasing"), {})


def test_it_is_off_unless_somebody_asks_for_it(tmp_path: Path) -> None:
    _, deployment = compose(tmp_path, {})

    assert deployment.erasing is None


def test_it_listens_to_what_is_gone_for_good_below_the_inbox(erasing: Synthesis) -> None:
    (rule,) = erasing.properties_of_type("AWS::Events::Rule")
    pattern = rule["EventPattern"]

    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Deleted"])
    assert pattern["detail"]["object"] == {"key": [{"prefix": "inbox/"}]}
    assert pattern["detail"]["deletion-type"] == ["Permanently Deleted"]


def test_the_function_may_do_this_and_nothing_else(erasing: Synthesis) -> None:
    function = erasing.function("erasing")
    module = importlib.import_module(function["Handler"].rpartition(".")[0])

    assert allowed(erasing.statements_of(function)) == EVERYWHERE
    provided = set(function["Environment"]["Variables"]) - LOGGING_KEYS
    assert provided == environment_keys(module.Settings)


def test_beside_search_and_generation_it_may_remove_theirs_too(tmp_path: Path) -> None:
    both = synthesis(tmp_path, {"search": True, "generation": True, "generation_regions": "us-west-2"})
    function = both.function("erasing")
    more = {
        action: sorted(set(resources) - set(EVERYWHERE.get(action, ())))
        for action, resources in allowed(both.statements_of(function)).items()
    }

    assert {action: resources for action, resources in more.items() if resources} == {
        "s3:DeleteObject": ["quarantine/*", "search/*"],
        "s3:ListBucketVersions": ["Published"],
        "s3:DeleteObjectVersion": ["*"],
        "s3vectors:DeleteVectors": ["index/*"],
        "states:StopExecution": ["execution:braid-dev-generate-content:*"],
    }
    given = json.dumps(function["Environment"]["Variables"]["OF_OTHER_STACKS"])
    assert "published_bucket" in given
    assert "vector_store" in given


def test_a_stack_is_deployed_after_those_that_it_imports_from(tmp_path: Path) -> None:
    app, _ = compose(tmp_path, EVERY_STACK)
    stacks = {stack.stack_name: stack for stack in app.synth().stacks}
    imports = {
        (name, exporter)
        for name, stack in stacks.items()
        for exporter in re.findall(r'"Fn::ImportValue": "([^:"]+):', json.dumps(stack.template))
    }
    assert {("braid-dev-erasing", f"braid-dev-{kind}") for kind in ("search", "generation")} <= imports
    for name, exporter in imports:
        assert exporter in _before(stacks[name]), f"{name} may come before {exporter}"


def _before(stack: Any) -> set[str]:
    """The names of all that is deployed before it."""
    return {name for needed in stack.dependencies for name in (needed.id, *_before(needed))}


def test_idle_it_costs_its_queues_polling_alone(erasing: Synthesis) -> None:
    lines = idle_lines([erasing.pipeline], price_book())

    assert sum(line.usd_per_month for line in lines) == pytest.approx(0.26, abs=0.01)
