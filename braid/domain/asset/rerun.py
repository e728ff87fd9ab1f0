"""An asset asked for again: a new attempt, which may take over what an earlier one analysed.

It comes to dispatch as S3's events do, through the same queue: whoever asks for four hundred again is held to
the same limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode, encode

__all__ = ["RERUN_EVENT", "Rerun", "Reuse", "StartAt", "read_rerun", "rerun_message"]

RERUN_EVENT = "Asset Rerun"


class StartAt(StrEnum):
    """The first thing that a new attempt does itself; what comes before it is taken over."""

    ANALYSIS = "analysis"
    FUSION = "fusion"
    INFERENCE = "inference"


@dataclass(frozen=True)
class Reuse:
    """What a new attempt takes over: all that ``attempt`` left from before ``start_at``."""

    start_at: StartAt
    attempt: int


@dataclass(frozen=True)
class Rerun:
    """The new attempt; without ``reuse`` the file is analysed again from the beginning."""

    asset: AssetRef
    reuse: Reuse | None = None


def rerun_message(rerun: Rerun, *, now: str) -> str:
    """The body of the message; ``now`` is ISO 8601 in UTC."""
    event = {"source": "braid", "detail-type": RERUN_EVENT, "time": now, "detail": encode(rerun)}
    return json.dumps(event, ensure_ascii=False)


def read_rerun(event: Mapping[str, Any]) -> Rerun:
    """The rerun that a message asks for. Raises ``InvalidInputError`` naming what doesn't fit."""
    rerun = decode(Rerun, event.get("detail"))
    if rerun.asset.attempt < 2:
        raise InvalidInputError(f"a rerun of {rerun.asset.asset_id} is its second attempt at least")
    if rerun.reuse is not None and rerun.reuse.attempt >= rerun.asset.attempt:
        raise InvalidInputError(f"{rerun.asset.asset_id} can take over from an earlier attempt alone")
    return rerun
