"""Verifying an account: prices before stages, a cap that holds, and a report without the account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from tools.verify_account.places import Place, StageError
from tools.verify_account.stages import STAGES, Stage
from tools.verify_account.visit import report, visit, without_account


class Nowhere:
    """A place where nothing has to be asked."""

    name = "nowhere"

    def deploy(self, knobs: object) -> None: ...

    def destroy(self, knobs: object) -> None: ...

    def left(self) -> Sequence[str]:
        return ()

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        return ""


def _stage(name: str, price_usd: float, ran: list[str], failure: str = "") -> Stage:
    def run(_place: Place) -> list[str]:
        ran.append(name)
        if failure:
            raise StageError(failure)
        return [f"{name} was seen"]

    return Stage(name, f"does {name}", lambda _place: price_usd, run)


def _visited(
    stages: Sequence[Stage], most_usd: float, tell: Callable[[str], None] = lambda _: None
) -> list[str]:
    return [each.failure for each in visit(Nowhere(), stages, most_usd=most_usd, tell=tell)]


def test_the_price_is_said_before_a_stage_runs() -> None:
    said: list[str] = []
    _visited([_stage("a", 0.5, said)], 1.0, said.append)
    assert said == ["a: does a; $0.50 at most", "a"]


def test_nothing_runs_that_may_cost_more_than_is_left() -> None:
    ran: list[str] = []
    stages = [_stage("a", 0.6, ran), _stage("b", 0.5, ran), _stage("c", 0.0, ran)]
    failures = _visited(stages, 1.0)
    assert ran == ["a"]
    assert [each.price_usd for each in visit(Nowhere(), stages, most_usd=1.0, tell=str)] == [0.6, 0.0]
    assert failures == ["", "it may cost $0.50, and $0.40 of $1.00 are left"]


def test_what_comes_after_a_failure_is_left() -> None:
    ran: list[str] = []
    assert _visited([_stage("a", 0, ran, "no rental"), _stage("b", 0, ran)], 1.0) == ["no rental"]
    assert ran == ["a"]


def test_an_answer_of_another_shape_is_a_failure_in_words() -> None:
    def run(_place: Place) -> list[str]:
        return [str({}["status"])]

    stage = Stage("a", "asks", lambda _place: 0.0, run)
    assert _visited([stage], 1.0) == [
        "a command answered in another shape than this tool knows: KeyError('status')"
    ]


def test_the_report_has_every_stage_and_its_failure() -> None:
    stages = [_stage("a", 0.1, []), _stage("b", 0, [], "no hits")]
    outcomes = list(visit(Nowhere(), stages, most_usd=1.0, tell=lambda _: None))
    text = report("nowhere", outcomes, date(2026, 11, 29))
    assert "| a | well | 0 | 0.10 |" in text
    assert "* a was seen" in text
    assert "| b | failed | 0 | 0.00 |" in text
    assert "no hits" in text


def test_a_stage_that_is_interrupted_is_in_the_report_too() -> None:
    def run(_place: Place) -> list[str]:
        raise KeyboardInterrupt

    ran: list[str] = []
    stages = [_stage("a", 0.5, ran), Stage("b", "waits", lambda _place: 0.2, run), _stage("c", 0, ran)]
    done, stopped = visit(Nowhere(), stages, most_usd=1.0, tell=lambda _: None)
    assert (done.failure, ran) == ("", ["a"])
    assert stopped.failure.startswith("interrupted")
    assert stopped.price_usd == 0.2, "it may have been spent"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("arn:aws:iam::123456789012:user/ann", "arn:aws:iam::ACCOUNT:WHO"),
        ("arn:aws:sts::123456789012:assumed-role/Admin/ann@example.com", "arn:aws:sts::ACCOUNT:WHO"),
        ("s3://braid-verify-results-123456789012/x", "s3://braid-verify-results-ACCOUNT/x"),
        ("key AKIAIOSFODNN7EXAMPLE of ann@example.com", "key KEY of ADDRESS"),
        (
            "rental-7f1556741e902148d866 took 1234567890123 ns",
            "rental-7f1556741e902148d866 took 1234567890123 ns",
        ),
    ],
)
def test_nothing_tells_whose_account_it_was(text: str, kept: str) -> None:
    assert without_account(text) == kept


def test_stages_end_by_taking_everything_away() -> None:
    assert [stage.name for stage in STAGES][-1] == "destroy"
