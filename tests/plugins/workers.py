"""How many worker processes ``-n auto`` starts: as many as cores and memory carry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["worker_count"]

# A worker with an embedded AWS and two engine processes beside it, and what one of them needs on top for the
# largest pictures that are decoded (tests/unit/media/test_memory.py makes them: measured, 3.3 GB in all).
_GIBIBYTES_PER_WORKER = 2
_GIBIBYTES_ON_TOP = 2
# Beyond this the longest suite, which one worker runs alone, is what everybody waits for.
_MOST = 8
_CGROUP = Path("/sys/fs/cgroup")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Asked by pytest-xdist for ``-n auto``."""
    return worker_count(_cores(), _memory_gibibytes())


def worker_count(cores: float, memory_gibibytes: float) -> int:
    """One worker per core, at most ``_MOST``, fewer where they would run out of memory, never none."""
    bearable = int((memory_gibibytes - _GIBIBYTES_ON_TOP) / _GIBIBYTES_PER_WORKER)
    return max(1, min(round(cores), bearable, _MOST))


def _cores() -> float:
    """Cores that this process may use: a container's quota counts, not the machine's number."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota, _, period = _read(_CGROUP / "cpu.max").partition(" ")
    return min(cores, int(quota) / int(period)) if quota.isdigit() and period.strip().isdigit() else cores


def _memory_gibibytes() -> float:
    """Memory of the machine, or of the container where that has less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _read(_CGROUP / "memory.max").strip()
    return float(min(machine, int(limit)) if limit.isdigit() else machine) / 1024**3


def _read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""
