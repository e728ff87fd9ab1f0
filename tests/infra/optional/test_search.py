"""The search stack: off unless asked for, the same everywhere, with what its functions need and no more."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from braid.domain.errors import ConfigError
from braid.domain.search.space import Space
from braid.domain.wire import decode
from braid.runtime.settings import environment_keys
from local.host_knobs import check_knobs, host_context
from stacks.config import DeploymentConfig
from stacks.models import search_spaces
from tests.infra.conftest import ON_A_LAPTOP, REPOSITORY, Synthesis, committed_context, compose
from tests.infra.granted import EVERY_FUNCTION, allowed
from tests.infra.templates.template_goldens import differences
from tests.infra.templates.test_local_and_aws_templates import is_allowed
from tests.infra.test_functions import LOGGING_KEYS
from tests.infra.test_rules import IGNORED

_MODELS = [
    "foundation-model/amazon.nova-2-multimodal-embeddings-v1:0",
    "foundation-model/amazon.titan-embed-image-v1",
    "foundation-model/amazon.titan-embed-text-v2:0",
]
_INDEXING = {
    **EVERY_FUNCTION,
    "dynamodb:GetItem": ["AssetsTable"],
    "s3:GetObject": ["assets/*", "search/*"],
    "s3:PutObject": ["assets/*/vectors.json", "search/*"],
    "s3:DeleteObject": ["assets/*/vectors.json", "search/*"],
    "s3:ListBucket": ["ResultsBucket"],
    "s3vectors:PutVectors": ["index/*"],
    "s3vectors:DeleteVectors": ["index/*"],
    "bedrock:InvokeModel": _MODELS,
}
GRANTS: dict[str, dict[str, list[str]]] = {
    "indexing": {
        **_INDEXING,
        "sqs:SendMessage": ["DeadLetters"],
        "sqs:ReceiveMessage": ["Queue"],
        "sqs:DeleteMessage": ["Queue"],
        "sqs:GetQueueAttributes": ["Queue"],
    },
    "indexing-rebuild": {
        **_INDEXING,
        "s3vectors:ListIndexes": ["VectorsBucket"],
        "s3vectors:DeleteIndex": ["index/*"],
    },
    "search": {
        **EVERY_FUNCTION,
        "dynamodb:GetItem": ["AssetsTable"],
        "s3:GetObject": ["assets/*", "search/*"],
        "s3:PutObject": ["search/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "s3vectors:QueryVectors": ["index/*"],
        "s3vectors:GetVectors": ["index/*"],
        "bedrock:InvokeModel": _MODELS,
    },
}


def synthesized(folder: Path, **knobs: Any) -> Synthesis:
    """The search stack, read as if it were the pipeline's."""
    app, deployment = compose(folder, {"search": True, **knobs})
    assert deployment.search is not None
    assembly = app.synth()
    return Synthesis(
        DeploymentConfig.from_context(app.node.get_all_context()),
        {"Resources": {}},
        assembly.get_stack_by_name(deployment.search.stack_name).template,
    )


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesized(tmp_path_factory.mktemp("search"))


def test_it_is_deployed_only_where_the_knob_says_so(for_aws: Synthesis, tmp_path: Path) -> None:
    _, deployment = compose(tmp_path, {})

    assert deployment.search is None
    assert not for_aws.of_type("AWS::S3Vectors::VectorBucket")


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_may_do_this_and_nothing_else(search: Synthesis, name: str) -> None:
    assert allowed(search.statements_of(search.function(name))) == GRANTS[name]


def test_batches_have_a_function_and_a_role_that_only_jobs_assume(tmp_path: Path) -> None:
    batching = synthesized(tmp_path, batch_inference=True)
    of_a_batch = "work/embeddings/*"
    roles = batching.of_type("AWS::IAM::Role")
    role = next(each["Properties"] for name, each in roles.items() if name.startswith("EmbeddingJobs"))
    statement = role["AssumeRolePolicyDocument"]["Statement"][0]

    assert allowed(batching.statements_of(batching.function("indexing-batch"))) == {
        **_INDEXING,
        "s3:GetObject": ["assets/*", "search/*", of_a_batch],
        "s3:PutObject": ["assets/*/vectors.json", "search/*", of_a_batch],
        "s3:DeleteObject": ["assets/*/vectors.json", "search/*", of_a_batch],
    }
    assert allowed(role["Policies"][0]["PolicyDocument"]["Statement"]) == {
        "s3:GetObject": [of_a_batch],
        "s3:PutObject": [of_a_batch],
        "s3:ListBucket": ["ResultsBucket"],
        "bedrock:InvokeModel": _MODELS,
    }
    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert statement["Condition"].keys() == {"StringEquals", "ArnLike"}
    assert {"BatchFunctionName", "BatchRoleArn"} <= batching.pipeline["Outputs"].keys()


def test_there_are_these_functions_with_their_settings(search: Synthesis) -> None:
    assert search.functions().keys() == {f"braid-dev-{name}" for name in GRANTS}
    for name in GRANTS:
        properties = search.function(name)
        module = importlib.import_module(properties["Handler"].rsplit(".", 1)[0])
        variables = properties["Environment"]["Variables"]
        assert variables.keys() == environment_keys(module.Settings) | LOGGING_KEYS
        assert decode(tuple[Space, ...], json.loads(variables["SPACES"])) == tuple(
            search_spaces(search.config)
        )
        assert len(properties["Layers"]) == 1, "the core layer alone"


def test_a_knowledge_base_may_be_asked_where_it_is_named_and_nobody_else(tmp_path: Path) -> None:
    named = synthesized(tmp_path, search_knowledge_bases="KB12345678, AB12345678")
    bases = {"bedrock:Retrieve": ["knowledge-base/AB12345678", "knowledge-base/KB12345678"]}

    assert allowed(named.statements_of(named.function("search"))) == {**GRANTS["search"], **bases}
    variables = named.function("search")["Environment"]["Variables"]
    assert json.loads(variables["KNOWLEDGE_BASE_IDS"]) == ["KB12345678", "AB12345678"]


def test_each_space_has_an_index_that_its_name_describes(search: Synthesis) -> None:
    found = {each["IndexName"]: each for each in search.properties_of_type("AWS::S3Vectors::Index")}

    assert found.keys() == {space.index_name for space in search_spaces(search.config)}
    for space in search_spaces(search.config):
        index = found[space.index_name]
        assert (index["Dimension"], index["DistanceMetric"]) == (space.dimensions, "cosine")
        texts = index["MetadataConfiguration"].get("TextSearchConfigurations")
        assert texts == ([{"MetadataKey": "terms"}] if space.purpose == "text" else None)
        assert index["MetadataConfiguration"]["NonFilterableMetadataKeys"] == ["citation"]


def test_another_model_is_another_index_and_data_is_retained(search: Synthesis, tmp_path: Path) -> None:
    other = synthesized(tmp_path, search_picture_model="amazon.nova-2-multimodal-embeddings-v1:0")
    ours, theirs = (each.of_type("AWS::S3Vectors::Index") for each in (search, other))

    assert len(ours.keys() & theirs.keys()) == 1, "the index of texts is the same resource"
    assert {index["DeletionPolicy"] for index in ours.values()} == {"RetainExceptOnCreate"}


def test_words_alone_where_no_model_of_pictures_is_named(tmp_path: Path) -> None:
    only_texts = synthesized(tmp_path, search_picture_model="", retain_data=False)
    (index,) = only_texts.of_type("AWS::S3Vectors::Index").values()

    assert index["Properties"]["IndexName"].startswith("text.")
    assert index["DeletionPolicy"] == "Delete"


def test_it_hears_of_this_deployments_assets_alone_and_of_executions_that_died(search: Synthesis) -> None:
    patterns = [rule["EventPattern"] for rule in search.properties_of_type("AWS::Events::Rule")]
    (processed,) = [pattern for pattern in patterns if pattern["source"] == ["braid"]]
    (died,) = [pattern for pattern in patterns if pattern["source"] == ["aws.states"]]

    assert "ResultsBucket" in json.dumps(processed["detail"]["result_uri"][0]["prefix"])
    assert died["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    machines = [json.dumps(arn).rpartition("stateMachine:")[2] for arn in died["detail"]["stateMachineArn"]]
    assert machines == ['braid-dev-analyze-asset"]]}', 'braid-dev-moderate-posts"]]}']


def test_a_queue_that_fails_keeps_its_messages(search: Synthesis) -> None:
    queues = search.properties_of_type("AWS::SQS::Queue")
    (queue,) = [queue for queue in queues if "RedrivePolicy" in queue]

    assert queue["VisibilityTimeout"] == 6 * search.function("indexing")["Timeout"]
    assert len(queues) == 2


def test_a_laptop_runs_the_stack_that_aws_gets(search: Synthesis, tmp_path: Path) -> None:
    laptop = synthesized(tmp_path, **ON_A_LAPTOP)
    found = [difference.path for difference in differences(search.pipeline, laptop.pipeline)]

    assert found
    assert [path for path in found if not is_allowed(path, dict(search.pipeline["Resources"]))] == []


def test_cfn_lint_finds_nothing_but_what_its_schemas_do_not_know_yet(search: Synthesis) -> None:
    from cfnlint.api import ManualArgs, lint

    matches = lint(
        json.dumps(search.pipeline), config=ManualArgs(regions=["us-east-1"], ignore_checks=IGNORED)
    )

    assert {f"{match.rule.id} {match.message}" for match in matches} <= {
        "E3002 Additional properties are not allowed ('TextSearchConfigurations' was unexpected)"
    }


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"search_text_model": "amazon.titan-embed-image-v1"}, "no living embedding model"),
        ({"search_picture_model": "amazon.titan-embed-text-v2:0"}, "no living joint model"),
        (
            {"search_picture_model": "amazon.nova-2-multimodal-embeddings-v1:0", "region": "eu-west-1"},
            "is offered in us-east-1, not in eu-west-1",
        ),
        (
            {"search_text_dimensions": 384},
            "search_text_dimensions: .* has no vectors of 384 numbers: name one of 256, 512, 1024, or 0",
        ),
        (
            {"search_picture_model": "braid.label-bridge-v1", "search_picture_dimensions": 1_024},
            "search_picture_dimensions: braid.label-bridge-v1 .* one of 384, or 0",
        ),
    ],
)
def test_a_model_that_can_not_be_asked_is_told_at_synth(knobs: dict[str, str], said: str) -> None:
    config = DeploymentConfig.from_context({**committed_context(), "search": True, **knobs})
    with pytest.raises(ConfigError, match=said):
        search_spaces(config)


def test_the_lengths_of_vectors_are_knobs() -> None:
    asked = {"search_text_dimensions": 256, "search_picture_dimensions": 1_024}
    text, pictures = search_spaces(
        DeploymentConfig.from_context({**committed_context(), "search": True, **asked})
    )

    assert text.index_name == "text.amazon.titan-embed-text-v2-0.256"
    assert pictures.index_name == "pictures.amazon.titan-embed-image-v1.1024"


def test_a_laptop_asks_its_engines_for_the_lengths_that_they_have() -> None:
    for_aws = {"search_text_dimensions": 256, "search_picture_dimensions": 1_024}
    config = DeploymentConfig.from_context({**committed_context(), **for_aws, **host_context()})

    assert [space.dimensions for space in search_spaces(config)] == [512, 384]
    with pytest.raises(ValueError, match="can't be cut; name 512 or 1024"):
        check_knobs(REPOSITORY, {"search_text_dimensions": "256"})
