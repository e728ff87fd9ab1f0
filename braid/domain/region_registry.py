"""Where AWS offers what a deployment uses. Read from TOML."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.toml_text import parse_toml
from braid.domain.wire import decode

__all__ = ["RegionRegistry", "ResourceType", "Service", "TextUnits", "read_region_registry"]

_USUAL_TEXT_UNITS = 106
_FILE = "registry/services.toml"


@dataclass(frozen=True)
class Service:
    """A service by its endpoint's name, and what of an asset it gives.

    Where ``knob`` names one, only a deployment that turns it on uses the service.
    """

    name: str
    gives: str
    regions: tuple[str, ...]
    knob: str = ""


@dataclass(frozen=True)
class ResourceType:
    """A type of CloudFormation without which nothing can be deployed."""

    name: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class TextUnits:
    """How much a guardrail is shown at once, in units of 1,000 characters, where it isn't the usual."""

    units: int
    regions: tuple[str, ...]


@dataclass(frozen=True)
class PictureFilters:
    """Which content filters of a guardrail look at pictures, and where."""

    filters: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True)
class RegionRegistry:
    """All commercial regions as of one day (ISO date), and what doesn't exist in each of them."""

    as_of: str
    regions: tuple[str, ...]
    sources: tuple[str, ...]
    services: tuple[Service, ...]
    types: tuple[ResourceType, ...]
    guardrail_text_units: tuple[TextUnits, ...]
    guardrail_pictures: tuple[PictureFilters, ...]
    schema_version: str = "1"

    def check(self, region: str) -> None:
        """Raises ``ConfigError`` for a region that isn't known, or in which a type doesn't exist."""
        if region not in self.regions:
            nearest = difflib.get_close_matches(region, self.regions, n=1)
            meant = f"; did you mean {nearest[0]}?" if nearest else f"; if it is new, add it to {_FILE}"
            raise ConfigError(f"there is no commercial region {region}{meant}")
        if lacking := [kind.name for kind in self.types if region not in kind.regions]:
            raise ConfigError(
                f"{', '.join(lacking)} doesn't exist in {region} ({_FILE}, {self.as_of}): deploy to a region "
                "that has it"
            )

    def text_units(self, region: str) -> int:
        """How many units of 1,000 characters a guardrail of the region is shown at once."""
        listed = (quota.units for quota in self.guardrail_text_units if region in quota.regions)
        return next(listed, _USUAL_TEXT_UNITS)

    def picture_filters(self, region: str) -> tuple[str, ...]:
        """The content filters of the region's guardrails that look at pictures; none where none does."""
        listed = (offer.filters for offer in self.guardrail_pictures if region in offer.regions)
        return next(listed, ())

    def missing(self, region: str, knobs_on: Collection[str]) -> tuple[Service, ...]:
        """The services in use that the region doesn't offer; ``knobs_on`` are the knobs that are."""
        return tuple(
            service
            for service in self.services
            if region not in service.regions and (not service.knob or service.knob in knobs_on)
        )


def read_region_registry(text: str) -> RegionRegistry:
    """Reads ``registry/services.toml``. Raises ConfigError that lists everything wrong with it."""
    try:
        registry = decode(RegionRegistry, _with_iso_date(parse_toml(text)), called="the registry")
    except (ValueError, InvalidInputError) as error:
        raise ConfigError(f"{_FILE}: {error}") from error
    offers: list[Service | ResourceType] = [*registry.services, *registry.types]
    problems = [
        f"{offer.name}: unknown regions {', '.join(unknown)}"
        for offer in offers
        if (unknown := sorted(set(offer.regions) - set(registry.regions)))
    ]
    for table, rows in (
        ("guardrail_text_units", registry.guardrail_text_units),
        ("guardrail_pictures", registry.guardrail_pictures),
    ):
        listed = [region for row in rows for region in row.regions]
        problems += [
            f"{table}: {region} is unknown or listed twice"
            for region in sorted(set(listed))
            if region not in registry.regions or listed.count(region) > 1
        ]
    names = [offer.name for offer in offers]
    problems += [f"{name} is listed twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if problems:
        raise ConfigError(f"{_FILE}: {'; '.join(problems)}")
    return registry


def _with_iso_date(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item.isoformat() if isinstance(item, date) else item for key, item in value.items()}
