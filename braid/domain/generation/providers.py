"""Who makes what: the registry's providers, where each is called, what it costs and what it can't honour."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from braid.domain.errors import ConfigError, InvalidAssetError, InvalidInputError
from braid.domain.generation.tasks import NEEDS, Task
from braid.domain.money.accounting import Usage
from braid.domain.money.price_book import PriceEntry
from braid.domain.toml_text import parse_toml
from braid.domain.wire import decode

if TYPE_CHECKING:
    from braid.domain.generation.request import GenerationRequest

__all__ = ["Estimate", "ImageProviders", "Provider", "RetiredProvider", "estimate", "read_providers"]

# What of a request a provider may be unable to honour; the registry's rows name members of this list.
_MEMBERS = (
    *("negative_prompt", "width", "height", "count", "quality", "cfg_scale", "seed", "strength"),
    *("fps", "duration_seconds", "resolution", "loop"),
)
_DIALECTS = ("stability", "luma", "stand_in")
_PICTURE = "picture"


@dataclass(frozen=True)
class Provider:
    """One live model for one or more tasks; ``ways`` are those of a task that it is for, empty for all.

    ``regions`` are where it is called. With a ``profile`` it is called through that inference profile's id,
    which needs the model's grant in all of ``routes_to``. Prices are USD: of a picture, or of a second by
    resolution; without one the gate refuses. ``ignores`` are members of a request that it has nothing for.
    """

    model_id: str
    name: str
    dialect: str
    tasks: tuple[Task, ...]
    regions: tuple[str, ...]
    status: Literal["active", "stand_in"]
    sources: tuple[str, ...]
    ways: tuple[str, ...] = ()
    profile: str = ""
    routes_to: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    picture_usd: float | None = None
    second_usd: Mapping[str, float] = field(default_factory=dict)
    max_prompt_characters: int = 10_000
    end_of_life: str | None = None
    note: str = ""

    @property
    def invocation_id(self) -> str:
        """What InvokeModel is asked for."""
        return self.profile or self.model_id

    def region_for(self, own: str, allowed: Collection[str]) -> str | None:
        """Where a deployment in ``own`` calls it: there if it is offered, else in one of ``allowed``."""
        offered = [region for region in self.regions if region == own or region in allowed]
        return own if own in offered else next(iter(offered), None)

    def can_do(self, request: GenerationRequest) -> bool:
        """Whether it is for this task in this way."""
        return request.task in self.tasks and (not self.ways or request.way in self.ways)

    def not_honoured(self, request: GenerationRequest) -> tuple[str, ...]:
        """What was asked for and can't be had here, in words, in the request's order; the note once.

        One picture is what everybody makes: a ``count`` of 1 is honoured.
        """
        wishes = [
            f"{member} = {value}: {self.name} has nothing for it"
            for member in _MEMBERS
            if member in self.ignores
            and (value := getattr(request, member)) not in (None, "")
            and (member, value) != ("count", 1)
        ]
        if wishes and self.note:
            wishes[0] += f" ({self.note})"
        return tuple(wishes)


@dataclass(frozen=True)
class Estimate:
    """What a call will cost, known before it: pictures and seconds are what is billed."""

    usage: tuple[Usage, ...]
    usd: float


@dataclass(frozen=True)
class RetiredProvider:
    """A model past its end of life. How it was asked is still known (``braid.models.generation.retired``)."""

    model_id: str
    tasks: tuple[Task, ...]
    end_of_life: str
    source: str


@dataclass(frozen=True)
class ImageProviders:
    """All rows as of one day; for a task the first that fits is asked."""

    as_of: str
    providers: tuple[Provider, ...]
    retired: tuple[RetiredProvider, ...]
    instead: Mapping[Task, str] = field(default_factory=dict)
    schema_version: str = "1"

    def choose(
        self,
        request: GenerationRequest,
        *,
        region: str,
        regions: Collection[str],
        stand_ins: Collection[str] = (),
    ) -> tuple[Provider, str]:
        """Who is asked, and in which region. ``stand_ins`` are the model ids of those that may answer.

        Raises ``InvalidAssetError`` that names what is offered instead, or where.
        """
        offered = [row for row in self._offered(stand_ins) if row.can_do(request)]
        for row in offered:
            if found := row.region_for(region, regions):
                return row, found
        if offered:
            where = ", ".join(sorted({place for row in offered for place in row.regions}))
            raise InvalidAssetError(
                f"{request.task} is offered in {where}, and this deployment may not send anything there: the"
                " knob generation_regions names the regions that it may"
            )
        instead = self.instead.get(request.task, "")
        raise InvalidAssetError(
            f"no live provider does {request.task}{f' with {request.way}' if request.way else ''}"
            + (f": {instead}" if instead else "")
        )

    def _offered(self, stand_ins: Collection[str]) -> list[Provider]:
        return [row for row in self.providers if row.status == "active" or row.model_id in stand_ins]

    @property
    def prices(self) -> tuple[PriceEntry, ...]:
        """The rows' prices as the price book has them, so that receipts price what was made."""
        return tuple(
            PriceEntry("bedrock", f"{_operation(unit)}:{row.model_id}", unit, usd, row.sources[-1], row.note)
            for row in self.providers
            for unit, usd in _units(row)
        )

    def find(self, model_id: str) -> Provider:
        """The row of a model. Raises ``ConfigError`` for one that is retired, or unknown."""
        for row in self.providers:
            if row.model_id == model_id:
                return row
        for gone in self.retired:
            if gone.model_id == model_id:
                raise ConfigError(f"{model_id} reached its end of life on {gone.end_of_life} ({gone.source})")
        raise ConfigError(f"{model_id} isn't in registry/image_models.toml; add it there with its sources")


def estimate(provider: Provider, request: GenerationRequest, *, seconds: int, resolution: str) -> Estimate:
    """What the call costs. ``seconds`` and ``resolution`` are those that the provider will be asked for.

    Raises ``InvalidAssetError`` where the price isn't known, or is above what the request may cost.
    """
    is_video = NEEDS[request.task].makes == "video"
    unit, quantity = (f"second_{resolution}", float(seconds)) if is_video else (_PICTURE, 1.0)
    price = dict(_units(provider)).get(unit)
    if price is None:
        raise InvalidAssetError(
            f"the price of {provider.name} isn't known, and nothing is bought at a price that isn't: write it"
            " into registry/image_models.toml with its source"
        )
    usd = round(price * quantity, 6)
    if request.max_usd is not None and usd > request.max_usd:
        raise InvalidAssetError(
            f"{provider.name} would cost ${usd:.2f}, more than the request's max_usd of"
            f" ${request.max_usd:.2f}"
        )
    return Estimate((Usage("bedrock", f"{_operation(unit)}:{provider.model_id}", unit, quantity),), usd)


def _units(row: Provider) -> list[tuple[str, float]]:
    """What is billed, and for how much."""
    pictures = [] if row.picture_usd is None else [(_PICTURE, row.picture_usd)]
    return [*pictures, *((f"second_{resolution}", usd) for resolution, usd in row.second_usd.items())]


def _operation(unit: str) -> str:
    return "InvokeModel" if unit == _PICTURE else "StartAsyncInvoke"


def read_providers(text: str) -> ImageProviders:
    """Reads ``registry/image_models.toml``. Raises ``ConfigError`` that lists everything wrong with it."""
    try:
        found = decode(ImageProviders, _plain(parse_toml(text)), called="the registry")
    except (ValueError, InvalidInputError) as error:
        raise ConfigError(f"registry/image_models.toml: {error}") from error
    problems = [f"{row.model_id}: {problem}" for row in found.providers for problem in _problems(row)]
    names = [row.model_id for row in found.providers] + [row.model_id for row in found.retired]
    problems += [f"{name} is listed twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if problems:
        raise ConfigError("registry/image_models.toml: " + "; ".join(problems))
    return found


def _problems(row: Provider) -> Iterator[str]:
    if row.dialect not in _DIALECTS:
        yield f"dialect must be one of {', '.join(_DIALECTS)}, not {row.dialect!r}"
    if unknown := set(row.ignores) - set(_MEMBERS):
        yield f"ignores has {', '.join(sorted(unknown))}, which no request has"
    if not row.regions or not row.tasks:
        yield "it is offered nowhere, or for nothing"
    if not row.sources:
        yield "name the sources of its tasks, regions and price"
    if bool(row.profile) != bool(row.routes_to):
        yield "profile and routes_to belong together"
    if any(price < 0 for price in (row.picture_usd or 0, *row.second_usd.values())):
        yield "prices can't be negative"


def _plain(value: Any) -> Any:
    """TOML's dates as ISO strings."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
