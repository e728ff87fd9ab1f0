"""Reads page pictures through Textract: a few at once, resuming where a try stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from braid.aws.textract import Textract
from braid.domain.evidence.vision import DetectedText
from braid.domain.money.accounting import Meter, Usage
from braid.runtime.retries import Availability
from braid.runtime.survey import Outcome, SurveyPlan, survey
from braid.store.documents import DocumentStore

__all__ = ["OPERATION", "OcrPage", "PageReader"]

OPERATION = "textract:DetectDocumentText"
_PLAN = SurveyPlan(OPERATION, at_once=4, pieces="pictures of pages")


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

    def read(self, pictures: Iterable[tuple[str, bytes]]) -> dict[str, OcrPage]:
        """The pages that could be read, by name. Where Textract isn't available none are, and it is listed.

        ``pictures`` is asked for the next one only when a place is free: few are in memory at a time. A page
        that Textract refuses isn't read, and the others are. Raises ``ThrottledError`` or
        ``ServiceUnavailableError`` while the state machine may still retry.
        """
        surveyed = survey(
            pictures,
            self._lines,
            plan=_PLAN,
            availability=self._availability,
            earlier={},
            keep=self._keep,
        )
        if refusals := surveyed.refusals_in_words():
            self._availability.list_missing(OPERATION, "{}: {}".format(*refusals))
        return {name: _page(surveyed.outcomes[name]) for name in surveyed.answers}

    def _lines(self, picture: bytes, meter: Meter) -> tuple[DetectedText, ...]:
        return Textract(meter, textract=self._client).detect_document_text(picture)

    def _keep(self, name: str, outcome: Outcome[tuple[DetectedText, ...]]) -> None:
        if outcome.answer is not None:
            self._store.put_document(self._key(name), _page(outcome))

    def _key(self, name: str) -> str:
        return self._store.work_key(f"reading/{name}.json")


def _page(outcome: Outcome[tuple[DetectedText, ...]]) -> OcrPage:
    return OcrPage(outcome.answer or (), outcome.usage)
