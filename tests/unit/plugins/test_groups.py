"""Which tests share a worker, and which come first."""

from __future__ import annotations

import json

import pytest

from tests.plugins.groups import group_of

pytestmark = pytest.mark.slow

WORKER = """
import json, os, pathlib, pytest

@pytest.mark.parametrize("number", range(6))
def test_it(number, request):
    with open({told!r}, "a") as file:
        file.write(json.dumps([os.environ.get("PYTEST_XDIST_WORKER"), request.node.nodeid]) + "\\n")
"""
FILES = (
    *("tests/unit/test_a.py", "tests/unit/test_b.py", "tests/contract/test_c.py", "tests/contract/test_d.py"),
    *("tests/e2e/test_e.py", "tests/e2e/test_f.py"),
)


@pytest.fixture
def ran(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> list[list[str]]:
    """(worker, test) of a run with two workers, each worker's in its order."""
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))
    told = pytester.path / "told"
    for name in FILES:
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WORKER.format(told=str(told)))
    options = ("-p", "tests.plugins.groups", "-n", "2", "--randomly-seed=7", "--import-mode=importlib")
    # A process of its own, whose folder comes after the repository's on the import path.
    pytester.runpytest_subprocess(*options, *FILES).assert_outcomes(passed=6 * len(FILES))
    return [json.loads(line) for line in told.read_text().splitlines()]


def test_a_group_stays_in_one_worker_and_the_longest_come_first(ran: list[list[str]]) -> None:
    workers: dict[str, set[str]] = {}
    for worker, test in ran:
        workers.setdefault(group_of(test.partition("::")[0]), set()).add(worker)
    first = [next(test for by, test in ran if by == worker) for worker in ("gw0", "gw1")]
    of_e2e = [test.partition("::")[0] for _, test in ran if test.startswith("tests/e2e/")]

    assert {group: len(names) for group, names in workers.items()} == dict.fromkeys(workers, 1)
    assert set(workers) == {"tests/e2e", *(name for name in FILES if "e2e" not in name)}
    assert {test.split("/")[1] for test in first} == {"e2e", "contract"}
    assert of_e2e == sorted(of_e2e), "its files in their order"


def test_a_file_is_a_group_unless_its_suite_is_one() -> None:
    assert group_of("tests/contract/steps/test_bundles.py") == "tests/contract/steps/test_bundles.py"
    assert group_of("tests/e2e/test_command.py") == "tests/e2e"
    assert group_of("tests/local/embedded_aws/test_ports.py") == "tests/local/embedded_aws"
    assert group_of("tests/local/test_pool.py") == "tests/local/test_pool.py"
