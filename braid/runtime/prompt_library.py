"""The code asset's data files for what is made: who makes it, and prompt templates."""

from __future__ import annotations

import functools

from braid.domain.errors import ConfigError
from braid.domain.generation.prompts import PromptTemplate, read_template
from braid.domain.generation.providers import ImageProviders, read_providers
from braid.runtime.library import CODE_ROOT

__all__ = ["image_providers", "prompt_names", "prompt_template"]


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
