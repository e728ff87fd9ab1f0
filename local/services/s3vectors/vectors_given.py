"""What PutVectors and QueryVectors take: sizes, numbers and metadata, refused as the service refuses them.

Limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local.services.protocol import ServiceError

__all__ = ["checked_metadata", "checked_texts", "checked_vector"]

_METADATA_BYTES = 40 * 1024
_FILTERABLE_BYTES = 2 * 1024
_METADATA_KEYS = 50


def checked_vector(data: Mapping[str, Any], dimension: int, *, is_cosine: bool) -> NDArray[np.float32]:
    """The numbers of ``data``. Raises ``ServiceError`` ValidationException for what the index can't hold."""
    values = np.asarray(data.get("float32", ()), np.float32)
    if len(values) != dimension:
        raise _invalid(f"vector must have length {dimension}, but has length {len(values)}")
    if not np.isfinite(values).all():
        raise _invalid("vector can't hold NaN or infinity")
    if is_cosine and not values.any():
        raise _invalid("a zero vector has no direction: it isn't allowed in an index with cosine distance")
    return values


def checked_metadata(metadata: Any, not_filterable: frozenset[str]) -> dict[str, Any]:
    """The metadata. Raises ``ServiceError`` ValidationException for a kind or a size that isn't allowed."""
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise _invalid("metadata must be an object")
    if len(metadata) > _METADATA_KEYS:
        raise _invalid(f"metadata can't have more than {_METADATA_KEYS} keys")
    for key, value in metadata.items():
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            raise _invalid(f"metadata key {key}: a value is a string, a number, a boolean or a list of them")
    filterable = {key: value for key, value in metadata.items() if key not in not_filterable}
    if (size := _size(filterable)) > _FILTERABLE_BYTES:
        raise _invalid(f"Filterable metadata must have at most {_FILTERABLE_BYTES} bytes, but has {size}")
    if (size := _size(metadata)) > _METADATA_BYTES:
        raise _invalid(f"Total metadata must have at most {_METADATA_BYTES} bytes, but has {size}")
    return dict(metadata)


def _size(metadata: Mapping[str, Any]) -> int:
    """Bytes of UTF-8, keys and values: a character that isn't ASCII counts more than once."""
    return sum(
        _bytes_of(key) + sum(map(_bytes_of, value if isinstance(value, list) else [value]))
        for key, value in metadata.items()
    )


def _bytes_of(item: Any) -> int:
    if not isinstance(item, str):
        return len(json.dumps(item))
    try:
        return len(item.encode())
    except UnicodeEncodeError as error:
        raise _invalid("metadata must be UTF-8") from error


def _invalid(problem: str) -> ServiceError:
    return ServiceError("ValidationException", f"Invalid record: {problem}")


def checked_texts(asked: Sequence[Mapping[str, Any]], text_keys: Sequence[str]) -> list[tuple[str, str]]:
    """Key and text of each of ``queryTexts``. Raises ``ServiceError`` for a key that isn't searchable."""
    found = [(str(each["metadataKey"]), str(each["text"])) for each in asked]
    for key, _ in found:
        if key not in text_keys:
            raise ServiceError("ValidationException", f"{key} isn't configured for full-text search")
    return found
