"""Texts: both models' Yes and No to the same questions compared; other answers by being the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from braid.domain.datasets.grammar import parse_moderated
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.scores.calibration import Calibration, calibration
from braid.domain.scores.comparison import compare, compare_right
from braid.domain.scores.gate import judge_gate
from braid.domain.scores.slices import slice_changes
from braid.domain.tuning.records import Evaluation, SliceDifference
from braid.models.evaluating import Told
from lambdas.tuning.evaluation.differences import difference_of

__all__ = ["Question", "compare_texts", "read_questions"]


@dataclass(frozen=True)
class Question:
    """A line of ``gen_qa.jsonl``. ``slices`` are in ``metadata``, as a JSON object of texts."""

    query: str
    response: str
    system: str = ""
    slices: dict[str, str] = field(default_factory=dict)


def read_questions(lines: Sequence[bytes]) -> list[Question]:
    """The questions of the evaluation file. Raises ``InvalidInputError`` for lines that aren't any."""
    questions = []
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = parse_json(line)
            query, response = str(value["query"]), str(value["response"])
        except (ValueError, TypeError, LookupError) as error:
            raise InvalidInputError(f"line {at} of the evaluation isn't a question: {error}") from error
        questions.append(
            Question(query, response, str(value.get("system", "")), _slices(value.get("metadata")))
        )
    if not questions:
        raise InvalidInputError("the evaluation file has no questions")
    return questions


def compare_texts(
    questions: Sequence[Question], *, base: Sequence[Told], tuned: Sequence[Told], max_slice_loss: float
) -> Evaluation:
    """Compares both models' answers. One that is neither Yes nor No counts as No, and is counted."""
    said = (base, tuned)
    wanted = [_verdict(question.response) for question in questions]
    if any(verdict is None for verdict in wanted):
        return _by_sameness(questions, said)
    verdicts = [[_verdict(told.text) for told in each] for each in said]
    truth = [bool(verdict) for verdict in wanted]
    decided = [[bool(verdict) for verdict in each] for each in verdicts]
    overall = compare(truth, decided[0], decided[1])
    attributes = sorted({name for question in questions for name in question.slices})
    slices = {name: [question.slices.get(name, "") for question in questions] for name in attributes}
    changes = slice_changes(truth, decided[0], decided[1], slices) if slices else {}
    gate = judge_gate(overall, changes, max_slice_loss=max_slice_loss)
    calibrated = _calibration(said[1], decided[1], truth)
    return Evaluation(
        metric="f1",
        base=overall.base,
        tuned=overall.tuned,
        difference=difference_of(overall),
        is_better=gate.passes,
        reasons=gate.reasons,
        count=len(questions),
        unreadable_base=sum(verdict is None for verdict in verdicts[0]),
        unreadable_tuned=sum(verdict is None for verdict in verdicts[1]),
        slices=tuple(
            SliceDifference(name, change.count, change.base, change.tuned) for name, change in changes.items()
        ),
        ece=calibrated.ece.value if calibrated else None,
        ece_low=calibrated.ece.low if calibrated else None,
        ece_high=calibrated.ece.high if calibrated else None,
        brier=calibrated.brier if calibrated else None,
        reliability=calibrated.bins if calibrated else (),
        truth=_words(truth),
        said_base=_words(decided[0]),
        said_tuned=_words(decided[1]),
    )


def _calibration(said: Sequence[Told], decided: Sequence[bool], truth: Sequence[bool]) -> Calibration | None:
    """How far the confidence in Yes can be trusted; ``None`` where any answer says none."""
    shares = []
    for told, is_yes in zip(said, decided, strict=True):
        if told.confidence is None:
            return None
        shares.append(told.confidence if is_yes else 1 - told.confidence)
    return calibration(shares, truth)


def _by_sameness(questions: Sequence[Question], said: Sequence[Sequence[Told]]) -> Evaluation:
    wanted = [question.response.strip() for question in questions]
    told = [[answer.text.strip() for answer in each] for each in said]
    right = [[one == other for one, other in zip(each, wanted, strict=True)] for each in told]
    overall = compare_right(right[0], right[1])
    return Evaluation(
        metric="accuracy",
        base=overall.base,
        tuned=overall.tuned,
        difference=difference_of(overall),
        is_better=overall.is_better,
        reasons=() if overall.is_better else ("the interval of the difference isn't above 0",),
        count=len(questions),
        unreadable_base=0,
        unreadable_tuned=0,
        truth=tuple(wanted),
        said_base=tuple(told[0]),
        said_tuned=tuple(told[1]),
    )


def _verdict(text: str) -> bool | None:
    try:
        return parse_moderated(text).violates
    except ValueError:
        return None


def _words(decisions: Sequence[bool]) -> tuple[str, ...]:
    return tuple("Yes" if decision else "No" for decision in decisions)


def _slices(metadata: object) -> dict[str, str]:
    """The slices that a line names; metadata of another kind name none."""
    try:
        value = parse_json(metadata) if isinstance(metadata, str) else metadata
    except ValueError:
        return {}
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, dict) else {}
