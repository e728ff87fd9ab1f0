"""A Lambda worker: AWS's runtime client, in a process that ends with the launcher.

Run as ``python -S -P worker_main.py LAUNCHER_PID HANDLER``. It imports nothing but the standard library
and awslambdaric, because the handler's imports must not be able to see anything else.
"""

from __future__ import annotations

import os
import sys
import threading
import time

_NICENESS = 5  # the emulator answers every worker's calls; it must not starve behind them


def _end_with(launcher_pid: int) -> None:
    """Ends this process once its parent is no longer the launcher: a crash leaves no workers behind."""
    while os.getppid() == launcher_pid:
        time.sleep(1)
    os._exit(1)


def main(launcher_pid: int, handler: str) -> None:
    """Serves invocations of ``handler`` until the launcher ends the process."""
    threading.Thread(target=_end_with, args=(launcher_pid,), daemon=True).start()
    os.nice(_NICENESS)
    sys.argv = ["awslambdaric", handler]
    from awslambdaric.__main__ import main as serve

    serve(sys.argv)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
