"""The handler decorator of functions that a queue calls: each message by itself, and which of them failed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from braid.runtime.handler import Handler, logger
from braid.runtime.settings import read_settings

__all__ = ["handles_messages"]

S = TypeVar("S")
R = TypeVar("R")


def handles_messages(
    settings: type[S], request: Callable[[str], R]
) -> Callable[[Callable[[R, S], None]], Handler]:
    """Turns ``step(request, settings)`` into the handler of an SQS event source.

    ``request`` reads a message's body. A message whose reading or step raises is answered as failed: the
    queue delivers it again and parks it in the end, while the others are done
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). Raises ``ConfigError``
    for the whole batch where a setting is missing.
    """
    # Powertools' batch processor answers the same, but it imports the data classes of every event source: a
    # quarter more for a cold start (0.08 s of processor time beside 0.33 s), which may cost a fifth more
    # (tests/architecture/test_cold_start.py).

    def decorate(step: Callable[[R, S], None]) -> Handler:
        @functools.wraps(step)
        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            logger.clear_state()
            logger.append_keys(step=step.__module__.split(".")[-2])
            provided = read_settings(settings)
            failed = []
            for message in event["Records"]:
                try:
                    step(request(message["body"]), provided)
                except Exception as error:  # noqa: BLE001 - isolation: one message must not fail the others
                    logger.exception(str(error), extra={"message_id": message["messageId"]})
                    failed.append({"itemIdentifier": message["messageId"]})
            return {"batchItemFailures": failed}

        return handler

    return decorate
