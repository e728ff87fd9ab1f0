"""A tuned model as the judge of labelled texts, over one that knows a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from braid.domain.scores.calibration import calibration
from braid.models.evaluating import Told
from braid.runtime.library import profile
from evaluation import moderation
from evaluation.deciding import evaluate_tuned
from evaluation.labelled import LabelledData, LabelledText
from evaluation.moderation import main
from evaluation.reports import compare_outcomes
from evaluation.tuned_judging import TunedJudge
from tests.unit.evaluation.test_moderation import BLOCKED, DOUBTED, labelled

DATA = labelled(
    *[(f"You are a {BLOCKED}, number {number}", True) for number in range(6)],
    *[(f"A mild day, says report {number}", False) for number in range(8)],
    *[(f"I will find you, number {number}", True) for number in range(2)],
)


def judge(*, is_base: bool = False, is_sure: bool = True) -> TunedJudge:
    def answer(prompt: str) -> Told:
        assert "Begin with Yes if it violates the policy" in prompt
        assert "S1: " in prompt, "the profile's own policy"
        text = prompt.partition("<post>")[2]
        if DOUBTED in text:
            return Told("Perhaps.", 0.5, 100, 2)
        is_blocked = BLOCKED in text and not is_base
        said = "Yes\n<categories>\nThreats\n</categories>" if is_blocked else "No"
        return Told(said, 0.75 if is_sure else None, 100, 2)

    return TunedJudge("a word", True, "arn:tuned", "amazon.nova-lite-v1:0", answer)


def test_a_tuned_model_is_scored_against_its_base_on_the_same_texts() -> None:
    plan = profile("moderation")
    tuned, base = (evaluate_tuned(plan, DATA, judge(is_base=is_base)) for is_base in (False, True))

    assert tuned.scores.counts == {"true_positive": 6, "true_negative": 8, "false_negative": 2}
    assert tuned.models == {"arn:tuned": 16}
    assert 0 < tuned.cost_usd < 0.01
    reports = [json.loads(json.dumps(moderation.dataclasses.asdict(each))) for each in (base, tuned)]
    compared = compare_outcomes(*reports)
    assert (compared.base, round(compared.tuned, 3)) == (0.0, 0.857)


def test_how_sure_it_is_becomes_the_probability_that_a_text_is_harmful() -> None:
    found = evaluate_tuned(profile("moderation"), DATA, judge())

    assert set(found.probabilities) == {0.75, 0.25}
    assert calibration(found.probabilities, found.harmful).ece.value is not None
    assert evaluate_tuned(profile("moderation"), DATA, judge(is_sure=False)).probabilities == ()


def test_an_answer_in_no_grammar_is_left_open() -> None:
    item = LabelledText("t", f"It is {DOUBTED}", True)
    found = evaluate_tuned(profile("moderation"), LabelledData("f", "0" * 64, 1, (item,), "made up"), judge())

    assert (found.outcomes, found.probabilities) == (("undecided",), ())


def test_the_command_asks_it_and_draws_its_reliability(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRAID_TEST_DATA", str(tmp_path))
    monkeypatch.setattr(moderation, "read_labelled", lambda *_args, **_options: DATA)
    asked: list[tuple[object, ...]] = []

    def found(*given: object, is_base: bool) -> TunedJudge:
        asked.append((*given, is_base))
        return judge(is_base=is_base)

    monkeypatch.setattr(moderation, "deployed_tuned_judge", found)

    assert main(["--tuned", "moderation", "--pictures", str(tmp_path / "out")]) == 0

    assert asked == [(None, "moderation", False)]
    assert "ECE        0." in capsys.readouterr().out
    assert (tmp_path / "out" / "reliability.svg").is_file()
