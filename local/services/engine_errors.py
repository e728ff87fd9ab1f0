"""What a service answers when its engine fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from local.engines.errors import (
    EngineBusyError,
    EngineCrashedError,
    EngineFailedError,
    EngineMissingError,
    EngineTimeoutError,
    UnreadableMediaError,
)
from local.services.protocol import ServiceError, not_offered


@contextmanager
def engine_errors_answered(
    *, unreadable: str, internal: str = "InternalServerError", throttled: str = "ThrottlingException"
) -> Iterator[None]:
    """Turns engine errors into the service's own; the arguments are its names for them.

    A missing engine is what AWS doesn't offer in a region: callers must not retry it.
    """
    try:
        yield
    except UnreadableMediaError as error:
        raise ServiceError(unreadable, str(error)) from error
    except EngineMissingError as error:
        raise not_offered(str(error)) from error
    except EngineBusyError as error:
        raise ServiceError(throttled, str(error)) from error
    except (EngineCrashedError, EngineTimeoutError, EngineFailedError) as error:
        raise ServiceError(internal, str(error), status=500) from error
