"""A profile's decisions, or a tuned model's, over labelled texts, and how good they are."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from braid.domain.answer.answer import Answer
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import Usage
from braid.domain.money.receipt import price
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.domain.scores.decisions import Outcome, Scores, score
from braid.runtime.library import model_registry
from braid.runtime.prices import price_book
from evaluation.judges import Judge
from evaluation.labelled import LabelledData, LabelledText
from evaluation.posts import judge_posts
from evaluation.tuned_judging import TunedJudge, judge_texts, outcome_of, probabilities_of
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.inference.infer import infer
from lambdas.reading.plain_text import read_plain_text

__all__ = ["Evaluation", "evaluate", "evaluate_posts", "evaluate_tuned", "timeline_of"]

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
    probabilities: tuple[float, ...] = ()  # that a text is harmful, where the judge says how sure it is
    contexts: tuple[dict[str, str], ...] = ()  # of posts: what was decided, beside what the profile expects


def evaluate(profile: Profile, data: LabelledData, judge: Judge, *, seed: int = 0) -> Evaluation:
    """Every text through inference. Raises the service errors of ``braid.domain.errors``."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda item: _answer(profile, item, judge), data.texts))
    outcomes = [
        _outcome(profile, item, answer.answer[DECISION_MEMBER] if answer else "")
        for item, answer in zip(data.texts, answers, strict=True)
    ]
    given = [answer for answer in answers if answer is not None]
    rules = Counter(answer.decision_basis.rule.split(":")[0] for answer in given if answer.decision_basis)
    return _evaluated(
        *(profile, data, outcomes, judge),
        models=Counter(answer.model_id for answer in given),
        methods=Counter(answer.method if answer else "no answer" for answer in answers),
        rules=rules,
        usage=judge.meter.usage(),
        seed=seed,
    )


def evaluate_posts(
    profile: Profile,
    data: LabelledData,
    judge: Judge,
    *,
    contexts: tuple[dict[str, str], ...] = (),
    seed: int = 0,
) -> Evaluation:
    """Every text put to the judge of posts. Raises the service errors.

    A post that nobody judged is left to a person: as open as no answer.
    """
    lines = judge_posts(profile, [item.text for item in data.texts], judge)
    judged = [line for line in lines if line.judged_by != "nobody"]
    outcomes = [
        _outcome(profile, item, "" if line.judged_by == "nobody" else str(line.decision))
        for item, line in zip(data.texts, lines, strict=True)
    ]
    done = _evaluated(
        *(profile, data, outcomes, judge),
        models=Counter(str(line.judged_by) for line in judged),
        methods=Counter("no answer" if line.judged_by == "nobody" else "model" for line in lines),
        rules={},
        usage=judge.meter.usage(),
        seed=seed,
    )
    return dataclasses.replace(done, contexts=contexts)


def evaluate_tuned(profile: Profile, data: LabelledData, judge: TunedJudge, *, seed: int = 0) -> Evaluation:
    """Every text put to a tuned model, or to its base. Raises the service errors."""
    answers = judge_texts(profile, data.texts, judge)
    outcomes = [outcome_of(item, told) for item, told in zip(data.texts, answers, strict=True)]
    return _evaluated(
        *(profile, data, outcomes, judge),
        models={judge.model_id: len(answers)},
        methods={"model": len(answers)},
        rules={},
        usage=judge.usage(answers),
        seed=seed,
        probabilities=probabilities_of(answers),
    )


def _evaluated(
    profile: Profile,
    data: LabelledData,
    outcomes: Sequence[Outcome],
    judge: Judge | TunedJudge,
    *,
    models: dict[str, int],
    methods: dict[str, int],
    rules: dict[str, int],
    usage: Sequence[Usage],
    seed: int,
    probabilities: tuple[float, ...] = (),
) -> Evaluation:
    return Evaluation(
        scores=score(outcomes, seed=seed),
        harmful=tuple(item.is_harmful for item in data.texts),
        outcomes=tuple(outcomes),
        slices={"length": tuple(_length(item.text) for item in data.texts)},
        engine=judge.engine,
        is_local=judge.is_local,
        models=dict(models),
        methods=dict(methods),
        rules=dict(rules),
        profile=profile.name,
        profile_hash=profile.content_hash,
        data_file=data.file,
        data_sha256=data.sha256,
        data_total=data.total,
        label=data.label,
        sample=len(data.texts),
        seed=seed,
        cost_usd=price(usage, price_book()).total_usd,
        probabilities=probabilities,
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
