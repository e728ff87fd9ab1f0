"""A console over a table of many records, and a visitor who pages, waits and counts."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from braid.aws.attributes import to_attributes
from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source
from braid.domain.clock import iso
from braid.store.counts import KINDS_KEY, OPEN_KEY, day_key
from braid.store.records import AssetRecords
from cli.target import Target

__all__ = ["POSTS_OF", "Visit", "fill", "visiting"]

_DAYS = 90
_AT_ONCE = 25  # BatchWriteItem takes no more
_SHARES = {
    AssetStatus.SUCCEEDED: 880,
    AssetStatus.PARTIAL: 50,
    AssetStatus.REJECTED: 30,
    AssetStatus.FAILED: 20,
    AssetStatus.AWAITING_REVIEW: 12,
    AssetStatus.PROCESSING: 5,
    AssetStatus.RECEIVED: 3,
}
_USD = Decimal("0.0123")
_NEXT = re.compile(r'rel="next" href="([^"]*)"')
_ALL = re.compile(r"<b>([\d,]+)</b> all")
_FILES = re.compile(r"([\d,]+) files? of posts")
# Every so many-th record is one of a file of posts.
POSTS_OF = 500


def fill(target: Target, count: int, *, seed: int = 1) -> None:
    """Puts ``count`` records of the last 90 days into the assets table, with the counts of their days."""
    chance, now = random.Random(seed), datetime.now(UTC)
    statuses = chance.choices(list(_SHARES), list(_SHARES.values()), k=count)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    items: list[dict[str, Any]] = []
    for number, status in enumerate(statuses):
        at = iso(now - timedelta(seconds=60 + number * (_DAYS - 1) * 86_400 / count))
        key = OPEN_KEY if status.is_open else day_key(at)
        counts[key][status.value] += 1
        kind = {"kind": AssetKind.POSTS.value} if number % POSTS_OF == 0 else {}
        items.append({**_record(number, status, at), **kind})
    for key, by_status in counts.items():
        ended = 0 if key == OPEN_KEY else sum(by_status.values())
        items.append({"asset_id": key, **dict(by_status), **({"usd": _USD * ended} if ended else {})})
    items.append({"asset_id": KINDS_KEY, AssetKind.POSTS.value: -(-count // POSTS_OF)})
    for start in range(0, len(items), _AT_ONCE):
        some = items[start : start + _AT_ONCE]
        puts = [{"PutRequest": {"Item": to_attributes(item)}} for item in some]
        left = target.dynamodb.batch_write_item(RequestItems={target.assets_table: puts})["UnprocessedItems"]
        while left:
            left = target.dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]


def _record(number: int, status: AssetStatus, at: str) -> dict[str, Any]:
    ended = {} if status.is_open else {"finished_at": at, "cost_usd": str(_USD)}
    return {
        "asset_id": f"asset-{number:06d}-0123456789abcdef0123",
        "attempt": 1,
        "status": status.value,
        "status_day": f"{status}#{at[:10]}",
        "updated_at": at,
        "received_at": at,
        "profile": "general",
        "source_key": f"inbox/general/a talk of some length {number}.mp4",
        "source_version_id": "v1",
        "media_type": "video/mp4",
        "modalities": ["speech", "vision"],
        "is_counted": True,
        **ended,
    }


@dataclass
class Visit:
    """An open console: ``seconds_to_first_list`` from the command's start to the first page."""

    target: Target
    base: str
    seconds_to_address: float
    seconds_to_first_list: float
    first_list: str
    _connection: http.client.HTTPConnection
    _cookie: str

    def get(self, path: str) -> tuple[str, float]:
        """A page below the base and the milliseconds that it took."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"Cookie": self._cookie})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{path} gave {answer.status}: {text[:300]}")
        return text, 1000 * (time.perf_counter() - began)

    def pages(self, most: int) -> Iterator[tuple[str, float]]:
        """The pages after the first one, as *Older* leads on."""
        return self.pages_after(self.first_list, most)

    def pages_after(self, text: str, most: int) -> Iterator[tuple[str, float]]:
        """The pages after one that was given."""
        for _ in range(most):
            found = _NEXT.search(text)
            if found is None:
                return
            text, milliseconds = self.get(unescape(found[1]))
            yield text, milliseconds

    def counted(self, text: str) -> int:
        """How many assets a page says there are."""
        found = _ALL.search(text)
        return int(found[1].replace(",", "")) if found else -1

    def counted_files(self, text: str) -> int:
        """How many files of posts a page says there are."""
        found = _FILES.search(text)
        return int(found[1].replace(",", "")) if found else -1

    def seconds_until_seen(self, number: int) -> float:
        """From a status change in the table to the page that shows it, by way of the event stream."""
        asset_id = f"change-{number}"
        asset = AssetRef(asset_id, 1, "general", Source("inbox", f"inbox/general/{asset_id}.txt", "v1"))
        stream = http.client.HTTPConnection(self._connection.host, self._connection.port, timeout=30)
        with contextlib.closing(stream):
            stream.request("GET", f"{self.base}/events?", headers={"Cookie": self._cookie})
            events = stream.getresponse()
            _wait_for_change(events)
            now = iso(datetime.now(UTC))
            records = AssetRecords(self.target.assets_table, dynamodb=self.target.dynamodb)
            began = time.perf_counter()
            records.put_received(asset, received_at=now, now=now)
            _wait_for_change(events)
            text, _ = self.get(f"{self.base}/")
            seconds = time.perf_counter() - began
        if asset_id not in text:
            raise RuntimeError("the page doesn't show the change that it was told of")
        return seconds


@contextlib.contextmanager
def visiting(target: Target, home: Path) -> Iterator[Visit]:
    """Runs `braid console` over a deployment in an embedded AWS under ``home``, and opens its first page."""
    command = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())"]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, "console", "--no-open"],
        env={**os.environ, "BRAID_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            opening = urlsplit(process.stdout.readline().strip())
            seconds_to_address = time.perf_counter() - began
            connection = http.client.HTTPConnection(opening.hostname or "", opening.port, timeout=60)
            connection.request("GET", f"{opening.path}?{opening.query}")
            answer = connection.getresponse()
            cookie = (answer.headers["set-cookie"] or "").partition(";")[0]
            answer.read()
            base = opening.path.rstrip("/")
            visit = Visit(target, base, seconds_to_address, 0.0, "", connection, cookie)
            visit.first_list, _ = visit.get(f"{base}/")
            visit.seconds_to_first_list = time.perf_counter() - began
            yield visit
        finally:
            process.terminate()


def _wait_for_change(events: http.client.HTTPResponse) -> None:
    while line := events.readline():
        if line == b"event: changed\n":
            events.readline()
            return
    raise RuntimeError("the event stream ended")
