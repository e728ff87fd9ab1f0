"""EventBridge events of S3: which version of which object they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.domain.asset.asset import Source
from braid.domain.errors import InvalidInputError
from braid.domain.quoting import quoted

__all__ = ["object_of"]


def object_of(event: Mapping[str, Any]) -> Source:
    """The object version that an event of S3 tells of.

    The key is taken as it is: unlike S3's own notifications, EventBridge events carry it unencoded, so that
    unquoting would turn ``a+b 50%25.mp4`` into another key. Raises ``InvalidInputError`` where the event has
    no bucket, key or version.
    """
    bucket = _text(event, "detail", "bucket", "name")
    key = _text(event, "detail", "object", "key")
    version_id = _member(event, "detail", "object", "version-id")
    if not isinstance(version_id, str) or version_id in ("", "null"):
        raise InvalidInputError(
            f"the event of '{key}' has no version id: bucket '{bucket}' must have versioning enabled, because"
            " an object without versions could change while it is processed"
        )
    return Source(bucket, key, version_id)


def _member(event: Mapping[str, Any], *path: str) -> Any:
    value: Any = event
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(event: Mapping[str, Any], *path: str) -> str:
    value = _member(event, *path)
    if not isinstance(value, str) or not value:
        raise InvalidInputError(f"the event must have {'.'.join(path)}: {quoted(event, 300)}")
    return value
