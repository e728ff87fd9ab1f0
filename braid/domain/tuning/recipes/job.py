"""A job by a recipe: its recipe, its request, and which files of the data it reads, in one folder of S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.tuning.recipes.nova_recipe import evaluation_recipe, training_recipe
from braid.domain.tuning.recipes.requests import (
    RECIPE_FILE,
    recipe_evaluation_request,
    recipe_training_request,
)

__all__ = ["RecipeJob", "evaluation_job", "training_job"]


@dataclass(frozen=True)
class RecipeJob:
    """``uploads``: by file of the data, or ``RECIPE_FILE``, the address at which ``request`` has it."""

    recipe: dict[str, Any]
    request: dict[str, Any]
    uploads: dict[str, str]


def training_job(name: str, *, place: str, role_arn: str, instances: int) -> RecipeJob:
    """Tunes Nova Lite on the data below ``place``, a folder such as ``s3://bucket/folder``.

    Raises ``InvalidInputError`` for a name that no job may have.
    """
    recipe = training_recipe(name, instances=instances)
    uploads = _uploads(place, "train.jsonl", "validation.jsonl")
    request = recipe_training_request(
        name,
        role_arn=role_arn,
        model=recipe["run"]["model_name_or_path"],
        recipe_uri=uploads[RECIPE_FILE],
        training_uri=uploads["train.jsonl"],
        validation_uri=uploads["validation.jsonl"],
        output_uri=f"{place}/output/",
        instances=instances,
    )
    return RecipeJob(recipe, request, uploads)


def evaluation_job(name: str, *, place: str, role_arn: str, model_uri: str) -> RecipeJob:
    """Asks the tuned model at ``model_uri`` each row of ``gen_qa.jsonl``. Raises as ``training_job`` does."""
    uploads = _uploads(place, "gen_qa.jsonl")
    request = recipe_evaluation_request(
        name,
        role_arn=role_arn,
        model=model_uri,
        recipe_uri=uploads[RECIPE_FILE],
        data_uri=uploads["gen_qa.jsonl"],
        output_uri=f"{place}/output/",
    )
    return RecipeJob(evaluation_recipe(name, model_uri), request, uploads)


def _uploads(place: str, *names: str) -> dict[str, str]:
    # The data's folder must hold nothing else: a channel is all that its prefix matches.
    return {name: f"{place}/data/{name}" for name in names} | {RECIPE_FILE: f"{place}/recipe/{RECIPE_FILE}"}
