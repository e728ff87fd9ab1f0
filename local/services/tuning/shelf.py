"""What tuning leaves in an account: models, deployments, throughput, and how they hold on to each other.

A resource is ``Creating`` for a moment after it was made, as on AWS, where it is minutes. Everything lies in
memory and goes with the embedded AWS.
"""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from local.engines.tuning.picture_adapter import PictureAdapter
from local.engines.tuning.text_head import TextHead
from local.services.protocol import Caller, ServiceError

__all__ = [
    "CustomModel",
    "Deployment",
    "Shelf",
    "Throughput",
    "Trained",
    "new_id",
    "now",
    "page",
    "resource_arn",
]

SETTLING = timedelta(seconds=1.5)
_ID_LETTERS = string.ascii_lowercase + string.digits
T = TypeVar("T", "CustomModel", "Deployment", "Throughput")


@dataclass(frozen=True)
class Trained:
    """What a job trained: the base model's id, the weights, and the last losses."""

    base_model_id: str
    weights: TextHead | PictureAdapter
    training_loss: float
    validation_loss: float | None


@dataclass(frozen=True)
class CustomModel:
    """A model of this account; ``source`` are the members that GetCustomModel tells of how it came to be."""

    arn: str
    name: str
    trained: Trained
    created: datetime
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deployment:
    """On demand: costs by the token."""

    arn: str
    name: str
    model_arn: str
    created: datetime
    token: str = ""


@dataclass(frozen=True)
class Throughput:
    """Provisioned: costs by the hour from the moment it is made."""

    arn: str
    name: str
    model_arn: str
    units: int
    created: datetime
    commitment: str | None = None
    token: str = ""


@dataclass
class Shelf:
    """One account's; ``lock`` is held around every look and change."""

    models: dict[str, CustomModel] = field(default_factory=dict)
    packages: dict[str, Trained] = field(default_factory=dict)  # by the ARN of the model package
    deployments: dict[str, Deployment] = field(default_factory=dict)
    throughputs: dict[str, Throughput] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)  # ARNs of models that a batch job asks
    lock: threading.RLock = field(default_factory=threading.RLock)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def is_settled(self, created: datetime) -> bool:
        """Whether what was made then has left ``Creating``."""
        return self.clock() - created >= SETTLING

    def model(self, identifier: str) -> CustomModel:
        """By ARN or name. Raises ``ServiceError`` ResourceNotFoundException."""
        return _find(self.models.values(), identifier, "custom model")

    def deployment(self, identifier: str) -> Deployment:
        """By ARN or name. Raises ``ServiceError`` ResourceNotFoundException."""
        return _find(self.deployments.values(), identifier, "custom model deployment")

    def throughput(self, identifier: str) -> Throughput:
        """By ARN or name. Raises ``ServiceError`` ResourceNotFoundException."""
        return _find(self.throughputs.values(), identifier, "provisioned model throughput")

    def users_of(self, model: CustomModel) -> list[str]:
        """The ARNs of what still serves the model."""
        serving = [item.arn for item in self.deployments.values() if item.model_arn == model.arn]
        serving += [item.arn for item in self.throughputs.values() if item.model_arn == model.arn]
        return serving + ([f"a batch job on {model.arn}"] if model.arn in self.busy else [])

    def served(self, identifier: str) -> Trained | None:
        """The model behind a deployment's or a throughput's ARN, or a custom model's own.

        ``None`` where the identifier is of another kind. Raises ``ServiceError``: ResourceNotFoundException
        for one that isn't there, ModelNotReadyException while it is being made.
        """
        with self.lock:
            if ":custom-model-deployment/" in identifier:
                found: Deployment | Throughput = self.deployment(identifier)
            elif ":provisioned-model/" in identifier:
                found = self.throughput(identifier)
            else:
                return None
            if not self.is_settled(found.created):
                raise ServiceError(
                    "ModelNotReadyException", f"{identifier} is still being created", status=429
                )
            return self.models[found.model_arn].trained


def _find(items: Iterable[T], identifier: str, kind: str) -> T:
    for item in items:
        if identifier in (item.arn, item.name, item.arn.rpartition("/")[2]):
            return item
    raise ServiceError("ResourceNotFoundException", f"Could not find the {kind} {identifier}", status=404)


def new_id() -> str:
    """Twelve letters and digits, as Bedrock's ids are."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(12))


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def page(request: Mapping[str, Any], items: Iterable[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """The newest first, by the filters that all lists take; ``names`` are the members that hold a name.

    At most ``maxResults``; there is no second page, because nobody makes so many here.
    """
    part, status = str(request.get("nameContains", "")), request.get("statusEquals")
    model = request.get("modelArnEquals")
    chosen = [
        item
        for item in reversed(list(items))
        if any(part in str(item.get(name, "")) for name in names)
        and status in (None, item.get("status"))
        and model in (None, item.get("modelArn"))
    ]
    return chosen[: int(request.get("maxResults", 1000))]


def resource_arn(caller: Caller, resource: str) -> str:
    """An ARN of Bedrock in the caller's account and region."""
    return f"arn:aws:bedrock:{caller.region}:{caller.account_id}:{resource}"
