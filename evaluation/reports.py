"""What is made of evaluations that were done: base against tuned, attacks, pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from braid.domain.scores.calibration import reliability
from braid.domain.scores.classification import confusion
from braid.domain.scores.comparison import Comparison, compare
from braid.domain.scores.mitigation import slice_thresholds, threshold_trade
from braid.domain.scores.slices import slice_report
from braid.report.charts.of_scores import confusion_svg, reliability_svg, slices_svg
from braid.report.charts.of_training import CostPoint, cost_f1_svg
from evaluation.labelled import LabelledData
from evaluation.robustness import ATTACKS, AttackScore, attacked, robustness

__all__ = [
    "attack_scores",
    "compare_outcomes",
    "read_report",
    "told_comparison",
    "told_thresholds",
    "write_pictures",
]

# A text is flagged that is likelier harmful than not.
_COMMON = 0.5
# What is compared has to be of the same texts.
_SAME = ("data_file", "data_sha256", "sample", "seed", "harmful")


def read_report(path: Path) -> dict[str, Any]:
    """What ``make eval ARGUMENTS=--json`` printed. Raises ``ValueError`` where it is something else."""
    try:
        report = json.loads(path.read_text("utf-8"))
    except ValueError:
        report = None
    if not isinstance(report, dict) or not {"outcomes", "scores", "slices", *_SAME} <= report.keys():
        raise ValueError(f"{path} is no report of make eval --json")
    return report


def compare_outcomes(base: Mapping[str, Any], tuned: Mapping[str, Any]) -> Comparison:
    """F1 of two reports, paired text by text; what was left open counts as not blocked.

    Raises ``ValueError`` where they aren't about the same texts.
    """
    differing = [name for name in _SAME if base[name] != tuned[name]]
    if differing:
        raise ValueError(f"the two reports differ in {', '.join(differing)}: they aren't of the same texts")
    before, after = ([_is_blocked(each) for each in report["outcomes"]] for report in (base, tuned))
    return compare(tuned["harmful"], before, after)


def told_comparison(found: Comparison) -> Iterator[str]:
    """Lines for people."""
    yield f"base       F1 {found.base:.3f}, this one {found.tuned:.3f}, paired over {found.count} texts"
    yield f"points     {found.points}"
    yield f"relative   {found.relative}"
    yield "better     " + ("yes" if found.is_better else "not shown: the interval isn't above 0")


def told_thresholds(report: Mapping[str, Any]) -> Iterator[str]:
    """Lines about a threshold for each slice, where the judge says how sure it is, and what it costs.

    They are chosen on every second text and tried on the others.
    """
    sure, harmful = report.get("probabilities") or [], report["harmful"]
    if not any(harmful[::2]) or not any(harmful[1::2]) or not sure:
        return
    for name, values in report["slices"].items():
        own = slice_thresholds(sure[::2], harmful[::2], values[::2], common=_COMMON)
        trade = threshold_trade(sure[1::2], harmful[1::2], values[1::2], common=_COMMON, own=own)
        for one, other in zip(trade.before, trade.after, strict=True):
            yield (
                f"threshold  {name} {one.name}: {one.threshold:.2f} → {other.threshold:.2f},"
                f" recall {one.recall:.2f} → {other.recall:.2f}, harmless flagged"
                f" {one.false_positive_rate:.2f} → {other.false_positive_rate:.2f},"
                f" F1 {one.f1:.2f} → {other.f1:.2f}, {one.count} texts"
            )


def attack_scores(
    data: LabelledData, plain: Sequence[str], decide: Callable[[LabelledData], Sequence[str]]
) -> tuple[AttackScore, ...]:
    """How every attack fares; ``plain`` and what ``decide`` gives are outcomes by text."""
    disguised = {}
    for attack in ATTACKS:
        texts = tuple(replace(item, text=attacked(item.text, attack)) for item in data.texts)
        disguised[attack] = [_is_blocked(each) for each in decide(replace(data, texts=texts))]
    return robustness([_is_blocked(each) for each in plain], disguised)


def write_pictures(
    folder: Path, report: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> list[Path]:
    """``confusion.svg`` and ``slices.svg``; ``cost_f1.svg`` where models that cost something decided.

    And ``reliability.svg`` where the judge says how sure it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth = ["harmful" if each else "harmless" for each in report["harmful"]]
    said = [
        "left open" if each == "undecided" else "harmful" if _is_blocked(each) else "harmless"
        for each in report["outcomes"]
    ]
    paths = [folder / "confusion.svg"]
    paths[0].write_text(confusion_svg(confusion(truth, said), title="Decisions"), "utf-8")
    decided = [place for place, each in enumerate(report["outcomes"]) if each != "undecided"]
    slices = slice_report(
        [report["harmful"][place] for place in decided],
        [_is_blocked(report["outcomes"][place]) for place in decided],
        {name: [values[place] for place in decided] for name, values in report["slices"].items()},
    )
    paths.append(folder / "slices.svg")
    paths[-1].write_text(slices_svg(slices, title="Decided texts that are right"), "utf-8")
    if sure := report.get("probabilities"):
        paths.append(folder / "reliability.svg")
        paths[-1].write_text(reliability_svg(reliability(sure, report["harmful"])), "utf-8")
    points = [point for each in (base, report) if each and (point := _point(each, is_tuned=each is report))]
    if points:
        paths.append(folder / "cost_f1.svg")
        paths[-1].write_text(cost_f1_svg(points), "utf-8")
    return paths


def _point(report: Mapping[str, Any], *, is_tuned: bool) -> CostPoint | None:
    f1, cost = report["scores"]["f1"]["value"], 1_000 * report["cost_usd"] / max(1, report["sample"])
    name = ", ".join(report["models"]) or report["engine"]
    return None if f1 is None or cost <= 0 else CostPoint(name, cost, f1, is_tuned)


def _is_blocked(outcome: str) -> bool:
    return outcome in ("true_positive", "false_positive")
