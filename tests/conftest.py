"""What several suites share: the folder of real material and one pool of engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from local.engines.pool import EnginePool

pytest_plugins = (
    "pytester",
    "tests.plugins.chromium",
    "tests.plugins.groups",
    "tests.plugins.isolation",
    "tests.plugins.skips",
    "tests.plugins.workers",
)

# Read when numpy is first imported, in xdist's workers that is after this: on busy cores OpenBLAS's spinning
# threads make tests five times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

REPOSITORY = Path(__file__).resolve().parents[1]
REAL_MATERIAL = Path(os.environ.get("BRAID_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
NO_REAL_MATERIAL = f"no real material: {REAL_MATERIAL} isn't a folder (set BRAID_TEST_DATA)"

# A busy machine is no failure; in CI the same examples every time.
settings.register_profile(
    "braid", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("braid"), max_examples=15)
settings.load_profile("braid")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real material in the folder named by BRAID_TEST_DATA; where there is none, the test is skipped."""
    if not REAL_MATERIAL.is_dir():
        pytest.skip(NO_REAL_MATERIAL)
    return REAL_MATERIAL


@pytest.fixture(scope="session")
def engines() -> Iterator[EnginePool]:
    """The worker processes behind the local AI services, shared by a session's tests."""
    with EnginePool() as pool:
        yield pool
