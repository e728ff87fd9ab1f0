"""DynamoDB's typed attributes: ``{"S": "text"}`` for a plain value, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

__all__ = ["from_attributes", "to_attributes"]


def to_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    """An item as DynamoDB takes it. Numbers are ``int`` or ``Decimal``: boto3 refuses ``float``.

    A ``StrEnum`` is written as its value: the serializer knows ``str`` alone.
    """
    serialize = TypeSerializer().serialize
    return {name: serialize(str(it) if isinstance(it, str) else it) for name, it in values.items()}


def from_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of an item; numbers are ``Decimal``."""
    deserializer = TypeDeserializer()
    return {name: deserializer.deserialize(value) for name, value in item.items()}
