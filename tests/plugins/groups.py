"""Which tests share a worker process, and in which order groups are handed out.

A file's tests stay together, because their fixtures are made once per file. The suites in ``ONE_PROCESS``
stay together as wholes. Files come in the random order of pytest-randomly, except that what takes longest is
handed out first, so that the other workers fill the time meanwhile.

A scheduler of our own does it: xdist's ``loadgroup`` writes a test's group into its id, which pytest 9 no
longer reads, so that every test became a group by itself.
"""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["ONE_PROCESS", "group_of"]

# Suites whose session costs minutes, or whose tests can't have a second one beside them.
ONE_PROCESS = {
    "tests/e2e": "the stacks are deployed once: a minute and two gigabytes",
    "tests/local/embedded_aws": "its limits are tried out: two of it would share the cores",
}
# Handed out in this order, before all others.
_LONGEST_FIRST = (*ONE_PROCESS, "tests/contract", "tests/infra", "tests/local", "tests/browser")
# Within these the files' order stays as it is.
_IN_ORDER = {
    "tests/e2e": "one deployment: a sample that a file drops is a duplicate for every file after it",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest first; among the others the random order stays, since sorting is stable."""
    items.sort(key=_place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out whole groups, in the order in which they were collected."""
    # Here: without xdist there are no workers and nothing to import.
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(_path(nodeid))

    config.option.loadscopereorder = False
    return Groups(config, log)


def group_of(path: str) -> str:
    """The group of a test file, by its path from the repository's root: itself or its suite."""
    return next((suite for suite in ONE_PROCESS if path.startswith(f"{suite}/")), path)


def _place(item: pytest.Item) -> tuple[int, str, int]:
    path = _path(item.nodeid)
    place = next(
        (number for number, suite in enumerate(_LONGEST_FIRST) if path.startswith(f"{suite}/")),
        len(_LONGEST_FIRST),
    )
    is_in_order = any(path.startswith(f"{suite}/") for suite in _IN_ORDER)
    return (place, path, item.location[1] or 0) if is_in_order else (place, "", 0)


def _path(nodeid: str) -> str:
    return nodeid.partition("::")[0]
