"""The code asset's data files: profiles, models, voices, read once per process."""

from __future__ import annotations

import functools
from pathlib import Path

from braid.domain.accessibility.voices import VoiceBook, read_voice_book
from braid.domain.errors import ConfigError
from braid.domain.model_registry import ModelRegistry, read_model_registry
from braid.domain.profile.profile import Profile, read_profile

__all__ = [
    "CODE_ROOT",
    "model_registry",
    "post_rules",
    "profile",
    "profile_names",
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
def model_registry() -> ModelRegistry:
    """The models that the deployment was built with."""
    return read_model_registry((CODE_ROOT / "registry" / "models.toml").read_text("utf-8"))


@functools.cache
def voice_book() -> VoiceBook:
    """The voices that the deployment was built with."""
    return read_voice_book((CODE_ROOT / "registry" / "voices.toml").read_text("utf-8"))
