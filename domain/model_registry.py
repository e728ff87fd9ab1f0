"""The models that may be asked: limits, prices, where they are offered, and until when. Read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.errors import ConfigError, InvalidInputError
from domain.wire import decode

__all__ = ["Model", "ModelRegistry", "RetiredModel", "foundation_model_id", "read_model_registry"]

TIERS = ("micro", "lite", "pro")
GEOGRAPHIES = ("us", "eu", "apac", "global")
_WARNED_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Model:
    """A live model. Prices are USD per million tokens; ``end_of_life`` is an ISO date where one is announced.

    ``geographies`` are the prefixes of the inference profiles through which it is offered,
    ``service_tiers`` Bedrock's beside the default one.
    """

    model_id: str
    tier: str
    inputs: tuple[str, ...]
    geographies: tuple[str, ...]
    context_tokens: int
    max_output_tokens: int
    input_usd_per_million: float
    output_usd_per_million: float
    status: str
    sources: tuple[str, ...]
    end_of_life: str | None = None
    service_tiers: tuple[str, ...] = ()

    @property
    def reads_images(self) -> bool:
        """Whether pictures may be part of its prompt."""
        return "image" in self.inputs


@dataclass(frozen=True)
class RetiredModel:
    """A model past its end of life: calling it is an error at Bedrock, so it is one at synth."""

    model_id: str
    end_of_life: str
    source: str


@dataclass(frozen=True)
class ModelRegistry:
    """All known models as of one day (ISO date); within a tier the preferred model comes first."""

    as_of: str
    models: tuple[Model, ...]
    retired: tuple[RetiredModel, ...]
    schema_version: str = "1"

    def resolve(self, tier: str, region_prefix: str, *, on: date | None = None) -> str:
        """The inference profile id of the preferred model of ``tier`` in a geography, alive ``on`` that day.

        Raises ConfigError that says which tiers and geographies there are.
        """
        offered = [model for model in self.models if model.tier == tier]
        if not offered:
            raise ConfigError(f"no model of tier {tier!r}; there are {', '.join(TIERS)}")
        for model in offered:
            if region_prefix in model.geographies and _is_alive(model, on):
                return f"{region_prefix}.{model.model_id}"
        where = sorted({prefix for model in offered for prefix in model.geographies})
        raise ConfigError(
            f"no model of tier {tier!r} is offered through {region_prefix!r} profiles; it is through"
            f" {', '.join(where)}: set model_prefix to one of them"
        )

    def find(self, profile_or_model_id: str) -> Model:
        """The live model behind an inference profile's id or a model id.

        Raises ConfigError for a retired model, with its date, and for an unknown one.
        """
        model_id = foundation_model_id(profile_or_model_id)
        for retired in self.retired:
            if retired.model_id == model_id:
                raise ConfigError(
                    f"{model_id} reached its end of life on {retired.end_of_life} ({retired.source});"
                    f" use one of {', '.join(model.model_id for model in self.models)}"
                )
        for model in self.models:
            if model.model_id == model_id:
                return model
        raise ConfigError(f"{model_id} isn't in models/registry.toml; add it there with its sources")

    def ending_soon(self, on: date) -> list[str]:
        """One warning per model whose end of life is announced within 90 days of ``on``."""
        return [
            f"{model.model_id} reaches its end of life on {model.end_of_life}"
            for model in self.models
            if model.end_of_life is not None and date.fromisoformat(model.end_of_life) <= on + _WARNED_AHEAD
        ]


def foundation_model_id(profile_or_model_id: str) -> str:
    """``amazon.nova-micro-v1:0`` of ``us.amazon.nova-micro-v1:0``, of its ARN, or of itself."""
    name = profile_or_model_id.rsplit("/", 1)[-1]
    prefix, _, rest = name.partition(".")
    return rest if prefix in GEOGRAPHIES else name


def read_model_registry(text: str) -> ModelRegistry:
    """Reads ``models/registry.toml``. Raises ConfigError that lists everything wrong with it."""
    try:
        registry = decode(ModelRegistry, _with_iso_dates(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, InvalidInputError) as error:
        raise ConfigError(f"models/registry.toml: {error}") from error
    problems = [problem for model in registry.models for problem in _problems(model)]
    names = [model.model_id for model in registry.models] + [model.model_id for model in registry.retired]
    problems.extend(f"{name} is listed twice" for name in sorted({n for n in names if names.count(n) > 1}))
    if problems:
        raise ConfigError("models/registry.toml: " + "; ".join(problems))
    return registry


def _is_alive(model: Model, on: date | None) -> bool:
    return on is None or model.end_of_life is None or on < date.fromisoformat(model.end_of_life)


def _problems(model: Model) -> list[str]:
    problems = []
    if model.tier not in TIERS:
        problems.append(f"{model.model_id}: tier must be one of {', '.join(TIERS)}, not {model.tier!r}")
    if unknown := set(model.geographies) - set(GEOGRAPHIES):
        problems.append(f"{model.model_id}: unknown geographies {', '.join(sorted(unknown))}")
    if not model.geographies:
        problems.append(f"{model.model_id}: it is offered nowhere")
    if min(model.context_tokens, model.max_output_tokens) <= 0:
        problems.append(f"{model.model_id}: limits must be positive")
    if min(model.input_usd_per_million, model.output_usd_per_million) < 0:
        problems.append(f"{model.model_id}: prices can't be negative")
    if not model.sources:
        problems.append(f"{model.model_id}: name the sources of its limits and prices")
    return problems


def _with_iso_dates(value: Any) -> Any:
    """TOML's dates as ISO strings: dates travel as text everywhere."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _with_iso_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_iso_dates(item) for item in value]
    return value
