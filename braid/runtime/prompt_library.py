"""The code asset's prompt templates."""

from __future__ import annotations

from braid.domain.errors import ConfigError
from braid.domain.generation.prompts import PromptTemplate, read_template
from braid.runtime.library import CODE_ROOT

__all__ = ["prompt_names", "prompt_template"]


def prompt_names() -> tuple[str, ...]:
    """The templates that the deployment was built with: folders of ``prompts/`` with a ``prompt.toml``."""
    return tuple(sorted(path.parent.name for path in (CODE_ROOT / "prompts").glob("*/prompt.toml")))


def prompt_template(name: str) -> PromptTemplate:
    """The template in ``prompts/<name>``. Raises ConfigError where there is none or it is malformed."""
    if name not in prompt_names():
        raise ConfigError(f"there is no template {name!r}; there are {', '.join(prompt_names())}")
    folder = CODE_ROOT / "prompts" / name
    return read_template(name, {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))})
