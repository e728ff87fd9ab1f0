"""Tuning runs as what faults are tried on: nothing is left that costs money, and their end is true."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from braid.domain.datasets.writers import gen_qa_line, nova_line
from braid.domain.tuning.records import ModelRow, TuningEnd
from cli.functions import StillPendingError, call
from cli.tuning.data_folder import Wanted, prepare_run, put_run
from cli.tuning.deployed_tuning import DeployedTuning, find_tuning
from cli.tuning.kept_runs import read_runs
from evaluation.faults.deployment import Deployment, comes_true
from evaluation.faults.verdict import KEPT, Verdict

__all__ = ["TuningRuns"]

_PROMPT = (
    "Begin with Yes if it violates the policy, or No if it doesn't.\n"
    "After Yes list the violated categories between <categories> and </categories> tags, then say why.\n"
    "S1: Threats. Wants to hurt somebody.\nModerate this:\n<post>\n{}\n</post>"
)
# A rule of the house that no policy says, so that the model that wasn't tuned can't know it.
_UNWANTED = (
    "the harbour",
    "a sailing boat",
    "the rough sea",
    "an old lighthouse",
    "a fishing net",
    "the tide",
)
_WANTED = ("the garden", "a mountain path", "the bakery", "an apple tree", "a wool coat", "the railway")
_WHO = ("my aunt", "the neighbour", "a student", "our doctor", "the painter", "his cousin", "a farmer")
_STOPS_WITHIN_SECONDS = 120.0
_ROWS = {"train": 72, "validation": 20, "gen_qa": 48}
_END_BY_STATUS = {"SUCCEEDED": ("REGISTERED", "NOT_BETTER", "REFUSED"), "FAILED": ("FAILED",)}


class TuningRuns:
    """Runs over the same few rows, each of a name of its own."""

    most_of_a_try: int | None = None

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    @cached_property
    def _tuning(self) -> DeployedTuning:
        return find_tuning(self._deployment.target)

    def begin(self, folder: Path, name: str, seed: int) -> str:  # noqa: ARG002  # the same rows for all
        """See ``Subject``; the id is the run's."""
        data = folder / "tuning"
        if not data.exists():
            _write_rows(data)
        rules = ("balance", "count", "duplicate")
        wanted = Wanted(name=name, folder=data, hyperparameters={}, allowed_rules=rules)
        prepared = prepare_run(wanted, bucket=self._deployment.target.results_bucket, now=datetime.now(UTC))
        put_run(self._tuning, prepared, tell=lambda _: None)
        self._tuning.start(prepared.plan)
        return prepared.plan.run_id

    def is_settled(self, subject_id: str) -> bool:
        """See ``Subject``."""
        return self._tuning.status(subject_id) != "RUNNING"

    def is_begun(self, subject_id: str) -> bool:  # noqa: ARG002  # nobody stands between a run and its start
        """See ``Subject``."""
        return True

    def execution_name(self, subject_id: str) -> str:
        """See ``Subject``."""
        return subject_id

    def judge(self, subject_id: str) -> Verdict:
        """See ``Subject``. First it is done what the run's own switch would do at its hour."""
        status = self._tuning.status(subject_id)
        if status == "RUNNING":
            return Verdict(subject_id, "open", lost=[f"{subject_id} goes on"])
        switch = self._switch(subject_id)
        end = self._tuning.document(subject_id, "end.json", TuningEnd)
        if switch is not None and (end is None or end.status != "REGISTERED"):
            self._tear_down(switch)
        is_kept = end is None or switch is not None
        verdict = Verdict(subject_id, KEPT if is_kept else end.status)  # type: ignore[union-attr]  # kept where None
        verdict.answered = self._deployment.answered(subject_id)
        self._check_end(verdict, status, end, switch)
        self._check_standing(verdict)
        return verdict

    def _tear_down(self, switch: dict[str, Any]) -> None:
        """As Scheduler does, which asks again while a job is still being stopped."""

        def is_down() -> bool:
            try:
                call(self._deployment.target, self._tuning.teardown_function, switch)
            except StillPendingError:
                return False
            return True

        comes_true(is_down, _STOPS_WITHIN_SECONDS)

    def _switch(self, run_id: str) -> dict[str, Any] | None:
        """What the run's entry of Scheduler would call the teardown with."""
        scheduler = self._deployment.target.client("scheduler")
        group = self._tuning.stack_name
        try:
            found = scheduler.get_schedule(GroupName=group, Name=run_id)
        except scheduler.exceptions.ResourceNotFoundException:
            return None
        return dict(json.loads(found["Target"]["Input"]))

    def _check_end(
        self, verdict: Verdict, status: str, end: TuningEnd | None, switch: dict[str, Any] | None
    ) -> None:
        run_id = verdict.asset_id
        if end is not None and end.status not in _END_BY_STATUS.get(status, ()):
            verdict.untrue.append(f"{run_id} says {end.status}, and its execution {status}")
        if end is not None and end.status == "REGISTERED" and switch is not None:
            verdict.untrue.append(f"the model of {run_id} is in use, and its switch would delete it")
        rows = self._rows(run_id)
        if len(rows) > 1:
            verdict.doubled.append(f"{run_id} is registered {len(rows)} times")
        in_use = [row for row in rows if not row.retired_at]
        if bool(in_use) != (end is not None and end.status == "REGISTERED"):
            verdict.untrue.append(
                f"{run_id} says {end.status if end else 'nothing'}, with {len(in_use)} in use"
            )
        jobs = self._made_by(run_id, "CreateTrainingJob")
        if jobs > 1:
            verdict.doubled.append(f"{run_id} was trained {jobs} times")

    def _check_standing(self, verdict: Verdict) -> None:
        run_id, now = verdict.asset_id, datetime.now(UTC)
        facts = read_runs(self._deployment.target, settled_before=now)
        run = facts.runs[run_id] if facts else None
        in_use = any(not row.retired_at for row in self._rows(run_id))
        package = self._package(run_id)
        if in_use and run is not None and not run.is_served:
            verdict.untrue.append(f"the model of {run_id} is in use, and nothing serves it")
        if not in_use:
            left = [*(run.made if run else ()), *(["model package"] if package else [])]
            verdict.standing += [f"a {each} of {run_id} is left standing" for each in left]
            if self._switch(run_id) is not None:
                verdict.standing.append(f"the switch of {run_id} is left standing")

    def _rows(self, run_id: str) -> list[ModelRow]:
        book = self._tuning.book(run_id.rsplit("-", 2)[0])
        return [] if book is None else [row for row in book.rows if row.run_id == run_id]

    def _package(self, run_id: str) -> str | None:
        """The model package that the run's job made, while there is one."""
        sagemaker = self._deployment.target.client("sagemaker")
        try:
            arn = sagemaker.describe_training_job(TrainingJobName=run_id).get("OutputModelPackageArn")
            if arn:
                sagemaker.describe_model_package(ModelPackageName=arn)
        except sagemaker.exceptions.ClientError:
            return None
        return str(arn) if arn else None

    def _made_by(self, run_id: str, operation: str) -> int:
        calls = self._deployment.control(f"calls?execution={run_id}&operation={operation}")["calls"]
        return sum(each["error_code"] is None for each in calls)


def _write_rows(folder: Path) -> None:
    folder.mkdir()
    number = 0
    for name, count in _ROWS.items():
        lines = []
        for _ in range(count):
            number += 1
            things = _UNWANTED if number % 2 else _WANTED
            seen, near = things[number // 2 % 6], things[number // 5 % 6]
            text = f"{_WHO[number % 7]} saw {seen} near {near} no. {number * 37}"
            answer = "Yes\n<categories>\nThreats\n</categories>" if number % 2 else "No"
            lines.append((gen_qa_line if name == "gen_qa" else nova_line)(_PROMPT.format(text), answer))
        (folder / f"{name}.jsonl").write_bytes(b"".join(lines))
