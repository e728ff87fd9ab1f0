"""A run as the steps see it: its documents in the results bucket, and the names of what it makes.

What lasts lies below ``tuning/<run>/``; data, batch files and the approval's token lie below
``work/tuning/<run>/``, which expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from braid.domain.claim_check import Claim
from braid.domain.tuning.estimate import DataSize
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import DataReport, ModelBook
from braid.store.documents import DocumentStore

__all__ = ["Run", "RunRequest", "Settings"]

T = TypeVar("T")
_JSON = "application/json"


@dataclass(frozen=True)
class Settings:
    """What most steps need to know: where documents lie."""

    results_bucket: str


@dataclass(frozen=True)
class RunRequest:
    """The input of most steps."""

    run_id: str


class Run:
    """One run's documents."""

    def __init__(self, bucket: str, run_id: str, *, s3: Any = None) -> None:
        self.run_id = run_id
        self.store = DocumentStore(bucket, run_id, 0, s3=s3)

    @property
    def plan(self) -> TuningPlan:
        """What was asked for."""
        return self.store.stored_document(TuningPlan, self.key("plan.json"))

    def key(self, name: str) -> str:
        """Of what lasts."""
        return f"tuning/{self.run_id}/{name}"

    def work_key(self, name: str) -> str:
        """Of what expires."""
        return f"work/tuning/{self.run_id}/{name}"

    def work_uri(self, name: str) -> str:
        """An S3 address below the run's folder that expires."""
        return f"s3://{self.store.bucket}/{self.work_key(name)}"

    def put(self, name: str, document: Any) -> Claim:
        """Stores a document that lasts."""
        return self.store.put_document(self.key(name), document)

    def read(self, cls: type[T], name: str) -> T:
        """A document that an earlier step stored."""
        return self.store.stored_document(cls, self.key(name))

    def find(self, cls: type[T], name: str) -> T | None:
        """A document that an earlier step may have stored."""
        return self.store.find_document(cls, self.key(name))

    @property
    def size(self) -> DataSize:
        """How much is trained on and evaluated with, as the check counted it."""
        data = self.read(DataReport, "data.json")
        return DataSize(
            data.training_rows, data.training_characters, data.evaluation_rows, data.evaluation_characters
        )

    def lines(self, claim: Claim) -> list[bytes]:
        """The lines of a data file, the very bytes that were claimed."""
        return self.store.get_payload(claim).splitlines()

    def book(self, name: str) -> ModelBook:
        """The models of a name that were put into use."""
        return self.store.find_document(ModelBook, _book_key(name)) or ModelBook(name)

    def put_book(self, book: ModelBook) -> None:
        """Stores the book."""
        self.store.put_document(_book_key(book.name), book)


def _book_key(name: str) -> str:
    return f"tuning/models/{name}.json"
