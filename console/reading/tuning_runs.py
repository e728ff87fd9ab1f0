"""Tuning runs: how far each is, what it may cost, and what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from braid.domain.tuning.estimate import TuningEstimate
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import DataReport, Evaluation, TuningEnd
from cli.errors import EXIT_MISUSE, CommandError
from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["Run", "RunProgress", "read_progress", "read_run", "read_runs"]

_AT_ONCE = 8
_ASKING = "Ask Approval"
_KINDS = {"REGISTERED": "good", "NOT_BETTER": "warn", "REFUSED": "bad", "FAILED": "bad", "RUNNING": "busy"}


@dataclass(frozen=True)
class RunProgress:
    """The states that a run has entered, in order, and what Step Functions says of it."""

    states: tuple[str, ...]
    execution_status: str


@dataclass(frozen=True)
class Run:
    """A run's documents; ``None`` what it didn't get to, or hasn't yet."""

    run_id: str
    plan: TuningPlan | None
    progress: RunProgress
    data: DataReport | None = None
    estimate: TuningEstimate | None = None
    evaluation: Evaluation | None = None
    end: TuningEnd | None = None

    @property
    def status(self) -> str:
        """``RUNNING``, or how it ended."""
        if self.end is not None:
            return self.end.status
        return "FAILED" if self.progress.execution_status not in ("RUNNING", "") else "RUNNING"

    @property
    def kind(self) -> str:
        """The colour of its status."""
        return _KINDS.get(self.status, "gone")

    @property
    def awaits_approval(self) -> bool:
        """Whether a person has to say if it may spend what it costs."""
        return self.status == "RUNNING" and self.progress.states[-1:] == (_ASKING,)


def read_runs(tuning: DeployedTuning, *, limit: int) -> tuple[list[Run], int]:
    """The newest runs, the newest first, and how many there are in all."""
    run_ids = tuning.run_ids()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = list(pool.map(lambda run_id: read_run(tuning, run_id), run_ids[: -limit - 1 : -1]))
    return runs, len(run_ids)


def read_run(tuning: DeployedTuning, run_id: str) -> Run:
    """One run. Raises ``CommandError`` where there is none of that id."""
    plan = tuning.document(run_id, "plan.json", TuningPlan)
    if plan is None:
        raise CommandError(f"there is no run {run_id!r}", exit_code=EXIT_MISUSE)
    return Run(
        run_id,
        plan,
        read_progress(tuning, run_id),
        tuning.document(run_id, "data.json", DataReport),
        tuning.document(run_id, "estimate.json", TuningEstimate),
        tuning.document(run_id, "evaluation.json", Evaluation),
        tuning.document(run_id, "end.json", TuningEnd),
    )


def read_progress(tuning: DeployedTuning, run_id: str) -> RunProgress:
    """How far the execution is; nothing of one that Step Functions has forgotten."""
    status = tuning.status(run_id)
    return RunProgress(tuple(tuning.states(run_id)) if status else (), status)
