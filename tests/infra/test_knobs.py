"""Knobs: everything that is wrong in one message, at synth; nothing that isn't listed in cdk.json."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from braid.domain.errors import ConfigError
from stacks.config import DeploymentConfig
from stacks.context import KnobError, renamed_knobs
from stacks.knobs import Knob
from stacks.models import embedding_model_ids, model_ids
from tests.infra.conftest import KEY_ARN, REPOSITORY, committed_context

# The wait for a bundle's members is Admit Asset's retry of PendingError.
ASL = json.loads((REPOSITORY / "statemachines" / "analyze_asset.asl.json").read_text("utf-8"))

KNOBS = [field.name for field in dataclasses.fields(DeploymentConfig)]
CDKS_OWN = {"aws-cdk", "cli-telemetry"}
FORMER_NAMES = {Knob.of(field).formerly for field in dataclasses.fields(DeploymentConfig)} - {""}


def config(**knobs: Any) -> DeploymentConfig:
    """The committed deployment with other knobs."""
    return DeploymentConfig.from_context({**committed_context(), **knobs})


def problems(**knobs: Any) -> list[str]:
    """What is wrong with these knobs."""
    with pytest.raises(KnobError) as raised:
        config(**knobs)
    return raised.value.problems


def test_cdk_json_lists_every_knob_and_only_knobs() -> None:
    listed = {name for name in committed_context() if ":" not in name and name != "cli-telemetry"}

    assert listed == set(KNOBS)


def test_the_committed_values_are_valid_and_have_the_types_of_their_fields() -> None:
    committed = committed_context()
    given_config = dataclasses.asdict(config())

    assert given_config == {name: committed[name] for name in given_config} | {"region": "us-east-1"}


def test_every_wrong_knob_is_told_at_once_with_what_it_allows() -> None:
    found = problems(
        environment_name="Prod",
        architecture="arm",
        max_pages=0,
        retain_data="perhaps",
        log_retention_days=31,
        max_pagez=10,
    )

    assert len(found) == 6
    assert found[0] == "max_pagez is unknown; did you mean max_pages?"
    message = str(KnobError(found))
    for name in ("environment_name", "architecture", "max_pages", "retain_data", "log_retention_days"):
        assert any(problem.startswith(f"{name} must be") for problem in found), name
        assert name in message
    assert "one of arm64, x86_64, not 'arm'" in message


def test_a_missing_knob_is_told() -> None:
    context = committed_context()
    del context["max_keyframes"]

    with pytest.raises(KnobError, match="max_keyframes is missing: stills that stand for one video"):
        DeploymentConfig.from_context(context)


@pytest.mark.parametrize(
    ("knob", "given_value", "read"),
    [("max_pages", "7", 7), ("retain_data", "false", False), ("retain_data", "True", True)],
)
def test_the_command_line_gives_text(knob: str, given_value: str, read: Any) -> None:
    assert getattr(config(**{knob: given_value}), knob) == read


@pytest.mark.parametrize("value", [True, 3.5, "3.5", None, [], "", "1e3", "٣"])
def test_a_number_is_a_whole_number(value: Any) -> None:
    (problem,) = problems(max_pages=value)

    assert problem.startswith("max_pages must be a whole number from 1 to 3000, not ")


@example({"captions_per_second": None})
@given(st.dictionaries(st.text(min_size=1), st.one_of(st.none(), st.booleans(), st.integers(), st.text())))
def test_any_context_is_read_or_refused_by_the_named_error(extra: dict[str, Any]) -> None:
    unknown = {key for key in extra if ":" not in key and not key.startswith("@")} - set(KNOBS)
    try:
        DeploymentConfig.from_context({**committed_context(), **extra})
        told: list[str] = []
    except KnobError as error:
        told = error.problems

    assert all(any(problem.startswith(key) for problem in told) for key in unknown - CDKS_OWN - FORMER_NAMES)
    assert all(problem.strip() for problem in told)


def test_the_region_is_the_knob_s_else_the_caller_s_else_us_east_1() -> None:
    context = committed_context()

    assert (
        DeploymentConfig.from_context({**context, "region": "eu-west-1"}, default_region="x").region
        == "eu-west-1"
    )
    assert DeploymentConfig.from_context(context, default_region="eu-west-3").region == "eu-west-3"
    assert DeploymentConfig.from_context(context).region == "us-east-1"


def test_no_embedding_model_is_named_unless_somebody_does() -> None:
    assert config().embedding_model == ""
    assert embedding_model_ids(config()) == []
    named = "amazon.titan-embed-text-v2:0"
    assert embedding_model_ids(config(embedding_model=named)) == [named]


def test_an_unknown_embedding_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"has amazon\.titan-embed-text-v2:0"):
        embedding_model_ids(config(embedding_model="amazon.titan-embed-text-v9:0"))
    (problem,) = problems(embedding_model="Titan Text")
    assert problem.startswith("embedding_model must be empty or the id of a model")


@pytest.mark.parametrize(
    ("region", "prefix", "lite", "micro"),
    [
        ("us-west-2", "auto", "us.amazon.nova-2-lite-v1:0", "us.amazon.nova-micro-v1:0"),
        ("eu-central-1", "auto", "eu.amazon.nova-2-lite-v1:0", "eu.amazon.nova-micro-v1:0"),
        ("ap-southeast-2", "auto", "apac.amazon.nova-lite-v1:0", "apac.amazon.nova-micro-v1:0"),
        ("eu-central-1", "global", "global.amazon.nova-2-lite-v1:0", "eu.amazon.nova-micro-v1:0"),
    ],
)
def test_models_by_geography(region: str, prefix: str, lite: str, micro: str) -> None:
    ids = model_ids(config(region=region, model_prefix=prefix))

    assert ids.keys() == {"micro", "lite", "pro"}
    assert (ids["lite"], ids["micro"]) == (lite, micro)


def test_a_region_of_no_known_geography_must_name_one() -> None:
    (problem,) = problems(region="sa-east-1")

    assert problem == "model_prefix must be named: no geography of inference profiles is known for sa-east-1"
    with pytest.raises(ConfigError, match="no model can be called from sa-east-1 through 'us' profiles"):
        model_ids(config(region="sa-east-1", model_prefix="us"))


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "us-iso-east-1", "somewhere"])
def test_a_region_of_another_partition_is_refused_whoever_names_it(region: str) -> None:
    (problem,) = problems(region=region)
    assert "must be empty or a region of the commercial partition" in problem

    with pytest.raises(KnobError, match=f"commercial partition .*the AWS profile names '{region}'"):
        DeploymentConfig.from_context(committed_context(), default_region=region)


def test_a_bundle_waits_no_longer_than_the_workflow_does() -> None:
    (pending,) = [
        retrier
        for retrier in ASL["States"]["Admit Asset"]["Retry"]
        if "PendingError" in retrier["ErrorEquals"]
    ]
    waited, interval = 0.0, float(pending["IntervalSeconds"])
    for _ in range(pending["MaxAttempts"]):
        waited += min(interval, pending["MaxDelaySeconds"])
        interval *= pending["BackoffRate"]

    assert problems(bundle_wait_seconds=3301)
    assert config(bundle_wait_seconds=3300).bundle_wait_seconds < waited


def test_the_app_ends_with_the_message_and_no_stack_trace() -> None:
    context = {**committed_context(), "max_pages": "many", "regio": "eu-west-1"}
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=REPOSITORY,
        env={"CDK_CONTEXT_JSON": json.dumps(context), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "braid: 2 knobs are wrong" in done.stderr
    assert "regio is unknown; did you mean region?" in done.stderr
    assert "max_pages must be a whole number" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_knob_that_was_renamed_is_read_under_its_old_name_too_and_named() -> None:
    assert config(captions_per_second="7").descriptions_per_second == 7
    assert renamed_knobs(DeploymentConfig, {"captions_per_second": "7"}) == [
        "captions_per_second is called descriptions_per_second now"
    ]
    assert renamed_knobs(DeploymentConfig, committed_context()) == []


@pytest.mark.parametrize(
    ("given_value", "languages"), [("", ()), ("de", ("de",)), ("de, fr,pt-PT", ("de", "fr", "pt-PT"))]
)
def test_caption_languages_are_codes_with_commas_between(
    given_value: str, languages: tuple[str, ...]
) -> None:
    assert config(caption_languages=given_value).translated_languages == languages


@pytest.mark.parametrize(
    ("given_value", "problem"),
    [
        ("tlh", "caption_languages has 'tlh'; there are af"),
        ("de,de", "caption_languages names a language twice"),
        ("de;fr", "caption_languages must be empty or codes of Amazon Translate"),
    ],
)
def test_a_language_that_translate_does_not_know_is_refused(given_value: str, problem: str) -> None:
    (told,) = problems(caption_languages=given_value)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("given_keys", "problem"),
    [
        ("alias/ours", "must be empty or ARNs of KMS keys"),
        ("arn:aws:kms:us-east-1:111122223333:alias/ours", "must be empty or ARNs of KMS keys"),
        (
            f"{KEY_ARN}, arn:aws:kms:eu-west-1:111122223333:key/1",
            "must be keys of us-east-1, not arn:aws:kms:eu",
        ),
    ],
)
def test_keys_of_sources_are_keys_of_the_region(given_keys: str, problem: str) -> None:
    assert problem in problems(source_key_arns=given_keys)[0]
    assert config(source_key_arns=f"{KEY_ARN}, {KEY_ARN}1").source_keys == (KEY_ARN, f"{KEY_ARN}1")
