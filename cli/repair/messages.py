"""The one door to an execution: the messages that dispatch reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from braid.domain.asset.asset import AssetRef, Source
from braid.domain.asset.rerun import Rerun, Reuse, rerun_message
from braid.domain.clock import iso
from cli.errors import CommandError
from cli.target import Target

__all__ = ["message_of_attempt", "send_messages"]

_SQS_BATCH = 10


def _arrival_message(source: Source) -> str:
    """What S3 would have sent of an object version, as far as dispatch reads it."""
    event = {
        "version": "0",
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": iso(datetime.now(UTC)),
        "detail": {
            "bucket": {"name": source.bucket},
            "object": {"key": source.key, "version-id": source.version_id},
            "requester": "braid",
        },
    }
    return json.dumps(event, ensure_ascii=False)


def message_of_attempt(asset: AssetRef, reuse: Reuse | None) -> str:
    """The message that begins this very attempt: S3's for the first, ours for a later one."""
    if asset.attempt == 1:
        return _arrival_message(asset.source)
    return rerun_message(Rerun(asset, reuse), now=iso(datetime.now(UTC)))


def send_messages(target: Target, bodies: Sequence[str]) -> int:
    """Sends each body to dispatch's queue; how many were sent. Raises ``CommandError`` where one isn't."""
    if not target.inbox_queue_url:
        raise CommandError(f"{target.stack_name} is of an earlier version: deploy this one first")
    sent = 0
    for begin in range(0, len(bodies), _SQS_BATCH):
        batch = bodies[begin : begin + _SQS_BATCH]
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
        answer = target.sqs.send_message_batch(QueueUrl=target.inbox_queue_url, Entries=entries)
        if failed := answer.get("Failed"):
            raise CommandError(
                f"SQS refused {len(failed)} of {len(batch)} messages ({failed[0].get('Message')}) after"
                f" {sent} were sent; what was sent is begun once, so repeat the command"
            )
        sent += len(batch)
    return sent
