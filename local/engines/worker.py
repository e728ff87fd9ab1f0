"""The loop of a worker process: reads calls from one pipe, answers on another. Started by ``pool``."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from local.engines.errors import EngineError, EngineFailedError

_NICENESS = 10
_PARENT_CHECK_SECONDS = 1.0


def main(request_fd: int, reply_fd: int, parent_id: int) -> None:
    """Serves calls until the parent closes the pipe or is gone."""
    os.nice(_NICENESS)
    # Ctrl-C in a terminal reaches the whole group; the parent decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(parent_id,), daemon=True).start()
    # The parent may vanish between two bytes; then there is nobody left to tell.
    with (
        os.fdopen(request_fd, "rb") as requests,
        os.fdopen(reply_fd, "wb") as replies,
        contextlib.suppress(BrokenPipeError),
    ):
        while True:
            try:
                task, args, keywords = pickle.load(requests)
            except EOFError:
                return
            replies.write(_answer(task, args, keywords))
            replies.flush()


def function_named(task: str) -> Callable[..., Any]:
    """What ``module:function`` below ``local.engines`` names; imports the module."""
    module_name, _, function_name = task.partition(":")
    function: Callable[..., Any] = getattr(
        importlib.import_module(f"local.engines.{module_name}"), function_name
    )
    return function


def _answer(task: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> bytes:
    """Pickled: (True, the result) or (False, the exception)."""
    try:
        return pickle.dumps((True, function_named(task)(*args, **keywords)), pickle.HIGHEST_PROTOCOL)
    except (EngineError, ValueError) as error:
        return pickle.dumps((False, _sendable(error)))
    except Exception as error:  # noqa: BLE001 - carried to the caller, who raises it
        traceback.print_exc()  # into the launcher's log; the caller gets one line
        return pickle.dumps((False, EngineFailedError(f"{task} raised {type(error).__name__}: {error}")))


def _sendable(error: Exception) -> Exception:
    """The error itself if it survives pickling, else one that tells the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - any failure to pickle means the same: send the text
        return EngineFailedError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent(parent_id: int) -> None:
    """Ends this process once its parent is gone, even in the middle of a call."""
    while os.getppid() == parent_id:
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
