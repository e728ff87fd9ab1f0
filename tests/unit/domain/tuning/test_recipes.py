"""The ways that aren't run here: recipes against goldens, requests against botocore, the article's keys."""

from __future__ import annotations

import io
import json
import tarfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from braid.aws.tuning.evaluation_archive import read_archive
from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.tuning.recipes.instances import evaluation_option, training_options
from braid.domain.tuning.recipes.job import evaluation_job, training_job
from braid.domain.tuning.recipes.nova_recipe import (
    EVALUATION,
    TRAINING,
    VARIANTS,
    check_recipe,
    evaluation_recipe,
    training_recipe,
    write_yaml,
)
from braid.domain.tuning.recipes.requests import (
    create_endpoint_requests,
    predict_request,
    read_prediction,
    recipe_evaluation_request,
)
from braid.runtime.prices import price_book
from tests.contract import service_model

GOLDENS = Path(__file__).resolve().parents[3] / "goldens" / "tuning_recipes"
ROLE = "arn:aws:iam::111122223333:role/nova"


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_recipes_are_the_golden_ones(variant: str) -> None:
    assert write_yaml(training_recipe(variant)) == (GOLDENS / f"{variant}.yaml").read_text("utf-8")
    assert write_yaml(evaluation_recipe(f"{variant}-eval", "s3://models/nova")) == (
        GOLDENS / f"{variant}-eval.yaml"
    ).read_text("utf-8")


def test_learning_rates_stay_numbers_in_yaml() -> None:
    text = write_yaml(training_recipe("text-cm"))

    assert "lr: 1.0e-05" in text, "YAML 1.1 reads 1e-05 as a text"
    assert "replicas: 4" in text


@pytest.mark.parametrize(
    ("path", "printed", "meant"),
    [
        (("run",), "identify", "name"),
        (("training_config",), "coach", "trainer"),
        (("training_config",), "mannequin", "model"),
        (("training_config", "model", "optim"), "identify", "name"),
    ],
)
def test_the_articles_paraphrased_keys_are_refused_with_what_was_meant(
    path: tuple[str, ...], printed: str, meant: str
) -> None:
    recipe: Any = deepcopy(dict(TRAINING))
    at = recipe
    for key in path:
        at = at[key]
    at[printed] = at.pop(meant)

    problems = "; ".join(check_recipe(recipe, instances=4))

    assert printed in problems
    assert f"did you mean {meant!r}" in problems


def test_the_articles_evaluation_recipe_is_refused() -> None:
    recipe = {name: value for name, value in EVALUATION.items() if name != "evaluation"}
    recipe["analysis"] = {"job": "gen_qa", "technique": "gen_qa", "metric": "all"}

    assert "did you mean 'evaluation'" in "; ".join(check_recipe(recipe, instances=1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "text_cm"}, "underscore"),
        ({"replicas": 2}, "2 and the job has 4"),
    ],
)
def test_what_a_job_would_refuse_is_refused(change: dict[str, Any], said: str) -> None:
    recipe: Any = deepcopy(dict(TRAINING))
    recipe["run"] |= change

    assert said in "; ".join(check_recipe(recipe, instances=4))


def test_a_benchmark_is_asked_without_chance() -> None:
    recipe: Any = deepcopy(dict(EVALUATION))
    recipe["inference"]["temperature"] = 0.7

    assert "temperature" in "; ".join(check_recipe(recipe, instances=1))


def channels(request: dict[str, Any]) -> dict[str, tuple[str, str]]:
    sources = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in request["InputDataConfig"]}
    return {name: (source["S3DataType"], source["S3Uri"]) for name, source in sources.items()}


def test_the_requests_of_jobs_are_botocores_and_hand_over_the_recipe() -> None:
    training = training_job("text-cm-1", place="s3://b/f", role_arn=ROLE, instances=8)
    evaluation = evaluation_job("eval-1", place="s3://b/f", role_arn=ROLE, model_uri="s3://m/nova/")

    for job in (training, evaluation):
        service_model.assert_shape(
            job.request, service_model.operation("sagemaker", "CreateTrainingJob").input_shape
        )
        parameters = job.request["HyperParameters"]
        assert parameters["sagemaker_recipe_local_path"] == "/opt/ml/input/data/recipe/recipe.yaml"
        assert channels(job.request)["recipe"] == ("S3Prefix", "s3://b/f/recipe/")
        assert job.uploads["recipe.yaml"] == "s3://b/f/recipe/recipe.yaml"
    assert training.request["ResourceConfig"]["InstanceCount"] == training.recipe["run"]["replicas"] == 8
    assert training.request["HyperParameters"]["base_model"] == "nova-lite/prod"
    assert channels(training.request) == {
        "train": ("S3Prefix", training.uploads["train.jsonl"]),
        "validation": ("Converse", training.uploads["validation.jsonl"]),
        "recipe": ("S3Prefix", "s3://b/f/recipe/"),
    }
    assert evaluation.request["HyperParameters"]["base_model_location"] == "s3://m/nova/"
    assert evaluation.recipe["run"]["model_name_or_path"] == "s3://m/nova/"


def test_the_requests_of_an_endpoint_are_botocores() -> None:
    made = create_endpoint_requests(
        "shoes", role_arn=ROLE, image_uri="image", model_uri="s3://m/model.tar.gz"
    )
    assert list(made) == ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"]
    for operation, request in made.items():
        service_model.assert_shape(request, service_model.operation("sagemaker", operation).input_shape)
    asked = predict_request("shoes", image_uri="s3://p/1.png", text="a red shoe")
    assert json.loads(asked["Body"]) == {"image": "s3://p/1.png", "text": "a red shoe"}
    assert read_prediction(b'{"label": "shoe"}') == {"label": "shoe"}


@pytest.mark.parametrize("name", ["text_cm", "-a", "a" * 64])
def test_no_job_has_such_a_name(name: str) -> None:
    with pytest.raises(InvalidInputError, match="underscore"):
        create_endpoint_requests(name, role_arn=ROLE, image_uri="i", model_uri="m")


def test_the_evaluations_file_has_its_name() -> None:
    with pytest.raises(InvalidInputError, match=r"gen_qa\.jsonl"):
        recipe_evaluation_request(
            "e",
            role_arn=ROLE,
            model="s3://m/nova/",
            recipe_uri="s3://d/recipe.yaml",
            data_uri="s3://d/test.jsonl",
            output_uri="s3://d/out/",
        )


def test_four_instances_cost_four_times_an_hour() -> None:
    options = {(each.instance_type, each.count): each for each in training_options(10_000, price_book())}

    four = options["ml.p5.48xlarge", 4]
    assert four.hours == 1
    assert four.usd_per_hour is not None
    assert four.usd == pytest.approx(4 * four.usd_per_hour, abs=0.01)
    assert 200 < (four.usd or 0) < 240, "not the $55 of the article"
    assert options["ml.p4d.24xlarge", 4].usd is None, "nobody knows its price"
    evaluation = evaluation_option(250_000, price_book())
    assert (evaluation.hours, evaluation.count) == (2.5, 1)
    assert evaluation.usd == pytest.approx(2.5 * four.usd_per_hour, abs=0.01)
    assert evaluation_option(1, price_book()).hours == 1, "the model is loaded first"


def archive(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as made:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return body.getvalue()


def test_an_archive_gives_its_metrics() -> None:
    results = {"results": {"custom|gen_qa|0": {"f1": 0.83, "rouge1,none": 0.5, "is_new": True}}}
    body = archive(
        {
            "output/eval_results/results_1.json": json.dumps(results).encode(),
            "output/tensorboard/events.out.tfevents.1.host": b"\0",
        }
    )

    found = read_archive(body)

    assert found.metrics == {"f1": 0.83, "rouge1": 0.5}
    assert found.event_files == ("output/tensorboard/events.out.tfevents.1.host",)


@pytest.mark.parametrize(
    "body",
    [b"", b"no archive", archive({"a.json": b"{"}), archive({"a.txt": b""})],
    ids=["empty", "plain", "no JSON", "nothing to read"],
)
def test_a_damaged_archive_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidServiceOutputError, match="archive"):
        read_archive(body)
