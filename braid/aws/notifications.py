"""What is told outside: people through Amazon SNS, other systems through Amazon EventBridge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.errors import ServiceUnavailableError

__all__ = ["announce", "notify"]

_MAX_SUBJECT_CHARACTERS = 99  # SNS takes fewer than 100, ASCII, without line breaks


def notify(topic_arn: str, *, subject: str, message: str, sns: Any = None) -> None:
    """Publishes ``message``; the subject is cut and made ASCII, which is all that e-mail subjects take."""
    plain = " ".join(subject.encode("ascii", "replace").decode().split())[:_MAX_SUBJECT_CHARACTERS]
    with service_errors("sns:Publish"):
        (sns or client("sns")).publish(TopicArn=topic_arn, Subject=plain, Message=message)


def announce(detail_type: str, detail: Mapping[str, Any], *, events: Any = None) -> None:
    """Puts one event of ours on the account's default bus.

    Raises the service errors; ``ServiceUnavailableError`` where the bus answers well and refuses the event.
    """
    entry = {
        "Source": "braid",
        "DetailType": detail_type,
        "Detail": json.dumps(detail, ensure_ascii=False),
        "EventBusName": "default",
    }
    with service_errors("events:PutEvents"):
        answer = (events or client("events")).put_events(Entries=[entry])
    if answer.get("FailedEntryCount"):
        code = answer["Entries"][0].get("ErrorCode", "no code")
        raise ServiceUnavailableError(f"events:PutEvents: EventBridge refused {detail_type!r} ({code})")
