"""Follows a run to its end: which state it is in, and what it says when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable

from braid.domain.tuning.records import TuningEnd
from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["EXIT_BY_STATUS", "follow"]

_POLL_SECONDS = 1.0
# As `braid drop --wait`: 3 for what was refused, 4 for what failed, 5 for a wait that was too short.
EXIT_BY_STATUS = {"REGISTERED": 0, "NOT_BETTER": 3, "REFUSED": 3, "FAILED": 4, "DELETED": 4, "RUNNING": 5}


def follow(
    tuning: DeployedTuning,
    run_id: str,
    *,
    timeout_seconds: float,
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> TuningEnd:
    """How the run ended; ``RUNNING`` where the time was too short, or a person's approval is waited for."""
    began, told = time.monotonic(), ""
    while True:
        status = tuning.status(run_id)
        states = tuning.states(run_id) if status else []
        if states and states[-1] != told:
            told = states[-1]
            tell(told)
        end = tuning.document(run_id, "end.json", TuningEnd)
        name = run_id.rpartition("-")[0]
        if status and status != "RUNNING":
            if end is not None:
                return end
            return TuningEnd(run_id, name, "FAILED", f"the execution ended as {status}")
        if told == "Ask Approval":
            said = f"it waits for an approval: `braid tune approve {run_id} --by NAME`"
            return TuningEnd(run_id, name, "RUNNING", said)
        if time.monotonic() - began > timeout_seconds:
            return TuningEnd(run_id, name, "RUNNING", f"in {told or 'its beginning'}")
        sleep(_POLL_SECONDS)
