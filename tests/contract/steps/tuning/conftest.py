"""A rig for each test, in the place of every client."""

from __future__ import annotations

import pytest

from braid.aws import clients
from tests.contract.steps.tuning.rig import ENVIRONMENT, Rig


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    made = Rig()
    monkeypatch.setattr(clients, "_made", made.client)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made.put_plan()
    return made
