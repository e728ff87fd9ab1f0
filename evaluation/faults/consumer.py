"""A consumer of the account's bus, as whoever builds on Braid has one: which events came to it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetStatus
from cli.repair.assets_table import read_records
from cli.target import Target

__all__ = ["Consumer", "consumer", "unannounced"]

_WITHIN_SECONDS = 30.0


@dataclass
class Consumer:
    """The queue behind its rule."""

    sqs: Any
    queue_url: str
    _details: list[dict[str, Any]] = field(default_factory=list)

    def heard(self) -> list[dict[str, Any]]:
        """The details of all events so far, in the order in which they came."""
        while messages := self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self._details.append(json.loads(message["Body"])["detail"])
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return list(self._details)


@contextmanager
def consumer(client: Callable[[str], Any], name: str, detail: Mapping[str, Any]) -> Iterator[Consumer]:
    """Listens to "Asset Processed" with such a ``detail``; ``client`` makes a service's client."""
    sqs, events = client("sqs"), client("events")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may_send]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pattern = {
        "source": ["braid"],
        "detail-type": ["Asset Processed"],
        **({"detail": detail} if detail else {}),
    }
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    try:
        yield Consumer(sqs, url)
    finally:
        events.remove_targets(Rule=name, Ids=["queue"])
        events.delete_rule(Name=name)
        sqs.delete_queue(QueueUrl=url)


def unannounced(target: Target, listener: Consumer) -> list[str]:
    """Assets whose result is published, and that nobody who listens has heard of, a while after all ended."""
    published = {
        asset_id
        for asset_id, record in read_records(target).items()
        if record.status in (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
    }
    deadline = time.monotonic() + _WITHIN_SECONDS
    while True:
        unheard = published - {detail["asset_id"] for detail in listener.heard()}
        if not unheard or time.monotonic() > deadline:
            return sorted(unheard)
        time.sleep(1)
