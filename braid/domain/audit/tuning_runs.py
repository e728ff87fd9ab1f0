"""Where tuning runs, what they made and the models in use disagree: what is left costs money unseen."""

from __future__ import annotations

from collections.abc import Iterator

from braid.domain.audit.facts import Facts, TuningFacts, TuningRunFact
from braid.domain.audit.finding import FIX, Disagreement, Mend

__all__ = ["tuned_model_gone", "tuning_remains", "tuning_unended"]


def tuning_unended(facts: Facts) -> Iterator[Disagreement]:
    """Runs whose execution is over and that never said how they ended."""
    for run in _settled(facts):
        is_over = run.execution_status in ("", "FAILED", "TIMED_OUT", "ABORTED")
        if run.end or not is_over or run.run_id in _tuning(facts).in_use.values():
            continue
        how = f"ended as {run.execution_status}" if run.execution_status else "is unknown to Step Functions"
        yield Disagreement(
            "tuning-unended",
            run.run_id,
            f"the tuning run never ended, and its execution {how}",
            FIX,
            Mend.TEAR_DOWN,
            f"the execution {how}",
        )


def tuning_remains(facts: Facts) -> Iterator[Disagreement]:
    """Things of a run that ended without a model in use, or whose model was taken back."""
    for run in _settled(facts):
        if not run.end or not run.made:
            continue
        things = ", ".join(run.made)
        if run.is_retired:
            yield Disagreement(
                "tuning-remains",
                run.run_id,
                f"its model isn't in use any more, and this of it is still paid for: {things}",
                f"braid tune delete {run.run_id}",
                Mend.NOTHING,
            )
        elif run.end != "REGISTERED":
            yield Disagreement(
                "tuning-remains",
                run.run_id,
                f"the tuning run is {run.end}, and this of it is still there: {things}",
                FIX,
                Mend.TEAR_DOWN,
                f"{things} was still there",
            )


def tuned_model_gone(facts: Facts) -> Iterator[Disagreement]:
    """Models in use that nothing serves any more: a profile that names one gets no answer from it."""
    for name, run_id in sorted(_tuning(facts).in_use.items()):
        run = _tuning(facts).runs.get(run_id)
        if run is not None and run.is_settled and not run.is_served:
            yield Disagreement(
                "tuned-model-gone",
                run_id,
                f"it is the model of {name} in use, and what serves it is gone",
                f"braid models --rollback {name}",
                Mend.NOTHING,
            )


def _tuning(facts: Facts) -> TuningFacts:
    return facts.tuning or TuningFacts({}, {})


def _settled(facts: Facts) -> list[TuningRunFact]:
    return [run for _, run in sorted(_tuning(facts).runs.items()) if run.is_settled]
