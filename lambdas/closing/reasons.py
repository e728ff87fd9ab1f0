"""Why an asset was rejected or failed, in words for the person who dropped it."""

from __future__ import annotations

from braid.domain.asset.crashes import is_unlisted_crash
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.failure import Failure
from braid.domain.quoting import shortened

__all__ = ["died_on_the_file", "failure_of", "reason_of_failure", "reason_of_rejection"]

_MAX_REASON_BYTES = 1500
_UNKNOWN = Failure("Braid.Unknown", "no cause was given")


def reason_of_rejection(state: ExecutionState) -> str:
    """The caught error if there is one, else what intake found."""
    if state.failure is not None:
        if state.failure.is_crash:
            return (
                f"The file can't be processed: {state.failure.message}, twice. Export the file again in a"
                " common format, or make it smaller."
            )
        return shortened(state.failure.message, _MAX_REASON_BYTES)
    if state.admission is not None and state.admission.reason:
        return shortened(state.admission.reason, _MAX_REASON_BYTES)
    return "The file was refused without a reason."


def died_on_the_file(state: ExecutionState) -> bool:
    """Whether Admit Asset died of the file, by a name that only its prefix tells."""
    failure = state.failure
    return failure is not None and state.admission is None and is_unlisted_crash(failure.error)


def failure_of(state: ExecutionState) -> Failure:
    """What broke: the caught error, else a required modality that gave nothing."""
    if state.failure is not None:
        return state.failure
    if state.fusion is not None and state.fusion.verdict == "required_missing":
        return Failure("RequiredModalityMissing", state.fusion.reason or "a required modality gave nothing")
    return _UNKNOWN


def reason_of_failure(failure: Failure) -> str:
    """One sentence on what broke; the record keeps the error's class and its own words."""
    what = f"A step was stopped: {failure.message}" if failure.is_crash else failure.message
    return shortened(what, _MAX_REASON_BYTES)
