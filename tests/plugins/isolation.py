"""Every test starts as a new process would, and none reaches an account of whoever runs it.

These outlive a call in the deployed code: the clients of services, what the log puts on every line, and what
the running invocation has used.
They are reset here, before each test. What a test itself may leave behind (environment, working directory,
import path) is compared after it; a test that changed one of them fails, and the next one finds them as they
were. ``tests/architecture/test_process_state.py`` fails when the deployed code gets another such thing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

import pytest

from braid.aws.clients import forget_clients
from braid.aws.metering import requests
from braid.runtime.handler import logger
from braid.runtime.metering import forget_invocation

__all__ = ["RESETS"]

# What keeps state in the deployed code (module and member), and what makes it forget, before each test.
RESETS: dict[str, Callable[[], None]] = {
    "clients._made": forget_clients,
    "handler.logger": logger.clear_state,
    "metering._running": forget_invocation,
    "metering.requests": requests.restart,
}
# A developer's own settings, with which other tests would fail on their machine than on ours.
_PERSONAL = (
    *("AWS_", "BRAID_LLM_", "BRAID_EMBED_", "BRAID_IMAGE_", "BRAID_WHISPER_MODEL", "BRAID_WRITER"),
    *("BRAID_HOME", "POWERTOOLS_"),
)
# Nobody's account: botocore looks for credentials in these places once the environment names none.
_NO_ACCOUNT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def pytest_configure() -> None:
    """Takes personal settings out of the environment, before anything is imported that reads them."""
    for name in [name for name in os.environ if name.startswith(_PERSONAL)]:
        del os.environ[name]
    os.environ.update(_NO_ACCOUNT)
    os.environ["BRAID_WRITER"] = "off"  # a model that somebody installed would answer what engines should


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> Iterator[None]:
    for reset in RESETS.values():
        reset()
    environment, folder, path = _environment(), os.getcwd(), list(sys.path)
    yield
    changed = sorted(name for name, _ in environment.items() ^ _environment().items())
    left = [f"{name} in the environment" for name in changed]
    for name in changed:
        os.environ.pop(name, None)
        if name in environment:
            os.environ[name] = environment[name]
    if os.getcwd() != folder:
        left.append("another working directory")
        os.chdir(folder)
    if sys.path != path:
        left.append("another import path")
        sys.path[:] = path
    if left:
        pytest.fail(f"the test left {', '.join(dict.fromkeys(left))}; change it through monkeypatch")


def _environment() -> dict[str, str]:
    """The environment without what pytest changes around each phase of a test, and OpenCV by its import."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_") and name != "LD_LIBRARY_PATH"
    }
