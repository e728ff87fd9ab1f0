"""Reads page pictures through Textract: a few at once, resuming where a try stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from braid.aws.textract import Textract
from braid.domain.evidence.vision import DetectedText
from braid.domain.money.accounting import Meter, Usage
from braid.runtime.retries import Availability
from braid.store.documents import DocumentStore

__all__ = ["OPERATION", "OcrPage", "PageReader"]

OPERATION = "textract:DetectDocumentText"
_PAGES_AT_ONCE = 4


@dataclass(frozen=True)
class OcrPage:
    """The lines of one page in reading order, and what reading them was billed."""

    lines: tuple[DetectedText, ...]
    usage: tuple[Usage, ...] = ()


class PageReader:
    """Reads page pictures; each page's lines are stored as soon as they are there.

    ``textract`` is a boto3 client other than the process's own.
    """

    def __init__(self, store: DocumentStore, availability: Availability, *, textract: Any = None) -> None:
        self._store = store
        self._availability = availability
        self._client = textract

    def earlier(self, name: str) -> OcrPage | None:
        """What an earlier try read of the page called ``name``."""
        return self._store.find_document(OcrPage, self._key(name))

    def read(self, pictures: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, OcrPage]]:
        """The pages that could be read, by name. Where Textract isn't to be had none are, and it is listed.

        ``pictures`` is asked for the next one only when a place is free: few are in memory at a time.
        Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
        """
        with ThreadPoolExecutor(_PAGES_AT_ONCE) as pool:
            running: list[tuple[str, Future[OcrPage | None]]] = []
            is_first = True
            for name, picture in pictures:
                running.append((name, pool.submit(self._read, name, picture)))
                # The first page goes alone: whether Textract is to be had is found out once.
                while running and (is_first or len(running) >= _PAGES_AT_ONCE):
                    is_first = False
                    yield from _finished(running.pop(0))
                if self._availability.is_missing(OPERATION):
                    break
            for page in running:
                yield from _finished(page)

    def _read(self, name: str, picture: bytes) -> OcrPage | None:
        meter = Meter()
        with self._availability.wanted(OPERATION):
            lines = Textract(meter, textract=self._client).detect_document_text(picture)
            page = OcrPage(lines, meter.usage())
            self._store.put_document(self._key(name), page)
            return page
        return None

    def _key(self, name: str) -> str:
        return self._store.work_key(f"reading/{name}.json")


def _finished(page: tuple[str, Future[OcrPage | None]]) -> Iterator[tuple[str, OcrPage]]:
    name, future = page
    read = future.result()
    if read is not None:
        yield name, read
