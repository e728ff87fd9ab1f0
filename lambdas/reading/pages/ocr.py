"""Reads page pictures through Textract: a few at once, resuming where a try stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
_PLAN = SurveyPlan(
    OPERATION,
    at_once=4,
    # The quota of most regions is below; botocore's adaptive retries slow down where one refuses.
    per_second=5.0,
    # The function has ten minutes; a page takes seconds, and what is read has to be laid out.
    begin_within_seconds=420.0,
    goes_on=True,
    pieces="pictures of pages",
)


@dataclass(frozen=True)
class OcrPage:
    """The lines of one page in reading order, and what reading them was billed.

    A page with a ``refusal`` has none: it would be refused again, so that a retry doesn't ask.
    """

    lines: tuple[DetectedText, ...] = ()
    usage: tuple[Usage, ...] = ()
    refusal: str = ""


class PageReader:
    """Reads page pictures; each page's lines are stored as soon as they are there.

    ``textract`` is a boto3 client other than the process's own.
    """

    def __init__(self, store: DocumentStore, availability: Availability, *, textract: Any = None) -> None:
        self._store = store
        self._availability = availability
        self._client = textract

    def read(self, names: Sequence[str], picture: Callable[[str], bytes | None]) -> dict[str, OcrPage]:
        """The pages that could be read, by name. Where Textract isn't available none are, and it is listed.

        ``picture`` makes a page's JPEG, or ``None`` where there is none to read. It is called in this thread,
        only for what no earlier try asked about, when a place is free: few are in memory at a time. A page
        that Textract refuses isn't read, and the others are. Raises ``ThrottledError`` or
        ``ServiceUnavailableError`` while the state machine may still retry.
        """
        found = {name: self._store.find_document(OcrPage, self._key(name)) for name in names}
        earlier = {name: _outcome(page) for name, page in found.items() if page is not None}
        open_names = (name for name in names if name not in earlier)
        surveyed = survey(
            ((name, jpeg) for name in open_names if (jpeg := picture(name)) is not None),
            self._lines,
            plan=_PLAN,
            availability=self._availability,
            earlier=earlier,
            keep=self._keep,
        )
        return {name: _page(surveyed.outcomes[name]) for name in names if name in surveyed.answers}

    def _lines(self, picture: bytes, meter: Meter) -> tuple[DetectedText, ...]:
        return Textract(meter, textract=self._client).detect_document_text(picture)

    def _keep(self, name: str, outcome: Outcome[tuple[DetectedText, ...]]) -> None:
        self._store.put_document(self._key(name), _page(outcome))

    def _key(self, name: str) -> str:
        return self._store.work_key(f"reading/{name}.json")


def _page(outcome: Outcome[tuple[DetectedText, ...]]) -> OcrPage:
    return OcrPage(outcome.answer or (), outcome.usage, outcome.refusal)


def _outcome(page: OcrPage) -> Outcome[tuple[DetectedText, ...]]:
    return Outcome(None if page.refusal else page.lines, page.refusal, page.usage)
