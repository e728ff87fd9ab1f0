"""The handler decorator of functions that a queue calls: each message by itself, and which of them failed.

Importing Powertools' batch processor makes dispatch's import 1.11 times as long, for it brings the data
classes of every event source (docs/decisions/0010): that is why ``handles`` doesn't stand in this module.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from braid.domain.errors import InvalidInputError
from braid.domain.quoting import shortened
from braid.runtime.handler import Handler, logger
from braid.runtime.log_format import loggable
from braid.runtime.settings import read_settings

__all__ = ["handles_messages"]

_MAX_REASON_BYTES = 700


class _OfQueue(Protocol):
    """The settings of a function that a queue calls."""

    @property
    def dead_letters_url(self) -> str:
        """The queue in which messages are parked that nobody can handle."""


S = TypeVar("S", bound=_OfQueue)
R = TypeVar("R")


def handles_messages(
    settings: type[S], request: Callable[[str], R], park: Callable[[str, str, str], None]
) -> Callable[[Callable[[R, S], None]], Handler]:
    """Turns ``step(request, settings)`` into the handler of an SQS event source.

    ``request`` reads a message's body. One that can't be read (``InvalidInputError``) never will be: it is
    parked at once, by ``park(queue_url, body, reason)``. A message whose step raises is answered as failed:
    the queue delivers it again and parks it in the end, while the others are done
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). Raises ``ConfigError``
    for the whole batch where a setting is missing.
    """

    def decorate(step: Callable[[R, S], None]) -> Handler:
        @logger.inject_lambda_context(clear_state=True)
        @functools.wraps(step)
        def handler(event: dict[str, Any], _context: Any) -> Any:
            logger.append_keys(step=step.__module__.split(".")[-2])
            provided = read_settings(settings)

            def one(record: SQSRecord) -> None:  # the processor passes it by this name
                try:
                    asked = request(record.body)
                except InvalidInputError as error:
                    logger.error(str(error), extra={"message_id": record.message_id})
                    park(provided.dead_letters_url, record.body, shortened(str(error), _MAX_REASON_BYTES))
                    return
                try:
                    step(asked, provided)
                except Exception as error:  # the processor answers it as failed but logs nothing
                    logger.exception(loggable(error), extra={"message_id": record.message_id})
                    raise

            # Where all of them failed the answer says so too: an error would only add noise to the metrics.
            processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
            return process_partial_response(event, one, processor)

        return handler

    return decorate
