"""The models that may be asked: limits, prices, where they are offered, and until when. Read from TOML."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, get_args

from braid.domain.embedding_models import (
    EmbeddingModel,
    JointEmbeddingModel,
    embedding_problems,
    is_day,
    living,
)
from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.toml_text import parse_toml
from braid.domain.wire import decode

__all__ = [
    "Model",
    "ModelRegistry",
    "ModelStatus",
    "NotCallableError",
    "RetiredModel",
    "foundation_model_id",
    "read_model_registry",
]

ModelStatus = Literal["active", "legacy"]

TIERS = ("micro", "lite", "pro")
GEOGRAPHIES = ("us", "ca", "eu", "apac", "jp", "au", "global")
_WARNED_AHEAD = timedelta(days=90)


class NotCallableError(ConfigError):
    """No model of a tier can be called from a region through a geography's profiles."""


@dataclass(frozen=True)
class Model:
    """A live model. Prices are USD per million tokens.

    ``geographies`` are the prefixes of the inference profiles through which it is offered,
    ``source_regions`` the regions from which each of these can be called, as far as that is known,
    ``service_tiers`` Bedrock's beside the default one. ``dialect`` names how its family wants to be asked
    (``braid/models/dialects``); prompts below ``cache_min_tokens`` aren't cached. Dates are ISO: it was
    ``launched``, lives at least until ``end_of_life_not_before``, and until ``end_of_life`` where that is
    announced, as it is for every ``legacy`` model.
    """

    model_id: str
    dialect: str
    tier: str
    inputs: tuple[str, ...]
    geographies: tuple[str, ...]
    context_tokens: int
    max_output_tokens: int
    input_usd_per_million: float
    output_usd_per_million: float
    status: ModelStatus
    launched: str
    end_of_life_not_before: str
    sources: tuple[str, ...]
    end_of_life: str | None = None
    service_tiers: tuple[str, ...] = ()
    cache_min_tokens: int = 1_024
    source_regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def can_be_called_from(self, region: str, geography: str) -> bool:
        """Whether its profile of that geography can be asked in the region; yes where that isn't known."""
        known = self.source_regions.get(geography)
        return geography in self.geographies and (known is None or region in known)

    @property
    def reads_images(self) -> bool:
        """Whether pictures may be part of its prompt."""
        return "image" in self.inputs

    def has_ended(self, on: date | None) -> bool:
        """Whether its end of life has come by that day; without a day nothing has."""
        return on is not None and self.end_of_life is not None and date.fromisoformat(self.end_of_life) <= on


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
    embeddings: tuple[EmbeddingModel, ...] = ()
    joint_embeddings: tuple[JointEmbeddingModel, ...] = ()
    schema_version: str = "1"

    def resolve(
        self, tier: str, region_prefix: str, *, on: date | None = None, region: str | None = None
    ) -> str:
        """The inference profile id of the preferred model of ``tier`` in a geography, alive ``on`` that day.

        With a ``region`` only what can be called from there. Raises NotCallableError where nothing can,
        ConfigError that says which tiers there are, or when each model ended.
        """
        offered = [model for model in self.models if model.tier == tier]
        if not offered:
            raise ConfigError(f"no model of tier {tier!r}; there are {', '.join(TIERS)}")
        here = [model for model in offered if region_prefix in model.geographies]
        if region is not None and here:
            here = [model for model in here if model.can_be_called_from(region, region_prefix)]
            if not here:
                raise NotCallableError(
                    f"no model of tier {tier!r} can be called from {region} through {region_prefix!r}"
                    " profiles"
                )
        for model in here:
            if not model.has_ended(on):
                return f"{region_prefix}.{model.model_id}"
        if here:
            ended = ", ".join(f"{model.model_id} on {model.end_of_life}" for model in here)
            raise ConfigError(
                f"every model of tier {tier!r} that {region_prefix!r} profiles offer has reached its end of"
                f" life ({ended}): name a living one in registry/models.toml"
            )
        where = sorted({prefix for model in offered for prefix in model.geographies})
        raise NotCallableError(
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
        raise ConfigError(f"{model_id} isn't in registry/models.toml; add it there with its sources")

    def find_embedding(self, model_id: str, *, on: date | None = None) -> EmbeddingModel:
        """The embedding model of that id. Raises ConfigError that lists those there are ``on`` that day."""
        return living(self.embeddings, "embedding model", model_id, on)

    def find_joint(self, model_id: str, *, on: date | None = None) -> JointEmbeddingModel:
        """The model of texts and pictures of that id. Raises ConfigError as ``find_embedding`` does."""
        return living(self.joint_embeddings, "joint model of texts and pictures", model_id, on)

    def warnings(self, on: date, used: Collection[str]) -> list[str]:
        """One warning for each of the model ids ``used`` that is legacy, or ends within 90 days of ``on``."""
        known: list[Model | EmbeddingModel] = [*self.models, *self.embeddings, *self.joint_embeddings]
        return [warning for model in known if model.model_id in used and (warning := _warning(model, on))]

    def ending(self, on: date, used: Collection[str]) -> list[str]:
        """Those of the model ids ``used`` that end within 90 days of ``on``, or have ended."""
        known: list[Model | EmbeddingModel] = [*self.models, *self.embeddings, *self.joint_embeddings]
        return [model.model_id for model in known if model.model_id in used and _ends_soon(model, on)]


def foundation_model_id(profile_or_model_id: str) -> str:
    """``amazon.nova-micro-v1:0`` of ``us.amazon.nova-micro-v1:0``, of its ARN, or of itself."""
    name = profile_or_model_id.rsplit("/", 1)[-1]
    prefix, _, rest = name.partition(".")
    return rest if prefix in GEOGRAPHIES else name


def read_model_registry(text: str) -> ModelRegistry:
    """Reads ``registry/models.toml``. Raises ConfigError that lists everything wrong with it."""
    try:
        registry = decode(ModelRegistry, _with_iso_dates(parse_toml(text)), called="the registry")
    except (ValueError, InvalidInputError) as error:
        raise ConfigError(f"registry/models.toml: {error}") from error
    problems = [problem for model in registry.models for problem in _problems(model)]
    problems.extend(
        f"{model.model_id}: {model.end_of_life} isn't a date such as 2026-11-20"
        for model in registry.retired
        if not is_day(model.end_of_life)
    )
    embeddings = (*registry.embeddings, *registry.joint_embeddings)
    problems.extend(problem for model in embeddings for problem in embedding_problems(model))
    names = [model.model_id for model in registry.models] + [model.model_id for model in registry.retired]
    names += [model.model_id for model in embeddings]
    problems.extend(f"{name} is listed twice" for name in sorted({n for n in names if names.count(n) > 1}))
    if problems:
        raise ConfigError("registry/models.toml: " + "; ".join(problems))
    return registry


def _warning(model: Model | EmbeddingModel, on: date) -> str:
    """Why the model should be left in time, or nothing."""
    if model.end_of_life is None:
        return ""
    if _ends_soon(model, on):
        return f"{model.model_id} reaches its end of life on {model.end_of_life}"
    if model.status == "legacy":
        return (
            f"{model.model_id} is legacy until its end of life on {model.end_of_life}: accounts that don't"
            " use it yet are refused, and others may be where it lay idle"
        )
    return ""


def _ends_soon(model: Model | EmbeddingModel, on: date) -> bool:
    return model.end_of_life is not None and date.fromisoformat(model.end_of_life) <= on + _WARNED_AHEAD


def _problems(model: Model) -> list[str]:
    problems = []
    if model.tier not in TIERS:
        problems.append(f"{model.model_id}: tier must be one of {', '.join(TIERS)}, not {model.tier!r}")
    if unknown := set(model.geographies) - set(GEOGRAPHIES):
        problems.append(f"{model.model_id}: unknown geographies {', '.join(sorted(unknown))}")
    if stray := set(model.source_regions) - set(model.geographies):
        problems.append(
            f"{model.model_id}: source_regions has {', '.join(sorted(stray))}, geographies hasn't"
        )
    if not model.geographies:
        problems.append(f"{model.model_id}: it is offered nowhere")
    if min(model.context_tokens, model.max_output_tokens) <= 0:
        problems.append(f"{model.model_id}: limits must be positive")
    if min(model.input_usd_per_million, model.output_usd_per_million) < 0:
        problems.append(f"{model.model_id}: prices can't be negative")
    if not model.sources:
        problems.append(f"{model.model_id}: name the sources of its limits, prices and dates")
    return [*problems, *_lifecycle_problems(model)]


def _lifecycle_problems(model: Model) -> Iterator[str]:
    if model.status not in get_args(ModelStatus):
        yield f"{model.model_id}: status must be {' or '.join(get_args(ModelStatus))}, not {model.status!r}"
    if model.status == "legacy" and model.end_of_life is None:
        yield f"{model.model_id}: a legacy model has an end_of_life"
    dates = (model.launched, model.end_of_life_not_before, model.end_of_life)
    found = [day for day in dates if day is not None]
    if wrong := [text for text in found if not is_day(text)]:
        yield f"{model.model_id}: {', '.join(wrong)} isn't a date such as 2026-11-20"
    elif found != sorted(found):
        yield f"{model.model_id}: its dates are in order: launch, the day before which it can't end, end"


def _with_iso_dates(value: Any) -> Any:
    """TOML's dates as ISO strings: dates travel as text everywhere."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _with_iso_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_iso_dates(item) for item in value]
    return value
