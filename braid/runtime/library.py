"""The code asset's data files: profiles, models, voices, read once per process."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from braid.domain.accessibility.voices import VoiceBook, read_voice_book
from braid.domain.errors import ConfigError
from braid.domain.model_registry import ModelRegistry, read_model_registry
from braid.domain.profile.profile import Profile, read_profile

__all__ = [
    "CODE_ROOT",
    "document_schemas",
    "model_registry",
    "post_rules",
    "profile",
    "profile_names",
    "saved_queries",
    "voice_book",
]

# The root of the code asset, in which braid, lambdas, profiles, registry and schemas lie side by side.
CODE_ROOT = Path(__file__).resolve().parents[2]


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
def post_rules(*, together: bool) -> str:
    """How a judge of posts answers; ``together`` where several are put to it at once."""
    names = ("posts.md", "posts_together.md") if together else ("posts.md",)
    return "\n\n".join((CODE_ROOT / "profiles" / name).read_text("utf-8").strip() for name in names)


@functools.cache
def document_schemas() -> dict[str, dict[str, Any]]:
    """The published JSON Schemas by the names of their documents."""
    suffix = ".schema.json"
    return {
        path.name.removesuffix(suffix): json.loads(path.read_text("utf-8"))
        for path in sorted((CODE_ROOT / "schemas").glob(f"*{suffix}"))
    }


@functools.cache
def saved_queries() -> dict[str, str]:
    """The catalogue's saved queries by name, each with a first line that says what it answers."""
    return {
        path.stem: path.read_text("utf-8")
        for path in sorted((CODE_ROOT / "registry" / "queries").glob("*.sql"))
    }


@functools.cache
def model_registry() -> ModelRegistry:
    """The models that the deployment was built with."""
    return read_model_registry((CODE_ROOT / "registry" / "models.toml").read_text("utf-8"))


@functools.cache
def voice_book() -> VoiceBook:
    """The voices that the deployment was built with."""
    return read_voice_book((CODE_ROOT / "registry" / "voices.toml").read_text("utf-8"))
