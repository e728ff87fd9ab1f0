"""Runs a profile that decides over labelled texts and says how good its decisions are.

    python -m evaluation.moderation [--sample 200] [--data NAME] [--profile NAME] [--stack NAME] [--json]
                                    [--against REPORT] [--attacks] [--pictures FOLDER]
                                    [--tuned NAME | --untuned NAME | --posts]

Every text goes the way of an asset's: read, fused, put to the configured model by the same inference. Without
``--stack`` that is the server named by BRAID_LLM_URL, else the engine of this machine, which judges nothing.
With ``--tuned`` the tuned model of that name is asked for Yes or No instead, as it was taught; with
``--untuned`` its base model, by the same words. With ``--posts`` each text is put to the judge of posts, and
so are the contexts that the profile has as examples.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from braid.domain.errors import BraidError
from braid.domain.profile.profile import Profile
from braid.domain.scores.calibration import calibration
from braid.runtime.library import profile, profile_names
from cli.errors import CommandError
from evaluation.deciding import Evaluation, evaluate, evaluate_posts, evaluate_tuned
from evaluation.judges import Judge, deployed_judge, local_judge
from evaluation.labelled import SOURCES, LabelledData, read_labelled
from evaluation.posts import decided_contexts
from evaluation.reports import (
    attack_scores,
    compare_outcomes,
    read_report,
    told_comparison,
    told_thresholds,
    write_pictures,
)
from evaluation.tuned_judging import deployed_tuned_judge

__all__ = ["main"]


def _report(done: Evaluation) -> Iterator[str]:
    yield f"engine     {done.engine}"
    yield f"models     {_counted(done.models)}; answers: {_counted(done.methods)}"
    yield f"profile    {done.profile} {done.profile_hash[:12]}"
    yield f"data       {done.data_file} (sha256 {done.data_sha256[:12]})"
    yield f"           {done.sample} of {done.data_total} texts, seed {done.seed}; {done.label}"
    yield f"rules      {_counted(done.rules)}"
    would = "would be " if done.is_local else ""
    yield f"cost       {would}${done.cost_usd:.4f} at on-demand prices of Bedrock"
    yield ""
    yield f"coverage   {done.scores.coverage}"
    yield f"precision  {done.scores.precision}"
    yield f"recall     {done.scores.recall}"
    yield f"F1         {done.scores.f1}"
    yield f"counts     {_counted(done.scores.counts)}"
    if done.probabilities:
        calibrated = calibration(done.probabilities, done.harmful)
        yield f"ECE        {calibrated.ece}; Brier {calibrated.brier:.3f}"
    if "model" not in done.methods:
        yield ""
        yield (
            "No engine that can judge is configured: every decision is left to a person, and the coverage"
            " says so. Set BRAID_LLM_URL and BRAID_LLM_MODEL, or name a deployed stack:"
            " make eval ARGUMENTS='--stack NAME'."
        )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


@contextmanager
def _evaluator(chosen: argparse.Namespace, plan: Profile) -> Iterator[Callable[[LabelledData], Evaluation]]:
    """What evaluates data as it was asked for."""
    if name := chosen.tuned or chosen.untuned:
        tuned = deployed_tuned_judge(chosen.stack, name, is_base=bool(chosen.untuned))
        yield lambda data: evaluate_tuned(plan, data, tuned, seed=chosen.seed)
    elif chosen.posts:
        with _judge(chosen.stack) as judge:
            contexts = decided_contexts(plan, judge)
            yield lambda data: evaluate_posts(plan, data, judge, contexts=contexts, seed=chosen.seed)
    else:
        with _judge(chosen.stack) as judge:
            yield lambda data: evaluate(plan, data, judge, seed=chosen.seed)


@contextmanager
def _judge(stack: str | None) -> Iterator[Judge]:
    if stack:
        yield deployed_judge(stack)
    else:
        with local_judge() as judge:
            yield judge


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; the exit status is 0 where it could measure."""
    parser = argparse.ArgumentParser(
        prog="make eval", description="Runs a deciding profile over labelled texts and scores its decisions."
    )
    parser.add_argument("--sample", type=int, default=200, help="how many texts; 0 takes all (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="draws another sample")
    parser.add_argument("--data", choices=sorted(SOURCES), default="moderation-api-release")
    parser.add_argument("--profile", default="moderation", choices=_deciding())
    parser.add_argument("--stack", help="the pipeline's stack in AWS whose models are asked")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--tuned", metavar="NAME", help="ask the tuned model of that name in use")
    asked.add_argument("--posts", action="store_true", help="ask the judge of posts")
    asked.add_argument("--untuned", metavar="NAME", help="ask its base model by the same words")
    parser.add_argument("--against", type=Path, help="a report of --json on the same texts: the base model's")
    parser.add_argument(
        "--attacks", action="store_true", help="score disguised texts too, which takes ten times"
    )
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the scores")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    folder = os.environ.get("BRAID_TEST_DATA")
    if not folder:
        return _complain("set BRAID_TEST_DATA to the folder of labelled data")
    try:
        base = read_report(chosen.against) if chosen.against else None
        data = read_labelled(Path(folder), chosen.data, sample=chosen.sample, seed=chosen.seed)
    except ValueError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(
            f"{error.filename}: {error.strerror}; BRAID_TEST_DATA names the folder of labelled data"
        )
    try:
        plan = profile(chosen.profile)
        with _evaluator(chosen, plan) as evaluated:
            done = evaluated(data)
            attacks = (
                attack_scores(data, done.outcomes, lambda given: evaluated(given).outcomes)
                if chosen.attacks
                else ()
            )
        # As a report is read back: lists for tuples.
        told: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(done)))
        comparison = compare_outcomes(base, told) if base else None
    except (BraidError, CommandError, ClientError, BotoCoreError, ValueError) as error:
        return _complain(str(error))
    if chosen.pictures:
        for path in write_pictures(chosen.pictures, told, base):
            print(path, file=sys.stderr)
    if chosen.json:
        if comparison:
            told["comparison"] = dataclasses.asdict(comparison)
        print(json.dumps({**told, "attacks": [dataclasses.asdict(each) for each in attacks]}, indent=2))
    else:
        lines = [*_report(done), *(told_comparison(comparison) if comparison else ())]
        lines += told_thresholds(told)
        lines += [
            f"context    {each['name']}: {each['decision']}, expected {each['expected']}"
            for each in done.contexts
        ]
        lines += [f"{each.attack:<24} held {each.held}; evaded {each.evaded.value}" for each in attacks]
        print("\n".join(lines))
    return 0


def _deciding() -> list[str]:
    return [name for name in profile_names() if profile(name).decision.decides]


def _complain(message: str) -> int:
    print(f"evaluation: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
