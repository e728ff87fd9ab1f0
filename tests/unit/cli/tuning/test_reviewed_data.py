"""What people decided becomes the three files of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from braid.domain.answer.review import ReviewExample
from braid.domain.tuning.data_check import check_run_data
from cli.errors import CommandError
from cli.tuning import reviewed_data
from cli.tuning.data_folder import Wanted, prepare_run
from cli.tuning.reviewed_data import put_reviews
from tests.unit.cli.tuning.test_tuning_commands import NOW
from tests.unit.datasets.test_reviewed import reviewed

WORDS = ["harbour", "rope", "anchor", "ladder", "barrel", "canvas", "hammer", "lantern", "bucket", "compass"]


def decisions(count: int, *, blocked_every: int = 2) -> list[ReviewExample]:
    """Posts of which one in so many is blocked; no two are alike."""
    found = []
    for number in range(count):
        told = [f"{WORDS[(number // 10**place) % 10]}{number}{place}" for place in range(3)]
        text = f"Post {number} speaks of {' and '.join(told)} beside the {WORDS[number % 10]} shed"
        is_blocked = number % blocked_every == 0
        corrected = {"decision": "block" if is_blocked else "allow", "categories": [], "reasons": []}
        evidence: Any = ({"evidence_id": "e1", "text": text},)
        found.append(reviewed(asset_id=f"post-{number}", evidence=evidence, corrected=corrected))
    return found


def collected(
    monkeypatch: pytest.MonkeyPatch, folder: Path, examples: list[ReviewExample], profile: str = "moderation"
) -> list[str]:
    target: Any = object()
    told: list[str] = []
    monkeypatch.setattr(reviewed_data, "read_reviews", lambda *_: examples)
    put_reviews(target, profile, folder, days=30, tell=told.append)
    return told


def test_reviews_are_split_checked_and_say_whom_they_are_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = collected(monkeypatch, tmp_path, decisions(200))

    prepared = prepare_run(Wanted("moderation", tmp_path, {}), bucket="results", now=NOW)
    plan = prepared.plan
    files = (plan.training, plan.validation, plan.evaluation)
    report, problems = check_run_data(
        plan, {claim: prepared.files[claim.key].splitlines() for claim in files}
    )

    assert problems == [], "what the machine would refuse isn't sent"
    assert report.training_rows + report.validation_rows + report.evaluation_rows == 200
    assert report.evaluation_rows == pytest.approx(66, abs=3)
    assert set(prepared.sources.asset_ids) == {f"post-{number}" for number in range(200)}
    asked = [json.loads(line) for line in prepared.files[plan.evaluation.key].splitlines()]
    assert {row["response"].partition("\n")[0] for row in asked} == {"Yes", "No"}
    assert any(text.startswith("train.jsonl: ") for text in told)
    assert (tmp_path / "baseline.json").is_file()


@pytest.mark.parametrize(
    ("examples", "profile", "said"),
    [
        (decisions(19), "moderation", "people decided about 19 answers of moderation in 30 days"),
        (decisions(40, blocked_every=1), "moderation", "a model learns nothing from a single class"),
        (decisions(40), "nobody", "there is no profile 'nobody'"),
    ],
)
def test_too_little_to_learn_from_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, examples: list[ReviewExample], profile: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        collected(monkeypatch, tmp_path, examples, profile)


def test_a_folder_with_something_in_it_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text("mine", "utf-8")

    with pytest.raises(CommandError, match="isn't empty"):
        collected(monkeypatch, tmp_path, decisions(40))
    assert (tmp_path / "train.jsonl").read_text("utf-8") == "mine"
