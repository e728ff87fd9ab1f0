"""Reads the EventBridge events "Object Deleted" of S3 that end a version for good."""

from __future__ import annotations

from braid.aws.s3.object_events import object_of
from braid.domain.asset.asset import Source
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted

__all__ = ["read_deletion"]


def read_deletion(body: str) -> Source:
    """The version that one SQS message says is gone. Raises ``InvalidInputError`` for any other message.

    Such as "Delete Marker Created", the other type of deletion, which hides a version and deletes none
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).
    """
    try:
        event = parse_json(body)
    except ValueError as error:
        raise InvalidInputError(f"the message is not JSON: {quoted(body)}") from error
    match event:
        case {"detail-type": "Object Deleted", "detail": {"deletion-type": "Permanently Deleted"}}:
            return object_of(event)
    raise InvalidInputError(f"the message tells of no version that was deleted for good: {quoted(body)}")
