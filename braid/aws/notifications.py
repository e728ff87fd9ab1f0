"""Amazon SNS: a message for people, through whatever they subscribed with."""

from __future__ import annotations

from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors

__all__ = ["notify"]

_MAX_SUBJECT_CHARACTERS = 99  # SNS takes fewer than 100, ASCII, without line breaks


def notify(topic_arn: str, *, subject: str, message: str, sns: Any = None) -> None:
    """Publishes ``message``; the subject is cut and made ASCII, which is all that e-mail subjects take."""
    plain = " ".join(subject.encode("ascii", "replace").decode().split())[:_MAX_SUBJECT_CHARACTERS]
    with service_errors("sns:Publish"):
        (sns or client("sns")).publish(TopicArn=topic_arn, Subject=plain, Message=message)
