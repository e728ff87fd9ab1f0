"""How much memory a piece of work takes at most, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

__all__ = ["peak_mb"]

_REPOSITORY = Path(__file__).resolve().parents[3]
_CHILD = """
import resource, sys
from pathlib import Path
{work}
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss would count the parent, whose memory a child shares until it executes
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    print(int(line.split()[1]) / 1024)
else:
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)
"""


def peak_mb(work: str, *arguments: object) -> float:
    """The peak resident memory, in MiB, of a Python process that runs ``work``; it finds ``arguments`` in
    ``sys.argv[1:]``. A failure of the work is an AssertionError with what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(work=work), *map(str, arguments)],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout.split()[-1])
