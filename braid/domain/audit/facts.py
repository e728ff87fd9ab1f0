"""What an audit reads: the inbox, the records, the executions, the results, the queues and the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source, execution_name
from braid.domain.asset.rerun import Reuse

__all__ = [
    "DeadLetter",
    "ExecutionFact",
    "Facts",
    "IndexFact",
    "LetterKind",
    "RecordFact",
    "ResultFact",
    "TuningFacts",
    "TuningRunFact",
]


@dataclass(frozen=True)
class RecordFact:
    """A record; times are ISO 8601 in UTC, ``status_day`` is the day of its last change.

    ``received_day`` is that of its arrival. One of before counts were kept is not ``is_counted``. ``asset``
    is ``None`` where the asset was deleted: its record doesn't say any more where it came from. ``reuse`` is
    what its attempt takes over from an earlier one. ``is_source_kept`` says that a deletion left the file.
    """

    asset_id: str
    attempt: int
    status: AssetStatus
    asset: AssetRef | None
    updated_at: str
    status_day: str
    execution_arn: str | None = None
    reason: str | None = None
    redrive_count: int = 0
    is_counted: bool = True
    kind: AssetKind | None = None
    cost_usd: Decimal = Decimal(0)
    reserved_usd: Decimal = Decimal(0)
    reserved_day: str | None = None
    received_day: str | None = None
    review_deadline: str | None = None
    reuse: Reuse | None = None
    is_source_kept: bool = False

    @property
    def execution_name(self) -> str:
        """The name that its execution has, or will have."""
        return execution_name(self.asset_id, self.attempt)


@dataclass(frozen=True)
class ExecutionFact:
    """An execution as Step Functions lists it."""

    arn: str
    status: str
    redrive_count: int = 0

    @property
    def is_dead(self) -> bool:
        """Whether it ended without an answer of its own."""
        return self.status in ("FAILED", "TIMED_OUT", "ABORTED")


@dataclass(frozen=True)
class ResultFact:
    """What an asset's ``result.json`` says."""

    attempt: int
    status: AssetStatus


@dataclass(frozen=True)
class IndexFact:
    """What an asset's ``vectors.json`` says: of which attempt its vectors are, and how many."""

    attempt: int
    is_complete: bool
    vectors: int


class LetterKind(StrEnum):
    """What lies in the dead-letter queues of the inbox and of erasing, by its shape."""

    ARRIVAL = "arrival"  # an event of S3 that couldn't be delivered, or handled in five tries
    RERUN = "rerun"  # an asset asked for again, likewise
    DEATH = "death"  # the end of an execution that nobody recorded
    DEADLINE = "deadline"  # a review whose deadline nobody carried out
    DELETION = "deletion"  # an event of S3 that a version is gone, which couldn't be followed
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class DeadLetter:
    """A message that nobody handled: what it is about, and the reason where one was given."""

    message_id: str
    kind: LetterKind
    about: str
    reason: str = ""


@dataclass(frozen=True)
class TuningRunFact:
    """A tuning run; ``execution_status`` is empty where it was forgotten, ``end`` where it never ended.

    ``made`` are the classes of things that are still there of it; ``is_served`` is true too where nobody may
    look, and ``is_retired`` where its model was in use and was taken back.
    """

    run_id: str
    is_settled: bool
    execution_status: str
    end: str
    made: tuple[str, ...] = ()
    is_served: bool = True
    is_retired: bool = False


@dataclass(frozen=True)
class TuningFacts:
    """All runs by their ids, and by the name of what is tuned the run whose model is in use."""

    runs: Mapping[str, TuningRunFact]
    in_use: Mapping[str, str]


@dataclass(frozen=True)
class Facts:
    """Everything as it was read at ``now``; what changed after ``settled_before`` may still be moving.

    ``versions`` are the object versions that start an asset, by the asset's id; ``folders`` the ids with
    anything below ``assets/``; ``elsewhere`` those of what lies in other places, by the place; ``copies`` the
    folders (URIs) beside sources, by the source's key; ``committed_usd`` what the assets that a day admitted
    cost or may; ``marks`` the owners of marked contents, by the mark's key; ``indexed`` what search keeps, by
    the asset's id, or ``None`` where the deployment has no search, and so is ``tuning`` where it can't tune.
    """

    now: str
    settled_before: str
    waited_since: str
    versions: Mapping[str, tuple[Source, str]]
    records: Mapping[str, RecordFact]
    executions: Mapping[str, ExecutionFact]
    results: Mapping[str, ResultFact]
    folders: frozenset[str]
    open_counts: Mapping[AssetStatus, int]
    day_counts: Mapping[str, Mapping[AssetStatus, int]]
    day_usd: Mapping[str, Decimal]
    committed_usd: Mapping[str, Decimal]
    kind_counts: Mapping[AssetKind, int]
    waiting_messages: int
    dead_letters: tuple[DeadLetter, ...] = ()
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    indexed: Mapping[str, IndexFact] | None = None
    tuning: TuningFacts | None = None

    def is_settled(self, record: RecordFact) -> bool:
        """Whether nobody is at it: what was changed just now may be halfway."""
        return record.updated_at < self.settled_before

    def next_attempt(self, asset_id: str) -> int:
        """The number of an attempt whose execution's name is still free."""
        attempt = 1
        while execution_name(asset_id, attempt) in self.executions:
            attempt += 1
        return attempt

    def execution_of(self, record: RecordFact) -> ExecutionFact | None:
        """The record's execution, if Step Functions still knows it."""
        return self.executions.get(record.execution_name)
