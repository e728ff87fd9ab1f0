"""On what a benchmark was measured: date, versions, machine; and the memory it took there."""

from __future__ import annotations

import os
import platform
import re
import resource
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

__all__ = ["measured_on", "peak_bytes"]


def measured_on(day: date, packages: Sequence[str]) -> str:
    """A sentence such as "Measured 2026-11-20 with Braid 0.2.0 and Python 3.11.2 on Linux, 2 cores of …"."""
    versions = [f"Braid {version('braid-pipeline')}", f"Python {platform.python_version()}"]
    versions += [f"{package} {version(package)}" for package in packages]
    return (
        f"Measured on {day.isoformat()} with {', '.join(versions[:-1])} and {versions[-1]}, on"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores of {_processor()}."
    )


def peak_bytes() -> int:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's ru_maxrss also counts what the parent held before this process was its own
        (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status.read_text("utf-8"), re.M)
        return int(kilobytes) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _processor() -> str:
    """The processor's own name; where the system doesn't say it, its architecture."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8"), re.M) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()
