"""A run's report as one HTML file: what it cost, how the loss went, and both models' answers side by side."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from html import escape
from pathlib import Path

from braid.domain.tuning.estimate import TuningEstimate
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import Evaluation, TuningEnd
from braid.report.charts.of_scores import reliability_svg
from braid.report.charts.of_training import loss_svg, slice_changes_svg
from cli.errors import CommandError
from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["confusion_tables", "read_curve", "read_losses", "run_pictures", "write_report"]

Curve = list[tuple[float, float]]
_MOST_CLASSES = 12  # of a picture of the confusion
_TRAINING = "step_wise_training_metrics.csv"
_VALIDATION = "validation_metrics.csv"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}h1{overflow-wrap:anywhere}table{border-collapse:collapse;margin:1rem 0}"
    "td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;overflow-wrap:break-word}"
    "td.n{text-align:right;white-space:nowrap}caption{text-align:left;font-weight:600}"
    ".long{overflow-wrap:anywhere}.source{overflow-wrap:anywhere;min-width:12rem}"
    "svg{max-width:100%;height:auto}.beside{display:flex;flex-wrap:wrap;gap:0 2rem}"
    ".wide{overflow-x:auto}.good{background:#e2f3e2}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#17191c}td,th{border-color:#555}"
    ".good{background:#1f3d24}svg{filter:invert(.9) hue-rotate(180deg)}}"
)


def write_report(tuning: DeployedTuning, run_id: str, path: Path) -> None:
    """Writes the file. Raises ``CommandError`` where the run never got so far as to have a plan."""
    plan = tuning.document(run_id, "plan.json", TuningPlan)
    if plan is None:
        raise CommandError(f"there is no run {run_id}")
    end = tuning.document(run_id, "end.json", TuningEnd)
    cost = tuning.document(run_id, "estimate.json", TuningEstimate)
    measured = tuning.document(run_id, "evaluation.json", Evaluation)
    training, validation = read_losses(tuning, run_id)
    parts = [
        f"<h1>{escape(run_id)}</h1>",
        f"<p>{escape(end.status + ': ' + end.reason) if end else 'It goes on.'}</p>",
        _facts(plan),
    ]
    if measured:
        parts.append(_comparison(measured))
        parts += ["<h2>Confusion</h2>", f'<div class="beside">{confusion_tables(measured)}</div>']
        parts.append(_calibration(measured))
    parts += [f"<h2>{name}</h2>{svg}" for name, svg in run_pictures(measured, training, validation)]
    if cost:
        parts.append(_cost(cost))
    body = "\n".join(parts)
    path.write_text(
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(run_id)}</title>'
        f"<style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n",
        "utf-8",
    )


def read_losses(tuning: DeployedTuning, run_id: str) -> tuple[Curve, Curve]:
    """A run's losses by step, of training and of validation; empty where the service has written none."""
    return _curve(tuning, run_id, _TRAINING), _curve(tuning, run_id, _VALIDATION)


def run_pictures(found: Evaluation | None, training: Curve, validation: Curve) -> list[tuple[str, str]]:
    """Loss, reliability and slices as SVG, each with its name; what a run doesn't have is left out."""
    pictures = []
    if training:
        pictures.append(("Loss by step", loss_svg(training, validation, title="Loss by step")))
    if found and found.reliability:
        pictures.append(("Reliability", reliability_svg(found.reliability)))
    if found and found.slices:
        changes = [(item.name, item.count, item.base, item.tuned) for item in found.slices]
        pictures.append(("Slices", slice_changes_svg(changes, metric=found.metric)))
    return pictures


def read_curve(body: bytes) -> Curve:
    """(step, loss) of a job's metrics: the third column, as Bedrock writes them. No other line counts."""
    found: Curve = []
    with contextlib.suppress(csv.Error):  # what is damaged ends the curve
        for row in csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline="")):
            with contextlib.suppress(ValueError, IndexError):
                found.append((float(row[0]), float(row[2])))
    return found


def _curve(tuning: DeployedTuning, run_id: str, name: str) -> Curve:
    """Of wherever the service has put it below the run's output."""
    for key, _ in tuning.keys(f"work/tuning/{run_id}/output/"):
        if key.endswith(f"/{name}"):
            return read_curve(tuning.find(key) or b"")
    return []


def _facts(plan: TuningPlan) -> str:
    rows = {
        "base model": plan.way.base_model,
        "hyperparameters": ", ".join(f"{name} {value}" for name, value in plan.hyperparameters.items()),
        "data": plan.data_sha256,
        "recipe": plan.recipe_sha256,
    }
    cells = "".join(
        f'<tr><th>{escape(name)}</th><td class="long">{escape(text)}</td></tr>' for name, text in rows.items()
    )
    return f"<table>{cells}</table>"


def _comparison(found: Evaluation) -> str:
    difference = found.difference
    relative = "" if difference.relative is None else f", {difference.relative:+.1%} relative"
    said = (
        f"{found.metric} over {found.count} rows that neither was trained with: {found.base:.3f} before,"
        f" {found.tuned:.3f} tuned; {100 * difference.points:+.1f} points{relative}, 95 % interval"
        f" {100 * difference.points_low:+.1f} to {100 * difference.points_high:+.1f}."
    )
    unread = f" Neither Yes nor No: {found.unreadable_base} before, {found.unreadable_tuned} tuned."
    return f"<h2>Compared</h2><p>{escape(said)}{escape(unread) if found.metric == 'f1' else ''}</p>"


def confusion_tables(found: Evaluation) -> str:
    """Counts of truth against answer as HTML; for pictures a row for each caption."""
    if len(set(found.truth)) == len(found.truth):
        rows = "".join(
            f"<tr><td>{escape(wanted)}</td><td{_good(wanted, base)}>{escape(base)}</td>"
            f"<td{_good(wanted, tuned)}>{escape(tuned)}</td></tr>"
            for wanted, base, tuned in zip(found.truth, found.said_base, found.said_tuned, strict=True)
        )
        return f"<table><tr><th>asked for</th><th>base</th><th>tuned</th></tr>{rows}</table>"
    names = sorted({*found.truth, *found.said_base, *found.said_tuned})
    tables = []
    for called, said in (("base", found.said_base), ("tuned", found.said_tuned)):
        counts = Counter(zip(found.truth, said, strict=True))
        head = "".join(f"<th>said {escape(name)}</th>" for name in names)
        rows = "".join(
            f"<tr><th>is {escape(true)}</th>"
            + "".join(f'<td class="n">{counts[true, name]}</td>' for name in names)
            + "</tr>"
            for true in names
        )
        tables.append(f"<table><caption>{called}</caption><tr><td></td>{head}</tr>{rows}</table>")
    return "".join(tables)


def _calibration(found: Evaluation) -> str:
    if found.ece is None:
        return ""
    bounds = "" if found.ece_low is None else f" (95 % interval {found.ece_low:.3f} to {found.ece_high:.3f})"
    brier = "" if found.brier is None else f"; Brier's score {found.brier:.3f}"
    return f"<p>Expected calibration error {found.ece:.3f}{bounds}{brier}.</p>"


def _good(wanted: str, said: str) -> str:
    return ' class="good"' if wanted == said else ""


def _cost(found: TuningEstimate) -> str:
    rows = "".join(
        f'<tr><td>{escape(line.what)}</td><td class="n">{line.quantity:,.0f}</td><td>{escape(line.unit)}</td>'
        f'<td class="n">{"unknown" if line.cost_usd is None else f"{line.cost_usd:.4f}"}</td>'
        f'<td class="source">{escape(line.price_source)}</td></tr>'
        for line in found.lines
    )
    return (
        '<h2>Estimated at AWS prices</h2><div class="wide"><table><tr><th>for</th><th>quantity</th>'
        f"<th>unit</th><th>USD</th><th>price from</th></tr>{rows}</table></div>"
        f"<p>About ${found.total_usd:.2f} in all.</p>"
    )
