"""`braid batch`: what is printed of jobs and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from braid.domain.answer.answer import Answer, AnswerClaim
from cli.answers import batch_commands
from cli.answers.batches import Batch, Reread
from cli.errors import CommandError

BATCH = Batch(
    batch_id="content-localizatio-20261121-050000",
    job_arn="arn:aws:bedrock:us-east-1:0:model-invocation-job/abcdefghijkl",
    status="Completed",
    model_id="us.amazon.nova-2-lite-v1:0",
    submitted_at=datetime(2026, 11, 21, 5, 0, tzinfo=UTC),
    message="",
    done=101,
    total=101,
)
ANSWER = Answer(
    profile="general",
    profile_hash="0" * 64,
    method="model",
    model_id="m",
    route=(),
    answer={"summary": "naïve"},
    claims=(AnswerClaim(path="/summary", text="naïve", evidence_ids=("u1",)),),
    confidence=0.5,
    first_sentence="naïve",
    warnings=("left as it is",),
)


@pytest.fixture(autouse=True)
def deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment with one batch of two assets."""
    stands, falls = Reread("a", ANSWER, "", True), Reread("b", None, "was cut off", False)
    monkeypatch.setattr(batch_commands, "chosen_target", lambda _stack: SimpleNamespace(is_local=False))
    monkeypatch.setattr(batch_commands, "batches", lambda _target: [BATCH])
    monkeypatch.setattr(batch_commands, "find_batch", lambda _target, _batch_id: BATCH)
    monkeypatch.setattr(
        batch_commands, "read_batch", lambda _target, _batch: iter([([stands], 0.25), ([falls], 0.5)])
    )


def braid(*arguments: str) -> Any:
    return CliRunner().invoke(batch_commands.batch_app, arguments)


def test_an_asset_is_a_line_with_its_answer_or_the_reason_for_none(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"

    assert braid("read", BATCH.batch_id, "-o", str(path)).exit_code == 0

    stands, falls = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    assert stands["answer"] == {"summary": "naïve"}
    assert stands["claims"] == [
        {"path": "/summary", "text": "naïve", "evidence_ids": ["u1"], "contradictions": []}
    ]
    assert (stands["confidence"], stands["problems"], stands["changed"]) == (0.5, ["left as it is"], True)
    assert (falls["asset_id"], falls["answer"], falls["problems"]) == ("b", None, ["was cut off"])


def test_what_stands_what_differs_and_the_cost_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    batch_commands.read(BATCH.batch_id)

    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    said = " ".join(told.err.split())
    assert "1 of 2 answers stand, 1 differ from the stored ones; this cost $0.750000" in said


def test_a_batchs_name_can_be_copied_from_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Console(width=80, record=True)
    monkeypatch.setattr(batch_commands, "out", narrow)

    batch_commands.batch_status()

    assert BATCH.batch_id in narrow.export_text()


@pytest.mark.parametrize("named", [[], ["a", "--all-of", "general"]])
def test_either_assets_are_named_or_a_profile(named: list[str]) -> None:
    found = braid("submit", "general", *named)

    assert isinstance(found.exception, CommandError)
    assert "--all-of" in str(found.exception)
