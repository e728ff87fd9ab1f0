"""What a run leaves to read: how far it is, what was measured, and which tuned models are in use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from braid.domain.errors import InvalidInputError
from braid.domain.scores.calibration import ReliabilityBin
from braid.domain.tuning.plan import Way

__all__ = [
    "DataReport",
    "Difference",
    "Evaluation",
    "ModelBook",
    "ModelRow",
    "SliceDifference",
    "TuningEnd",
    "TuningSources",
]


@dataclass(frozen=True)
class DataReport:
    """What checking the data found; ``warnings`` are problems that stop nothing."""

    training_rows: int
    validation_rows: int
    evaluation_rows: int
    training_characters: int
    evaluation_characters: int
    warnings: tuple[str, ...] = ()
    schema_version: str = "1"


@dataclass(frozen=True)
class TuningSources:
    """The assets that a run's data was made from, as far as its data set says, for whoever erases one."""

    asset_ids: tuple[str, ...]
    schema_version: str = "1"


@dataclass(frozen=True)
class Difference:
    """Tuned minus base: ``points`` and ``relative`` with the bounds of their 95 % intervals."""

    points: float
    points_low: float
    points_high: float
    relative: float | None
    relative_low: float | None
    relative_high: float | None


@dataclass(frozen=True)
class SliceDifference:
    """One slice of the evaluation."""

    name: str
    count: int
    base: float
    tuned: float


@dataclass(frozen=True)
class Evaluation:
    """Both models on the same rows, which neither was trained with.

    ``metric``: ``f1`` of the answer Yes, or ``accuracy`` of the nearest picture. ``reliability`` and ``ece``
    are there where the tuned model says how sure it is. ``rows``: for each class (truth, base, tuned), for
    the tables that reports show.
    """

    metric: str
    base: float
    tuned: float
    difference: Difference
    is_better: bool
    reasons: tuple[str, ...]
    count: int
    unreadable_base: int
    unreadable_tuned: int
    slices: tuple[SliceDifference, ...] = ()
    ece: float | None = None
    ece_low: float | None = None
    ece_high: float | None = None
    brier: float | None = None
    reliability: tuple[ReliabilityBin, ...] = ()
    truth: tuple[str, ...] = ()
    said_base: tuple[str, ...] = ()
    said_tuned: tuple[str, ...] = ()
    schema_version: str = "1"


@dataclass(frozen=True)
class TuningEnd:
    """How a run ended: ``REGISTERED``, ``NOT_BETTER``, ``REFUSED``, ``FAILED`` or ``DELETED``, and why."""

    run_id: str
    name: str
    status: str
    reason: str
    left: tuple[str, ...] = ()
    schema_version: str = "1"


@dataclass(frozen=True)
class ModelRow:
    """One model that was put into use. ``ends_at`` is when what serves it is deleted by itself, if it is.

    ``model_arn`` is what calls name: a deployment's, provisioned throughput's, or the custom model's own
    where it is asked in batches alone.
    """

    run_id: str
    model_arn: str
    custom_model_arn: str
    way: Way
    profile: str
    since: str
    data_sha256: str
    recipe_sha256: str
    price: str
    ends_at: str = ""
    retired_at: str = ""


@dataclass(frozen=True)
class ModelBook:
    """All models of one name, the oldest first."""

    name: str
    rows: tuple[ModelRow, ...] = ()
    schema_version: str = "1"

    @property
    def in_use(self) -> ModelRow | None:
        """The newest that wasn't taken back."""
        return next((row for row in reversed(self.rows) if not row.retired_at), None)

    def adding(self, row: ModelRow) -> ModelBook:
        """The book with one more; the same run again replaces its row."""
        kept = tuple(known for known in self.rows if known.run_id != row.run_id)
        return replace(self, rows=(*kept, row))

    def without(self, run_id: str, at: str) -> ModelBook:
        """The book in which the run's model isn't in use any more, because what served it is deleted."""
        rows = tuple(
            replace(row, retired_at=at) if row.run_id == run_id and not row.retired_at else row
            for row in self.rows
        )
        return replace(self, rows=rows)

    def rolled_back(self, at: str) -> ModelBook:
        """The book with the model before in use. Raises ``InvalidInputError`` where there is none."""
        current = self.in_use
        standing = [row for row in self.rows if not row.retired_at]
        if current is None or len(standing) < 2:
            raise InvalidInputError(
                f"{self.name} has no model before this one to go back to: the base model is used where a"
                " profile names no other"
            )
        rows = tuple(replace(row, retired_at=at) if row is current else row for row in self.rows)
        return replace(self, rows=rows)
