"""Counts what AWS bills of the requests that this process sends, where they are sent.

Nothing is asked for it: S3 and SNS bill the request, DynamoDB says with each answer what it consumed. A
request that botocore repeats is counted again, as it is billed again. What is free isn't counted: deleting,
the job APIs of the AI services (``Meter`` counts what they work on), Step Functions' own API.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from braid.domain.money.metered import READ_UNITS, STORED_BYTES, WRITE_UNITS

__all__ = ["RequestMeter", "requests"]

_FREE_OF_CHARGE = frozenset({"DeleteObject", "DeleteObjects", "AbortMultipartUpload"})
_STORING = frozenset({"PutObject", "UploadPart"})
_READING = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
# What later steps alone need expires in a week: a quarter of a month's price at most.
_EXPIRING_FOLDER = "work"


class RequestMeter:
    """The requests of one process; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[str, float] = defaultdict(float)

    def watch(self, client: Any) -> None:
        """Counts what ``client``, one of botocore's, sends from now on."""
        events = client.meta.events
        service = client.meta.service_model.service_name
        if service in ("s3", "sns"):
            events.register(f"before-send.{service}", self._sends)
        if service == "dynamodb":
            events.register("provide-client-params.dynamodb", _asks_what_it_consumes)
            events.register("after-call.dynamodb", self._consumed)

    def counted(self) -> dict[str, float]:
        """What was counted since ``restart``."""
        with self._lock:
            return dict(self._counted)

    def restart(self) -> None:
        """Counts from nothing."""
        with self._lock:
            self._counted.clear()

    def _count(self, name: str, quantity: float) -> None:
        with self._lock:
            self._counted[name] += quantity

    def _sends(self, event_name: str, request: Any, **_: Any) -> None:
        _before_send, service, operation = event_name.split(".")
        if operation not in _FREE_OF_CHARGE:
            self._count(f"{service}:{operation}", 1)
        if operation in _STORING and not _expires(request.url):
            headers = request.headers
            length = headers.get("X-Amz-Decoded-Content-Length") or headers.get("Content-Length") or 0
            self._count(STORED_BYTES, int(length))

    def _consumed(self, event_name: str, parsed: Mapping[str, Any], **_: Any) -> None:
        is_read = event_name.rpartition(".")[2] in _READING
        told = parsed.get("ConsumedCapacity")
        tables = told if isinstance(told, list) else [told] if told else []
        # A write that its condition refused consumes at least one unit and doesn't say so.
        units = sum(float(table.get("CapacityUnits") or 0) for table in tables) or 1.0
        self._count(READ_UNITS if is_read else WRITE_UNITS, units)


def _expires(url: str) -> bool:
    """Whether the key begins with the folder: the path does, behind the bucket's name where that is in it."""
    return _EXPIRING_FOLDER in urlsplit(url).path.split("/")[1:3]


def _asks_what_it_consumes(params: dict[str, Any], **_: Any) -> None:
    params.setdefault("ReturnConsumedCapacity", "TOTAL")


requests = RequestMeter()
