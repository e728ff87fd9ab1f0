"""A Lambda worker: AWS's runtime client, in a process that ends with the launcher.

Run as ``python -S -P worker_main.py LAUNCHER_PID HANDLER``. It imports nothing but the standard library
and awslambdaric, because the handler's imports must not be able to see anything else.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from typing import Any

# Before the id of an invocation on a line of output: all that it wrote stands before.
END_OF_OUTPUT = "\0end "
_NICENESS = 5  # the emulator answers every worker's calls; it must not starve behind them


def _end_with(launcher_pid: int) -> None:
    """Ends this process once its parent is no longer the launcher: a crash leaves no workers behind."""
    while os.getppid() == launcher_pid:
        time.sleep(1)
    os._exit(1)


def _say_where_output_ends(client: Any, name: str) -> None:
    """Lets the client write a line before it answers, so that nobody waits whether more output comes."""
    stock = getattr(client, name)

    def post(self: Any, invoke_id: str, *others: Any, **named: Any) -> None:
        with contextlib.suppress(OSError, ValueError):  # a handler may have closed its output
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(1, f"{END_OF_OUTPUT}{invoke_id}\n".encode())
        stock(self, invoke_id, *others, **named)

    setattr(client, name, post)


def main(launcher_pid: int, handler: str) -> None:
    """Serves invocations of ``handler`` until the launcher ends the process."""
    threading.Thread(target=_end_with, args=(launcher_pid,), daemon=True).start()
    os.nice(_NICENESS)
    sys.argv = ["awslambdaric", handler]
    from awslambdaric.__main__ import main as serve
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    for name in ("post_invocation_result", "post_invocation_error"):
        _say_where_output_ends(LambdaRuntimeClient, name)
    serve(sys.argv)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
