"""The dispatcher's entry: a batch of S3 events from the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.executions import start_execution
from braid.runtime.handler import handles, logger
from braid.runtime.now import utc_now
from braid.store.records import AssetRecords
from lambdas.dispatch.dispatcher import dispatch
from lambdas.dispatch.events import read_arrival

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """What the stack provides."""

    assets_table: str
    state_machine_arn: str


@handles(Settings)
def handler(event: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Dispatches every message by itself; those that failed go back to the queue, the others are done."""
    records = AssetRecords(settings.assets_table)
    failures = []
    for message in event["Records"]:
        try:
            outcome = dispatch(
                read_arrival(message["body"]),
                records=records,
                start=lambda asset: start_execution(settings.state_machine_arn, asset),
                now=utc_now(),
            )
            logger.info(outcome.summary, extra={"source_key": outcome.source_key})
        except Exception as error:  # noqa: BLE001 - isolation: the queue redelivers this message, then parks it
            logger.exception(str(error), extra={"message_id": message["messageId"]})
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}
