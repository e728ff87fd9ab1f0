"""Runs a profile that decides over labelled texts and says how good its decisions are.

    python -m evaluation.moderation [--sample 200] [--data NAME] [--profile NAME] [--stack NAME] [--json]
                                    [--against REPORT] [--attacks] [--pictures FOLDER] [--posts]

Every text goes the way of an asset's: read, fused, put to the configured model by the same inference; with
--posts it is put to the judge of posts, and so are the contexts that the profile has as examples. Without
--stack that is the server named by BRAID_LLM_URL, else the engine of this machine, which judges nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from evaluation.judges import Judge, chosen_judge
from evaluation.labelled import SOURCES, LabelledData, LabelledText, read_labelled
from evaluation.posts import decided_contexts, judge_posts
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
    way: str = "assets"


@dataclasses.dataclass(frozen=True)
class _Told:
    """What came of one text: the decision, who made it and by which rule; empty where there is none."""

    decision: str = ""
    model_id: str = ""
    method: str = "no answer"
    rule: str = ""


def evaluate(
    profile: Profile, data: LabelledData, judge: Judge, *, seed: int = 0, as_posts: bool = False
) -> Evaluation:
    """Every text through inference, or to the judge of posts.

    Raises the service errors of ``braid.domain.errors``.
    """
    told = _of_posts(profile, data, judge) if as_posts else _of_assets(profile, data, judge)
    outcomes = [_outcome(profile, item, each.decision) for item, each in zip(data.texts, told, strict=True)]
    return Evaluation(
        scores=score(outcomes, seed=seed),
        harmful=tuple(item.is_harmful for item in data.texts),
        outcomes=tuple(outcomes),
        slices={"length": tuple(_length(item.text) for item in data.texts)},
        engine=judge.engine,
        is_local=judge.is_local,
        models=dict(Counter(each.model_id for each in told if each.model_id)),
        methods=dict(Counter(each.method for each in told)),
        rules=dict(Counter(each.rule for each in told if each.rule)),
        profile=profile.name,
        profile_hash=profile.content_hash,
        data_file=data.file,
        data_sha256=data.sha256,
        data_total=data.total,
        label=data.label,
        sample=len(data.texts),
        seed=seed,
        cost_usd=price(judge.meter.usage(), price_book()).total_usd,
        way="posts" if as_posts else "assets",
    )


def _of_assets(profile: Profile, data: LabelledData, judge: Judge) -> list[_Told]:
    def decided(item: LabelledText) -> _Told:
        answer = _answer(profile, item, judge)
        if answer is None:
            return _Told()
        rule = answer.decision_basis.rule.split(":")[0] if answer.decision_basis else ""
        return _Told(answer.answer[DECISION_MEMBER], answer.model_id, answer.method, rule)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(decided, data.texts))


def _of_posts(profile: Profile, data: LabelledData, judge: Judge) -> list[_Told]:
    """A post that nobody judged is left to a person: as open as no answer."""
    return [
        _Told()
        if line.judged_by == "nobody"
        else _Told(str(line.decision), str(line.judged_by), "model", "policy")
        for line in judge_posts(profile, [item.text for item in data.texts], judge)
    ]


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


def _outcome(profile: Profile, item: LabelledText, decision: str) -> Outcome:
    """What was decided, against the label; without an answer, or with a decision in between, nothing was."""
    mildest, *_, severest = profile.decision.ranks
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
    yield f"profile    {done.profile} {done.profile_hash[:12]}, texts as {done.way}"
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
    parser.add_argument("--posts", action="store_true", help="ask the judge of posts")
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
        with chosen_judge(chosen.stack) as judge:
            plan = profile(chosen.profile)
            ask = functools.partial(evaluate, plan, judge=judge, as_posts=chosen.posts)
            done = ask(data=data, seed=chosen.seed)
            attacks = (
                attack_scores(data, done.outcomes, lambda given: ask(data=given).outcomes)
                if chosen.attacks
                else ()
            )
            contexts = decided_contexts(plan, judge) if chosen.posts else ()
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
        told["contexts"] = contexts
        print(json.dumps({**told, "attacks": [dataclasses.asdict(each) for each in attacks]}, indent=2))
    else:
        lines = [*_report(done), *(told_comparison(comparison) if comparison else ())]
        lines += [
            f"context    {each['name']}: {each['decision']}, expected {each['expected']}" for each in contexts
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
