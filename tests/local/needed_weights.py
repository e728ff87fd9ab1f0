"""Tests that need an engine's weights: skipped, visibly, where they aren't fetched."""

from __future__ import annotations

import pytest

from local.weights import is_fetched

__all__ = ["needs_weights"]


def needs_weights(name: str) -> pytest.MarkDecorator:
    """Skips a test where the set ``name`` isn't in the cache."""
    return pytest.mark.skipif(
        not is_fetched(name), reason=f"no weights: {name} isn't fetched (braid engines fetch {name})"
    )
