"""The one document that names everything an asset gave: the shape of ``result.json``."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetStatus
from braid.domain.claim_check import Claim
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.targets import MissedTarget

__all__ = ["Result", "ResultSource", "Timings"]


@dataclass(frozen=True)
class ResultSource:
    """What was processed."""

    bucket: str
    key: str
    version_id: str
    size_bytes: int | None = None
    media_type: str | None = None


@dataclass(frozen=True)
class Timings:
    """When the asset was received and finished (ISO 8601, UTC) and how long that took."""

    received_at: str | None
    finished_at: str
    duration_seconds: float | None


@dataclass(frozen=True)
class Result:
    """The outcome: status, reason, what is missing, gates, and a claim per named result.

    ``warnings`` tell what of the results falls short, such as captions that are too fast to read;
    ``missed_targets`` which of the profile's own targets the asset missed.
    """

    asset_id: str
    attempt: int
    source: ResultSource
    profile: str
    status: AssetStatus
    reason: str | None
    missing: tuple[MissingOperation, ...]
    gates: tuple[Gate, ...]
    results: dict[str, Claim]
    timings: Timings
    execution_arn: str
    modalities: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    missed_targets: tuple[MissedTarget, ...] = ()
    schema_version: str = "1"
