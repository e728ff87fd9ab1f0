"""What several steps' tests begin with."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import AssetRef
from tests.contract.conftest import Storage
from tests.contract.steps.publishing import ARN, STARTED


@pytest.fixture
def dropped(storage: Storage, folder: str) -> AssetRef:
    asset = storage.drop(f"{folder}/a+b ü.mp4")
    storage.records.put_received(asset, received_at="2026-11-20T10:11:10.000Z", now=STARTED)
    storage.records.process(asset, execution_arn=ARN, now=STARTED)
    return asset
