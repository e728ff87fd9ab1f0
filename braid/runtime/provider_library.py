"""Who makes pictures and videos, read once per process."""

from __future__ import annotations

import functools

from braid.domain.generation.providers import ImageProviders, read_providers
from braid.runtime.library import CODE_ROOT

__all__ = ["image_providers"]


@functools.cache
def image_providers() -> ImageProviders:
    """Who makes pictures and videos."""
    return read_providers((CODE_ROOT / "registry" / "image_models.toml").read_text("utf-8"))
