"""Starts executions: the queue's messages, one for each object that arrived."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass

from braid.aws.executions import execution_arn, start_execution
from braid.aws.queues import send_again, send_to_dead_letters
from braid.domain.asset.asset import AssetKind
from braid.domain.errors import ThrottledError
from braid.domain.failure_metrics import FailureMetric
from braid.runtime.handler import logger
from braid.runtime.library import profile, profile_names
from braid.runtime.messages import handles_messages
from braid.runtime.metrics import count_failure
from braid.runtime.now import utc_now
from braid.store.counts import AssetCounts
from braid.store.records import AssetRecords
from lambdas.dispatch.dispatcher import Executions, Limits, dispatch, judges_posts
from lambdas.dispatch.events import Arrival, read_arrival
from lambdas.dispatch.waiting import seconds_after_throttle

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where records lie, what is started, how much of it at once, and where what has to wait is put.

    ``of_folder`` has the machine of each folder that isn't a profile's: requests for what is made.
    """

    assets_table: str
    state_machine_arn: str
    posts_machine_arn: str
    of_folder: dict[str, str]
    queue_url: str
    dead_letters_url: str
    max_assets_at_once: int
    max_usd_per_day: int


@handles_messages(Settings, read_arrival, send_to_dead_letters)
def handler(arrival: Arrival, settings: Settings) -> None:
    """Puts the record and starts the execution of one arrival, or sends its message again to come later.

    So it is with a throttle too: five tries of the queue would be over in half an hour.
    """
    machine, kind = settings.state_machine_arn, None
    if (asset := arrival.asset) is not None:
        is_posts = judges_posts(asset, profile_names(), profile)
        kind = AssetKind.POSTS if is_posts else None
        machine = settings.posts_machine_arn if is_posts else settings.of_folder.get(asset.profile, machine)
    chance = random.random()
    try:
        done = dispatch(
            arrival,
            records=AssetRecords(settings.assets_table),
            counts=AssetCounts(settings.assets_table),
            executions=Executions(
                functools.partial(start_execution, machine), functools.partial(execution_arn, machine)
            ),
            limits=Limits(settings.max_assets_at_once, settings.max_usd_per_day),
            now=utc_now(),
            chance=chance,
            kind=kind,
        )
    except ThrottledError as error:
        logger.warning("throttled", extra={"source_key": arrival.source.key, "cause": str(error)})
        send_again(settings.queue_url, arrival.body, delay_seconds=seconds_after_throttle(chance))
        return
    if done.again_in_seconds is not None:
        send_again(settings.queue_url, done.again, delay_seconds=done.again_in_seconds)
    if done.is_without_money:
        count_failure(FailureMetric.SPENT_BUDGETS, source_key=done.source_key)
    logger.info(done.summary, extra={"source_key": done.source_key})
