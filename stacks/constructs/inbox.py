"""The way from the input bucket to the dispatcher: a rule, a queue, and one for what went wrong."""

from __future__ import annotations

from aws_cdk import aws_events as events
from constructs import Construct

from braid.domain.asset.asset import INBOX_PREFIX
from stacks.constructs.work_queue import WorkQueue

__all__ = ["Inbox"]


class Inbox(WorkQueue):
    """Every object created below ``inbox/`` becomes a message; ``deliver_to`` hands them to a function.

    Delivery is at least once and unordered, as S3's events are. What can't be delivered or handled lands in
    ``dead_letters`` and stays there for two weeks.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, input_bucket_name: str, consumer_timeout_seconds: int
    ) -> None:
        super().__init__(scope, construct_id, consumer_timeout_seconds=consumer_timeout_seconds)
        events.Rule(
            self,
            "ObjectCreated",
            description="An object arrived below inbox/ of the input bucket",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [input_bucket_name]},
                    "object": {"key": [{"prefix": INBOX_PREFIX}]},
                },
            ),
            targets=[self.target()],
        )
