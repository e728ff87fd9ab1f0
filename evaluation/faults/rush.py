"""Many clips dropped at once, with and without an account's quotas: how long, and what is throttled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.faults.deployment import Deployment
from evaluation.faults.verdict import Verdict, judge

__all__ = ["QUOTAS", "Rush", "rush"]

# Of a new account in a smaller region; Transcribe allows more, so that its queue is never needed there.
QUOTAS: Sequence[Mapping[str, Any]] = (
    {"service": "transcribe", "jobs_at_once": 10},
    {"service": "rekognition", "operation": "*", "per_second": 5},
    {"service": "bedrock-runtime", "operation": "*", "per_second": 2},
)
# Without a limit in force, calls aren't counted.
_UNLIMITED: Sequence[Mapping[str, Any]] = tuple(
    {"service": service, "operation": "*", "per_second": 10**6}
    for service in ("rekognition", "bedrock-runtime")
)
_RATES = {quota["service"]: float(quota["per_second"]) for quota in QUOTAS if "per_second" in quota}
# So embeds search what has ended; an asset's own steps converse.
_OF_SEARCH = "InvokeModel"
_STANDS_STILL_SECONDS = 900.0


@dataclass(frozen=True)
class Rush:
    """``seconds`` from the first drop to the last end; ``allowed_seconds`` is what the ``answered`` calls
    take at the quotas' rates, of which ``for_search`` are search's; ``refused`` calls were throttled."""

    verdicts: tuple[Verdict, ...]
    seconds: float
    allowed_seconds: float
    answered: int
    for_search: int
    refused: int

    @property
    def ends(self) -> Mapping[str, int]:
        """How many ended how."""
        return Counter(verdict.end for verdict in self.verdicts)


def rush(deployment: Deployment, clips: Sequence[Path], *, with_quotas: bool) -> Rush:
    """Drops all clips at once and waits until each has ended."""
    deployment.control("quotas", "DELETE")
    for quota in QUOTAS if with_quotas else _UNLIMITED:
        deployment.control("quotas", "POST", quota)
    began = time.monotonic()
    asset_ids = deployment.send(clips)
    open_count, moved_at = len(asset_ids), began
    while open_count and time.monotonic() - moved_at < _STANDS_STILL_SECONDS:
        time.sleep(1)
        # One question while most are open: asked of each, they would take a processor for themselves.
        still = deployment.open_count()
        if not still:
            still = sum(not deployment.is_settled(asset_id) for asset_id in asset_ids)
        if still != open_count:
            open_count, moved_at = still, time.monotonic()
    counted = deployment.control("quotas")["quotas"]
    return Rush(
        verdicts=tuple(judge(deployment, asset_id) for asset_id in asset_ids),
        seconds=moved_at - began,
        allowed_seconds=max((each["granted"] / _RATES[each["service"]] for each in counted), default=0.0),
        answered=sum(each["granted"] for each in counted),
        for_search=sum(each["granted"] for each in counted if each["operation"] == _OF_SEARCH),
        refused=sum(each["refused"] for each in counted),
    )
