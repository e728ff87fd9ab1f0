"""The teardown against an account that refuses every other order, from any state that a run can leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.aws.tuning.states import JobState
from braid.domain.errors import PendingError
from lambdas.tuning.runs.teardown import ORDER, tear_down

# What has to be gone before each can go.
HOLDERS = {
    "provisioned throughput": ("batch jobs",),
    "deployment": ("batch jobs",),
    "endpoint configuration": ("endpoint",),
    "model of the endpoint": ("endpoint", "endpoint configuration"),
    "custom model": (
        "provisioned throughput",
        "deployment",
        "batch jobs",
        "customization job",
        "training job",
    ),
    "model package": ("custom model", "training job"),
    "switch": tuple(ORDER[:-1]),
}
JOBS = ("training job", "customization job", "batch jobs")


@dataclass
class Account:
    """Both services at once: ``there`` is what exists, jobs run until stopped, ``kept`` holds nothing."""

    there: set[str]
    package: bool = True
    kept: set[str] = field(default_factory=set)
    stopping: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)

    def job(self, _name: str) -> JobState | None:
        return self._job("training job", made="package" if self.package else "")

    def customization_job(self, _name: str) -> JobState | None:
        return self._job("customization job")

    def batch_job(self, name: str) -> JobState | None:
        return self._job("batch jobs") if name.endswith("-tuned") else None

    def stop(self, _name: str) -> None:
        self.stopping.add("training job")

    def stop_customization(self, _name: str) -> None:
        self.stopping.add("customization job")

    def stop_batch(self, _arn: str) -> None:
        self.stopping.add("batch jobs")

    def delete_throughput(self, _name: str) -> bool:
        return self._delete("provisioned throughput")

    def delete_deployment(self, _name: str) -> bool:
        return self._delete("deployment")

    def delete_endpoint(self, _name: str) -> bool:
        return self._delete("endpoint")

    def delete_endpoint_config(self, _name: str) -> bool:
        return self._delete("endpoint configuration")

    def delete_model(self, _name: str) -> bool:
        return self._delete("custom model")

    def delete_package(self, _arn: str) -> bool:
        return self._delete("model package")

    def disarm(self) -> None:
        self._delete("switch")

    def _job(self, kind: str, made: str = "") -> JobState | None:
        if kind in self.stopping:
            self.stopping.discard(kind)
            self.there.discard(kind)
        running = kind in self.there
        return JobState(kind, "running" if running else "completed", made) if running or made else None

    def _delete(self, kind: str) -> bool:
        if kind not in self.there:
            return False
        held = [holder for holder in HOLDERS.get(kind, ()) if holder in self.there - self.kept]
        assert not held, f"{kind} before {held}"
        self.there.discard(kind)
        self.deleted.append(kind)
        return True


@dataclass
class Endpoints:
    """SageMaker's half: its model is the endpoint's."""

    account: Account

    def delete_model(self, _name: str) -> bool:
        return self.account._delete("model of the endpoint")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


def finish(account: Account, **options: Any) -> list[str]:
    """Asks again while something has to end, as the state machine does; everything that was done."""
    models: Any = account
    jobs: Any = Endpoints(account)
    for _ in range(20):
        try:
            return tear_down("run-1", models=models, jobs=jobs, disarm=account.disarm, **options)
        except PendingError:
            continue
    raise AssertionError("it never ends")


@given(st.sets(st.sampled_from(ORDER)))
def test_whatever_a_run_left_is_deleted_in_the_one_order(left: set[str]) -> None:
    account = Account({*left})

    finish(account)

    assert account.there == set()
    assert account.deleted == [kind for kind in ORDER if kind in left and kind not in JOBS]
    assert finish(account) == [], "again it finds nothing"


def test_what_serves_goes_and_the_model_stays() -> None:
    models = {"custom model", "model package"}
    account = Account({"provisioned throughput", "switch", *models}, kept=models)

    finish(account, keep_model=True)

    assert account.there == models


@pytest.mark.parametrize("kind", ["deployment", "custom model"])
def test_the_switch_stays_while_something_is_held(kind: str) -> None:
    class Holding(Account):
        def _delete(self, asked: str) -> bool:
            if asked == kind:
                raise PendingError("still being created")
            return super()._delete(asked)

    account: Any = Holding({kind, "switch"})
    endpoints: Any = Endpoints(account)
    with pytest.raises(PendingError):
        tear_down("run-1", models=account, jobs=endpoints, disarm=account.disarm)

    assert account.there == {kind, "switch"}
