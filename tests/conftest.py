"""What several suites share: the folder of real material and one pool of engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.engines.pool import EnginePool

# Read when numpy is first imported: on busy cores OpenBLAS's spinning threads make tests five times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real material in the folder named by BRAID_TEST_DATA; where there is none, the test is skipped."""
    folder = Path(os.environ.get("BRAID_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real material: {folder} is no folder (set BRAID_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def engines() -> Iterator[EnginePool]:
    """The worker processes behind the local AI services, shared by a session's tests."""
    with EnginePool() as pool:
        yield pool
