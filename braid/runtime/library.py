"""The code asset's data files: profiles, prompts, prices, models, read once per process."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from braid.domain.accessibility.voices import VoiceBook, read_voice_book
from braid.domain.errors import ConfigError
from braid.domain.generation.prompts import PromptTemplate, read_template
from braid.domain.generation.providers import ImageProviders, read_providers
from braid.domain.model_registry import ModelRegistry, read_model_registry
from braid.domain.money.price_book import PriceBook
from braid.domain.profile.profile import Profile, read_profile
from braid.domain.wire import decode_json

__all__ = [
    "CODE_ROOT",
    "image_providers",
    "model_registry",
    "price_book",
    "profile",
    "profile_names",
    "prompt_names",
    "prompt_template",
    "voice_book",
]

# The root of the code asset, in which braid, lambdas, profiles, registry and schemas lie side by side.
CODE_ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def price_book() -> PriceBook:
    """The price book that the deployment was built with; pictures have the prices of their providers."""
    name = "registry/prices/us-east-1.json"
    book = decode_json(PriceBook, (CODE_ROOT / name).read_text("utf-8"), source=name)
    return replace(book, prices=(*book.prices, *image_providers().prices))


@functools.cache
def profile_names() -> tuple[str, ...]:
    """The profiles that the deployment was built with: folders of ``profiles/`` with a ``profile.toml``."""
    return tuple(sorted(path.parent.name for path in (CODE_ROOT / "profiles").glob("*/profile.toml")))


@functools.cache
def profile(name: str) -> Profile:
    """The profile in ``profiles/<name>``. Raises ConfigError where there is none or it is malformed."""
    if name not in profile_names():
        raise ConfigError(f"there is no profile {name!r}; there are {', '.join(profile_names())}")
    folder = CODE_ROOT / "profiles" / name
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return read_profile(name, files, (CODE_ROOT / "profiles" / "rules.md").read_text("utf-8"))


@functools.cache
def model_registry() -> ModelRegistry:
    """The models that the deployment was built with."""
    return read_model_registry((CODE_ROOT / "registry" / "models.toml").read_text("utf-8"))


@functools.cache
def image_providers() -> ImageProviders:
    """Who makes pictures and videos."""
    return read_providers((CODE_ROOT / "registry" / "image_models.toml").read_text("utf-8"))


def prompt_names() -> tuple[str, ...]:
    """The templates that the deployment was built with: folders of ``prompts/`` with a ``prompt.toml``."""
    return tuple(sorted(path.parent.name for path in (CODE_ROOT / "prompts").glob("*/prompt.toml")))


def prompt_template(name: str) -> PromptTemplate:
    """The template in ``prompts/<name>``. Raises ConfigError where there is none or it is malformed."""
    if name not in prompt_names():
        raise ConfigError(f"there is no template {name!r}; there are {', '.join(prompt_names())}")
    folder = CODE_ROOT / "prompts" / name
    return read_template(name, {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))})


@functools.cache
def voice_book() -> VoiceBook:
    """The voices that the deployment was built with."""
    return read_voice_book((CODE_ROOT / "registry" / "voices.toml").read_text("utf-8"))
