"""More arrives at once than a day may cost: all of it is processed once, and no message is lost on the way.

The handler that is deployed, as the queue calls it, over a queue with SQS's rules and a table in memory.
"""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from braid.aws import queues
from braid.aws.executions import execution_arn
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.rerun import Reuse
from braid.domain.clock import iso
from braid.domain.errors import ThrottledError
from braid.runtime.handler import logger
from braid.store.records import RecordClosing
from lambdas.dispatch import handler_dispatch
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.memory_queue import INBOX, MemoryQueues, QueueRules
from tests.doubles.memory_stores import MemoryCounts, MemoryRecords

START = datetime(2026, 11, 20, tzinfo=UTC)
ASSETS, AT_ONCE, USD_PER_DAY = 110, 5, 20
ASSET_SECONDS, ASSET_USD = 2_500, "1.00"  # of each
THROTTLED, CRASHES = 0.05, 0.02  # shares of all starts


class FiveDays:
    """The inbox, who works it off, and the executions that it starts."""

    def __init__(self, rules: QueueRules = INBOX, *, crashes: float = CRASHES) -> None:
        self.now, self.most = 0.0, 0
        self.records, self.queue = MemoryRecords(), MemoryQueues(rules, lambda: self.now)
        self.started: list[AssetRef] = []
        self.crashes, self._crashed = crashes, 0
        self._running: deque[tuple[float, AssetRef]] = deque()
        self._rng = random.Random(1)

    def start(self, _arn: str, asset: AssetRef, _reuse: Reuse | None) -> bool:
        chance = self._rng.random()
        if chance < self.crashes:
            self._crashed += 1
            raise RuntimeError("a bug, or the process's end")
        if chance < self.crashes + THROTTLED:
            raise ThrottledError("states:StartExecution: ThrottlingException")
        assert asset not in self.started
        self.started.append(asset)
        self._running.append((self.now + ASSET_SECONDS, asset))
        return True

    def clock(self) -> str:
        return iso(START + timedelta(seconds=self.now))

    def run(self, assets: int = ASSETS) -> None:
        """Drops all at once and lets time pass until no message is left."""
        for number in range(assets):
            self.queue.send_message(QueueUrl=self.queue.url, MessageBody=arrival(number))
        while (at := self.queue.next_at()) is not None:
            self.now = max(self.now, at)
            self._end_what_is_over()
            if batch := self.queue.receive():
                event = {"Records": [{"messageId": each.message_id, "body": each.body} for each in batch]}
                answer = handler_dispatch.handler(event, CONTEXT)
                failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
                for message in batch:
                    if message.message_id not in failed:
                        self.queue.delete(message.message_id)
            self.most = max(self.most, self.records.open[AssetStatus.PROCESSING])

    def _end_what_is_over(self) -> None:
        while self._running and self._running[0][0] <= self.now:
            _, asset = self._running.popleft()
            arn = execution_arn(ARN, asset)
            closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r", arn, Decimal(ASSET_USD))
            assert self.records.close(asset, closing, now=self.clock())


ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"


def arrival(number: int) -> str:
    event = {
        "detail-type": "Object Created",
        "time": "2026-11-20T00:00:00Z",
        "detail": {
            "bucket": {"name": "b"},
            "object": {"key": f"inbox/general/{number}.mp4", "version-id": "v1"},
        },
    }
    return json.dumps(event)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[FiveDays], FiveDays]]:
    """Gives the handler the settings that it is deployed with, and the days as its surroundings."""
    for name, value in {
        "ASSETS_TABLE": "assets",
        "STATE_MACHINE_ARN": ARN,
        "POSTS_MACHINE_ARN": ARN,
        "OF_FOLDER": "{}",
        "QUEUE_URL": MemoryQueues.url,
        "DEAD_LETTERS_URL": MemoryQueues.dead_url,
        "MAX_ASSETS_AT_ONCE": str(AT_ONCE),
        "MAX_USD_PER_DAY": str(USD_PER_DAY),
    }.items():
        monkeypatch.setenv(name, value)

    def surround(days: FiveDays) -> FiveDays:
        monkeypatch.setattr(handler_dispatch, "AssetRecords", lambda _table: days.records)
        monkeypatch.setattr(handler_dispatch, "AssetCounts", lambda _table: MemoryCounts(days.records))
        monkeypatch.setattr(handler_dispatch, "start_execution", days.start)
        monkeypatch.setattr(handler_dispatch, "utc_now", days.clock)
        monkeypatch.setattr(handler_dispatch, "random", random.Random(2))
        monkeypatch.setattr(queues, "client", lambda _service: days.queue)
        # Twenty-five thousand lines that nobody reads take longer than all the rest.
        monkeypatch.setattr(handler_dispatch, "count_failure", lambda *_, **__: None)
        logger.setLevel("CRITICAL")
        return days

    yield surround
    logger.setLevel("INFO")


@pytest.mark.slow
def test_what_waits_for_five_days_is_processed_once_and_no_dead_letter(
    deployed: Callable[[FiveDays], FiveDays],
) -> None:
    days = deployed(FiveDays())
    days.run()

    assert len(set(days.started)) == ASSETS
    assert (days.queue.dead, days.queue.expired) == ([], [])
    assert days.now > INBOX.retention_seconds, "they waited for longer than a message is kept"
    assert days.most == AT_ONCE
    assert max(days.records.spent_usd.values()) <= USD_PER_DAY + AT_ONCE, "a day's limit and what ran then"
    assert len(days.records.spent_usd) == 5


def test_what_always_crashes_is_a_dead_letter_after_five_tries(
    deployed: Callable[[FiveDays], FiveDays],
) -> None:
    days = deployed(FiveDays(crashes=1.0))
    days.queue.send_message(QueueUrl=days.queue.url, MessageBody="no event")
    days.run(assets=AT_ONCE)

    assert days.started == []
    assert sorted(days.queue.dead) == sorted(["no event", *map(arrival, range(AT_ONCE))])
    assert days.now == INBOX.tries * INBOX.visibility_seconds
