"""The handler decorator: settings, structured log, metrics of failures, errors that fit into a state."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

from braid.domain.errors import BraidError, InvalidAssetError, PendingError
from braid.runtime.settings import read_settings
from braid.runtime.shortening import shortened

__all__ = ["handles", "logger"]

# A state's input stays under 8 KB with three failed branches in it; Lambda adds its own JSON around this.
_MAX_MESSAGE_BYTES = 700

logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "braid"))

S = TypeVar("S")
Handler = Callable[[dict[str, Any], Any], Any]


def handles(settings_class: type[S]) -> Callable[[Callable[[dict[str, Any], S], Any]], Handler]:
    """Turns ``step(event, settings)`` into a Lambda handler.

    Settings are read on the first event, not at import, so that a missing one reaches the state machine as
    ``ConfigError``. The asset's id is on every log line. Our errors keep their class (Step Functions matches
    on it) with a message cut to fit; expected ones are logged without a stack.
    """
    settings: list[S] = []

    def decorate(step: Callable[[dict[str, Any], S], Any]) -> Handler:
        @functools.wraps(step)
        def handler(event: dict[str, Any], _context: Any) -> Any:
            logger.clear_state()
            logger.append_keys(step=step.__module__.split(".")[-2], **_asset_keys(event))
            try:
                if not settings:
                    settings.append(read_settings(settings_class))
                return step(event, settings[0])
            except (InvalidAssetError, PendingError) as error:
                logger.info(str(error), extra={"error": type(error).__name__})
                raise _fitting(error) from None
            except BraidError as error:
                logger.exception(str(error), extra={"error": type(error).__name__})
                raise _fitting(error) from None
            except Exception as error:
                # A bug: the log keeps the whole stack, the state only what fits into it.
                logger.exception(str(error), extra={"error": type(error).__name__})
                raise _fitting(error) from None

        return handler

    return decorate


def _asset_keys(event: Mapping[str, Any]) -> dict[str, Any]:
    asset = event.get("asset")
    return {"asset_id": asset.get("asset_id")} if isinstance(asset, Mapping) else {}


def _fitting(error: Exception) -> Exception:
    """An error of the same name, which is what the state machine matches, that fits into a state."""
    message = shortened(str(error), _MAX_MESSAGE_BYTES)
    if isinstance(error, BraidError):
        return type(error)(message)
    # Errors of others may take other arguments than a message.
    same_name: type[Exception] = type(type(error).__name__, (Exception,), {})
    return same_name(message)
