"""One deployment for each test."""

from __future__ import annotations

import pytest

from tests.doubles.generation_rig import Studio


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    return Studio(monkeypatch)
