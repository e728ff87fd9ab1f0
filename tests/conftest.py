"""What several suites share: the folder of real material and one pool of engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from local.engines.pool import EnginePool

# Read when numpy is first imported: on busy cores OpenBLAS's spinning threads make tests five times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

REPOSITORY = Path(__file__).resolve().parents[1]

# A busy machine is no failure; in CI the same examples every time.
settings.register_profile(
    "braid", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("braid")

# Suites whose costly session (a deployed stack, an embedded AWS, a synthesis, a browser) should exist once,
# not once per worker process. The longest comes first, so that the others fill the second core meanwhile.
_ONE_PROCESS = ("tests/e2e", "tests/local/embedded_aws", "tests/contract", "tests/infra", "tests/browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups tests for ``--dist loadgroup``: these suites as wholes, all others by file."""

    def group(item: pytest.Item) -> str:
        path = item.path.relative_to(REPOSITORY).as_posix()
        return next((suite for suite in _ONE_PROCESS if path.startswith(suite)), path)

    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
    order = {suite: place for place, suite in enumerate(_ONE_PROCESS)}

    def place(item: pytest.Item) -> tuple[int, str, int, str]:
        # Down to the case: parameters that come from a set have another order in every process.
        path, line, _ = item.location
        return order.get(group(item), len(order)), path, line or 0, item.nodeid

    items.sort(key=place)


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
