"""Reports compared and drawn, and attacks scored, over a model that judges by a word list."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from braid.runtime.library import profile
from evaluation import moderation
from evaluation.deciding import evaluate
from evaluation.moderation import main
from evaluation.reports import attack_scores, compare_outcomes, read_report, told_thresholds, write_pictures
from tests.unit.evaluation.test_moderation import BLOCKED, DOUBTED, folder, judge, labelled

__all__ = ["folder"]  # a fixture

DATA = labelled(
    *[(f"You are a {BLOCKED} of the worst kind, number {n}.", True) for n in range(8)],
    *[(f"Some {DOUBTED} or other, number {n}.", True) for n in range(2)],
    *[(f"The weather is mild, says report {n}.", False) for n in range(6)],
)


def report(**changed: Any) -> dict[str, Any]:
    done = evaluate(profile("moderation"), DATA, judge())
    return {**json.loads(json.dumps(dataclasses.asdict(done))), **changed}


def test_two_reports_are_paired_by_text_and_what_is_open_isn_t_blocked() -> None:
    tuned = report()
    base = report(outcomes=["false_negative"] * 8 + tuned["outcomes"][8:])
    found = compare_outcomes(base, tuned)
    assert (found.base, found.tuned) == (0.0, pytest.approx(2 * 8 / (2 * 8 + 2)))
    assert found.is_better
    assert found.relative.value is None, "nothing is so much more than nothing"


def test_reports_of_other_texts_aren_t_compared() -> None:
    with pytest.raises(ValueError, match="differ in data_sha256, seed"):
        compare_outcomes(report(), report(data_sha256="1" * 64, seed=3))


@pytest.mark.parametrize("content", ["", "{}", "[1]"])
def test_what_is_no_report(tmp_path: Path, content: str) -> None:
    (tmp_path / "report.json").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"no report of make eval --json"):
        read_report(tmp_path / "report.json")


def test_attacks_that_a_word_list_falls_for() -> None:
    def decide(data: Any) -> Any:
        return evaluate(profile("moderation"), data, judge()).outcomes

    scores = {each.attack: each for each in attack_scores(DATA, decide(DATA), decide)}
    assert scores["figures for letters"].evaded.value == 1.0
    assert scores["told to say no"].evaded.value == 0.0
    assert scores["in base64"].held.value == pytest.approx(0.5)


def test_pictures_of_a_report(tmp_path: Path) -> None:
    paths = write_pictures(tmp_path, report(cost_usd=0.5), report(cost_usd=0.1))
    assert [path.name for path in paths] == ["confusion.svg", "slices.svg", "cost_f1.svg"]
    for path in paths:
        ElementTree.fromstring(path.read_text("utf-8"))
    assert "left open" in paths[0].read_text("utf-8")


def test_the_command_compares_with_a_report_of_its_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(moderation, "deployed_judge", lambda stack: judge())
    chosen = ["--stack", "braid-dev-pipeline", "--sample", "20"]
    assert main([*chosen, "--json"]) == 0
    (tmp_path / "base.json").write_text(capsys.readouterr().out, "utf-8")
    more = ["--against", str(tmp_path / "base.json"), "--attacks", "--pictures", str(tmp_path / "pictures")]
    assert main([*chosen, *more]) == 0
    printed = capsys.readouterr().out
    assert "base       F1 1.000, this one 1.000, paired over 20 texts" in printed
    assert "better     not shown: the interval isn't above 0" in printed
    assert "letters that look alike" in printed
    assert (tmp_path / "pictures" / "confusion.svg").is_file()
    assert main([*chosen, "--seed", "1", "--against", str(tmp_path / "base.json")]) == 1
    assert "aren't of the same texts" in capsys.readouterr().err


def test_a_threshold_for_each_slice_is_shown_with_what_it_costs() -> None:
    """Long texts are harmful at less sureness than short ones: one threshold for both misses them."""
    sure = [0.9] * 60 + [0.1] * 60 + [0.4] * 60 + [0.2] * 60
    harmful = ([True] * 60 + [False] * 60) * 2
    lengths = ["short"] * 120 + ["long"] * 120
    told = list(told_thresholds(report(probabilities=sure, harmful=harmful, slices={"length": lengths})))

    assert told == [
        "threshold  length long: 0.50 → 0.40, recall 0.00 → 1.00, harmless flagged 0.00 → 0.00,"
        " F1 0.00 → 1.00, 60 texts",
        "threshold  length short: 0.50 → 0.90, recall 1.00 → 1.00, harmless flagged 0.00 → 0.00,"
        " F1 1.00 → 1.00, 60 texts",
        "threshold  length all: 0.50 → 0.50, recall 0.50 → 1.00, harmless flagged 0.00 → 0.00,"
        " F1 0.67 → 1.00, 120 texts",
    ]


def test_a_judge_that_does_not_say_how_sure_it_is_has_no_thresholds() -> None:
    assert list(told_thresholds(report())) == []
