"""boto3 clients, one per service and process, with the retry policy that every adapter relies on."""

from __future__ import annotations

import functools
import threading
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from braid.aws.metering import requests

__all__ = ["client", "credentials", "forget_clients"]

# Adaptive retries smooth short throttles inside a step; longer ones are left to the state machine's Retry,
# which waits without paying for a running function.
_TOTAL_MAX_ATTEMPTS = 4
_CONNECT_TIMEOUT_SECONDS = 5
_READ_TIMEOUT_SECONDS = 60
# A model may think for minutes; the state's own timeout is the bound that counts.
_MODEL_READ_TIMEOUT_SECONDS = 3600
_HURRIED_MAX_ATTEMPTS = 2

_making = threading.Lock()


def client(service: str, *, read_timeout_seconds: int | None = None, region: str | None = None) -> Any:
    """The process's client of ``service`` (botocore's name, such as ``bedrock-runtime``).

    It asks the process's own region, or ``region``. A caller whose own time is short states
    ``read_timeout_seconds`` and gets one that asks twice at most.
    Steps ask several questions at once, each from a thread of its own: boto3's session can't make clients
    from several threads, and each would make one.
    """
    with _making:
        return _made(service, read_timeout_seconds, region)


def credentials() -> Any:
    """The process's own, for requests that no client of boto3 makes. Raises NoCredentialsError."""
    found = boto3.Session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found


def forget_clients() -> None:
    """Lets every client be made anew: endpoints or credentials of the process have changed."""
    _made.cache_clear()


@functools.cache
def _made(service: str, read_timeout_seconds: int | None, region: str | None) -> Any:
    patience = _MODEL_READ_TIMEOUT_SECONDS if service == "bedrock-runtime" else _READ_TIMEOUT_SECONDS
    attempts = _TOTAL_MAX_ATTEMPTS if read_timeout_seconds is None else _HURRIED_MAX_ATTEMPTS
    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=patience if read_timeout_seconds is None else read_timeout_seconds,
        max_pool_connections=32,
        user_agent_extra="braid",
    )
    made = boto3.client(service, region_name=region, config=config)
    requests.watch(made)
    return made
