"""SQS: messages sent again, to come later or never."""

from __future__ import annotations

from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors

__all__ = ["send_again", "send_to_dead_letters"]


def send_again(queue_url: str, body: str, *, delay_seconds: int, sqs: Any = None) -> None:
    """A new message with the same body, which uses up neither the old one's tries nor its retention."""
    with service_errors("sqs:SendMessage"):
        (sqs or client("sqs")).send_message(QueueUrl=queue_url, MessageBody=body, DelaySeconds=delay_seconds)


def send_to_dead_letters(queue_url: str, body: str, *, reason: str, sqs: Any = None) -> None:
    """Parks a message that nobody could ever handle, with the reason as an attribute."""
    attributes = {"reason": {"DataType": "String", "StringValue": reason}}
    with service_errors("sqs:SendMessage"):
        (sqs or client("sqs")).send_message(
            QueueUrl=queue_url, MessageBody=body, MessageAttributes=attributes
        )
