"""Runs a profile that decides over labelled texts and says how good its decisions are.

    python -m evaluation.moderation [--sample 200] [--data NAME] [--profile NAME] [--stack NAME] [--json]
                                    [--against REPORT] [--attacks] [--pictures FOLDER]

Every text goes the way of an asset's: read, fused, put to the configured model by the same inference. Without
``--stack`` that is the server named by BRAID_LLM_URL, else the engine of this machine, which judges nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from braid.domain.answer.answer import Answer
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.errors import BraidError
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.receipt import price
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.domain.scores.decisions import Outcome, Scores, score
from braid.runtime.library import model_registry, profile, profile_names
from braid.runtime.prices import price_book
from cli.errors import CommandError
from evaluation.judges import Judge, deployed_judge, local_judge
from evaluation.labelled import SOURCES, LabelledData, LabelledText, read_labelled
from evaluation.reports import (
    attack_scores,
    compare_outcomes,
    read_report,
    told_comparison,
    write_pictures,
)
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.inference.infer import infer
from lambdas.reading.plain_text import read_plain_text

__all__ = ["Evaluation", "evaluate", "main", "timeline_of"]

_EVIDENCE_TOKENS = 8_000
_AT_ONCE = 4
_SHORT_WORDS = 20


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """The scores, and all that one must know to compare them with others."""

    scores: Scores
    harmful: tuple[bool, ...]
    outcomes: tuple[Outcome, ...]
    slices: dict[str, tuple[str, ...]]
    engine: str
    is_local: bool
    models: dict[str, int]
    methods: dict[str, int]
    rules: dict[str, int]
    profile: str
    profile_hash: str
    data_file: str
    data_sha256: str
    data_total: int
    label: str
    sample: int
    seed: int
    cost_usd: float


def evaluate(profile: Profile, data: LabelledData, judge: Judge, *, seed: int = 0) -> Evaluation:
    """Every text through inference. Raises the service errors of ``braid.domain.errors``."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda item: _answer(profile, item, judge), data.texts))
    outcomes = [_outcome(profile, item, answer) for item, answer in zip(data.texts, answers, strict=True)]
    given = [answer for answer in answers if answer is not None]
    return Evaluation(
        scores=score(outcomes, seed=seed),
        harmful=tuple(item.is_harmful for item in data.texts),
        outcomes=tuple(outcomes),
        slices={"length": tuple(_length(item.text) for item in data.texts)},
        engine=judge.engine,
        is_local=judge.is_local,
        models=dict(Counter(answer.model_id for answer in given)),
        methods=dict(Counter(answer.method if answer else "no answer" for answer in answers)),
        rules=dict(
            Counter(answer.decision_basis.rule.split(":")[0] for answer in given if answer.decision_basis)
        ),
        profile=profile.name,
        profile_hash=profile.content_hash,
        data_file=data.file,
        data_sha256=data.sha256,
        data_total=data.total,
        label=data.label,
        sample=len(data.texts),
        seed=seed,
        cost_usd=price(judge.meter.usage(), price_book()).total_usd,
    )


def timeline_of(profile: Profile, item: LabelledText) -> Timeline:
    """The text as the timeline of an asset of its own."""
    ref = AssetRef("labelled-text", 1, profile.name, Source("labelled", "inbox/text.txt", "1"))
    size = len(item.text.encode())
    member = Member(
        "text.txt", "main", "labelled", "inbox/text.txt", "1", size, "text/plain", (Modality.TEXT,)
    )
    blocks = read_plain_text(item.text).blocks
    passages = tuple(
        Passage(f"p{number:04d}", None, block.begin_offset, block.end_offset, block.text, "paragraph")
        for number, block in enumerate(blocks, 1)
    )
    admission = Admission(ref, "text/plain", (member,), (Modality.TEXT,), ())
    material = FusionInput(admission, passages=Passages(passages))
    return fuse(material, profile.fusion, _EVIDENCE_TOKENS)


def _answer(profile: Profile, item: LabelledText, judge: Judge) -> Answer | None:
    answer = infer(
        profile,
        timeline_of(profile, item),
        judge.ask,
        judge.model_ids,
        model_registry(),
        guardrail=judge.guardrail(profile.name),
    )
    return answer if isinstance(answer, Answer) else None


def _outcome(profile: Profile, item: LabelledText, answer: Answer | None) -> Outcome:
    """What was decided, against the label; without an answer, or with a decision in between, nothing was."""
    mildest, *_, severest = profile.decision.ranks
    decision = answer.answer[DECISION_MEMBER] if answer else ""
    if decision == severest:
        return "true_positive" if item.is_harmful else "false_positive"
    if decision == mildest:
        return "false_negative" if item.is_harmful else "true_negative"
    return "undecided"


def _length(text: str) -> str:
    return f"up to {_SHORT_WORDS} words" if len(text.split()) <= _SHORT_WORDS else "longer"


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
        with _judge(chosen.stack) as judge:
            plan = profile(chosen.profile)
            done = evaluate(plan, data, judge, seed=chosen.seed)
            attacks = (
                attack_scores(data, done.outcomes, lambda given: evaluate(plan, given, judge).outcomes)
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
