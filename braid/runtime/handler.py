"""The handler decorator: settings, typed request, structured log, errors that fit into a state."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

from braid.domain.errors import BraidError, InvalidAssetError, PendingError, ServiceUnavailableError
from braid.domain.money.metered import Metered
from braid.domain.quoting import shortened
from braid.domain.wire import decode
from braid.runtime.log_format import ContentFreeFormatter, loggable
from braid.runtime.metering import Invocation, seconds_since_import
from braid.runtime.metrics import count_error
from braid.runtime.settings import MissingSettingsError, read_settings

__all__ = ["Event", "Handler", "handles", "logger"]

# A state's input stays under 8 KB with three failed branches in it; Lambda adds its own JSON around this.
_MAX_MESSAGE_BYTES = 700

logger = Logger(
    service=os.environ.get("POWERTOOLS_SERVICE_NAME", "braid"), logger_formatter=ContentFreeFormatter()
)

S = TypeVar("S")
R = TypeVar("R")
Event = Mapping[str, Any]
Handler = Callable[[dict[str, Any], Any], Any]


def handles(
    settings: type[S],
    request: type[R] | Callable[[Event], R],
    *,
    failed_try: Metered = MappingProxyType({}),
) -> Callable[[Callable[[R, S], Any]], Handler]:
    """Turns ``step(request, settings)`` into a Lambda handler.

    ``request`` is the frozen dataclass that the codec reads the event as, or a function that reads an event
    which others shape. Settings are read with each event, not at import, so that a malformed one reaches the
    state machine as ``ConfigError`` and a missing one as ``ServiceUnavailableError``, which is tried again:
    an update of a stack brings a function's code and its settings one after the other. A handler keeps
    nothing from one event to the next. Every log line has the asset's id, the request's and whether the start
    was cold. Our errors keep their class (Step Functions matches on it) with a message cut to fit; expected
    ones are logged without a stack. What an invocation uses is measured; ``failed_try`` is what one asks that
    ends because something isn't there yet.
    """
    read = functools.partial(decode, request) if isinstance(request, type) else request

    def decorate(step: Callable[[R, S], Any]) -> Handler:
        init_seconds = seconds_since_import()

        @logger.inject_lambda_context(clear_state=True)
        @functools.wraps(step)
        def handler(event: dict[str, Any], context: Any) -> Any:
            invocation = Invocation(event, context, init_seconds=init_seconds, failed_try=failed_try)
            logger.append_keys(step=step.__module__.split(".")[-2], **_asset_keys(event))
            # Ties the request to the asset: Lambda's own lines about a call that dies name the request alone.
            logger.info("started")
            try:
                return invocation.answer(step(read(event), _provided(settings)))
            except (InvalidAssetError, PendingError) as error:
                logger.info(str(error), extra={"error": type(error).__name__})
                raise _fitting(error) from None
            except BraidError as error:
                logger.exception(str(error), extra={"error": type(error).__name__})
                count_error(error)
                raise _fitting(error) from None
            except Exception as error:
                # A bug: the log keeps the whole stack, the state only what fits into it.
                logger.exception(loggable(error), extra={"error": type(error).__name__})
                raise _fitting(error) from None

        return handler

    return decorate


def _provided(settings: type[S]) -> S:
    try:
        return read_settings(settings)
    except MissingSettingsError as error:
        raise ServiceUnavailableError(f"{error}; has the stack's last update ended?") from error


def _asset_keys(event: Event) -> dict[str, Any]:
    """The asset stands in the request, in the state that it carries, or is named by its id alone.

    A step of a tuning run has the run's id in its place.
    """
    if isinstance(event.get("run_id"), str):
        return {"run_id": event["run_id"]}
    state = event.get("state")
    asset = (state if isinstance(state, Mapping) else event).get("asset", event)
    asset_id = asset.get("asset_id") if isinstance(asset, Mapping) else None
    return {"asset_id": asset_id} if asset_id else {}


def _fitting(error: Exception) -> Exception:
    """An error of the same name, which is what the state machine matches, that fits into a state."""
    # Lambda writes it into the log itself.
    message = shortened(loggable(error), _MAX_MESSAGE_BYTES)
    if isinstance(error, BraidError):
        return type(error)(message)
    # Errors of others may take other arguments than a message.
    same_name: type[Exception] = type(type(error).__name__, (Exception,), {})
    return same_name(message)
