"""What one tuning run shall do: data, base model, hyperparameters; and the names that it gives to things.

Every name follows from the run's id, so that whoever tears down finds what a step made and could not say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from braid.domain.claim_check import Claim
from braid.domain.datasets.formats import DatasetFormat
from braid.domain.datasets.rules.keys import wrong_keys
from braid.domain.errors import InvalidInputError

__all__ = ["HYPERPARAMETERS", "TuningPlan", "Way", "check_hyperparameters"]

# Job names: letters, digits and single hyphens, no underscore; a name of SageMaker has at most 63 characters.
_RUN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_ID_CHARACTERS = 48
_MAX_HOURS = 72


class Way(StrEnum):
    """Which service trains what: a text model by SageMaker's serverless job, a picture model by Bedrock's."""

    NOVA_TEXT = "nova-text"
    TITAN_IMAGE = "titan-image"

    @property
    def data_format(self) -> DatasetFormat:
        """Of the training file."""
        return DatasetFormat(self.value)

    @property
    def base_model(self) -> str:
        """The base model's id as it is asked untuned."""
        return {
            Way.NOVA_TEXT: "amazon.nova-lite-v1:0",
            Way.TITAN_IMAGE: "amazon.titan-embed-image-v1",
        }[self]


# The least and the most of each, and what stands where none is given. Titan's by Bedrock's custom-models-hp,
# Nova's by its recipes, whose keys a serverless job is believed to take.
HYPERPARAMETERS: Mapping[Way, Mapping[str, tuple[float, float, str]]] = {
    Way.NOVA_TEXT: {
        "max_epochs": (1, 5, "2"),
        "global_batch_size": (16, 64, "32"),
        "learning_rate": (1e-6, 1e-4, "1e-05"),
    },
    Way.TITAN_IMAGE: {
        "epochCount": (1, 100, "5"),
        "batchSize": (256, 9216, "576"),
        "learningRate": (5e-8, 1, "5e-05"),
    },
}


@dataclass(frozen=True)
class TuningPlan:
    """The plan as it is stored. ``training``, ``validation`` and ``evaluation`` are files of JSON lines.

    ``name`` is what is tuned, over all its runs; ``profile`` whose answers the model shall give, if any.
    ``provisioned_hours``: how long throughput is kept after a picture model is deployed; 0 for none.
    ``max_slice_loss``: how much worse than before a slice may become, in points of the metric.
    """

    run_id: str
    name: str
    way: Way
    training: Claim
    validation: Claim
    evaluation: Claim
    hyperparameters: dict[str, str]
    profile: str = ""
    provisioned_hours: int = 0
    max_slice_loss: float = 0.02
    allowed_rules: tuple[str, ...] = field(default_factory=tuple)
    schema_version: str = "1"

    def __post_init__(self) -> None:
        for called, text in (("run_id", self.run_id), ("name", self.name)):
            if not _RUN_ID.fullmatch(text) or len(text) > _MAX_ID_CHARACTERS:
                raise InvalidInputError(
                    f"{called} {text!r} must be lower-case letters, digits and single hyphens, no underscore,"
                    f" at most {_MAX_ID_CHARACTERS} characters: services take no other job names"
                )
        if not 0 <= self.provisioned_hours <= _MAX_HOURS:
            raise InvalidInputError(
                f"provisioned_hours must be from 0 to {_MAX_HOURS}, not {self.provisioned_hours}: what costs"
                " by the hour ends by itself here"
            )
        if self.provisioned_hours and self.way is Way.NOVA_TEXT:
            raise InvalidInputError(
                "a text model is deployed on demand and paid by the token: leave provisioned_hours out"
            )
        if problems := check_hyperparameters(self.way, self.hyperparameters):
            raise InvalidInputError("; ".join(problems))

    @property
    def data_sha256(self) -> str:
        """Over the three files."""
        parts = (self.training.sha256, self.validation.sha256, self.evaluation.sha256)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def recipe_sha256(self) -> str:
        """Over what, beside the data, decides what comes out: way, base model and hyperparameters."""
        recipe = {"way": self.way.value, "base": self.way.base_model, **self.hyperparameters}
        return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()

    @property
    def epochs(self) -> float:
        """Passes over the training file."""
        return float(self.hyperparameters["max_epochs" if self.way is Way.NOVA_TEXT else "epochCount"])


def check_hyperparameters(way: Way, given: Mapping[str, str]) -> list[str]:
    """A sentence for each that is unknown, missing or out of its bounds; a commitment isn't one of them."""
    bounds = HYPERPARAMETERS[way]
    problems = [f"unknown hyperparameter {found}" for found in wrong_keys(given, bounds)]
    for name, (least, most, usual) in bounds.items():
        text = given.get(name)
        if text is None:
            problems.append(f"the hyperparameter {name} is missing (usually {usual})")
            continue
        try:
            value = float(text)
        except ValueError:
            problems.append(f"{name} must be a number, not {text!r}")
            continue
        if not least <= value <= most:
            problems.append(f"{name} must be from {least:g} to {most:g}, not {text}")
    return problems
