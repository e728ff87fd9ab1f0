"""Starts executions: the queue's messages, one for each object that arrived."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from braid.aws.executions import start_execution
from braid.runtime.handler import logger
from braid.runtime.messages import handles_messages
from braid.runtime.now import utc_now
from braid.store.records import AssetRecords
from lambdas.dispatch.dispatcher import dispatch
from lambdas.dispatch.events import Arrival, read_arrival

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where records lie, and what is started."""

    assets_table: str
    state_machine_arn: str


@handles_messages(Settings, read_arrival)
def handler(arrival: Arrival, settings: Settings) -> None:
    """Puts the record and starts the execution of one arrival."""
    done = dispatch(
        arrival,
        records=AssetRecords(settings.assets_table),
        start=functools.partial(start_execution, settings.state_machine_arn),
        now=utc_now(),
    )
    logger.info(done.summary, extra={"source_key": done.source_key})
