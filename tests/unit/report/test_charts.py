"""Charts are XML that stands by itself, says what it shows, and puts marks where the numbers are."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.scores.calibration import reliability
from braid.domain.scores.classification import confusion
from braid.domain.scores.curves import choose_threshold, precision_recall_curve
from braid.domain.scores.slices import slice_report
from braid.report.charts.frame import Axis, ticks
from braid.report.charts.of_scores import confusion_svg, curve_svg, reliability_svg, slices_svg
from braid.report.charts.of_training import CostPoint, cost_f1_svg, loss_svg

_SVG = "{http://www.w3.org/2000/svg}"
SCORES = [0.1, 0.4, 0.35, 0.8, 0.9, 0.2]
TRUTH = [False, False, True, True, True, False]


def drawn(svg: str) -> ElementTree.Element:
    """The picture, which has words for who doesn't see it and loads nothing."""
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{_SVG}svg"
    assert root.get("aria-label")
    assert "href" not in svg
    assert "<script" not in svg
    return root


def said(root: ElementTree.Element) -> str:
    return root.findtext(f"{_SVG}desc") or ""


def dots(root: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(each.get("cx", 0)), float(each.get("cy", 0))) for each in root.iter(f"{_SVG}circle")]


def test_reliability_puts_a_perfect_model_on_the_diagonal() -> None:
    bins = reliability([0.25] * 4 + [0.75] * 4, [True, False, False, False, True, True, True, False], bins=2)
    root = drawn(reliability_svg(bins, before=bins))
    assert said(root) == "8 examples in 2 bins lie 0.000 off the diagonal on average."
    (x1, y1), (x2, y2) = dots(root)[-2:]
    assert x2 > x1
    assert y2 < y1


def test_confusion_shows_counts_and_names() -> None:
    root = drawn(confusion_svg(confusion(["a", "a", "<b>"], ["a", "<b>", "<b>"])))
    texts = [each.text for each in root.iter(f"{_SVG}text")]
    assert "<b>" in texts
    assert texts.count("1") == 3
    assert said(root) == "3 examples of 2 classes, 66.7% right."


def test_too_many_classes_for_a_picture() -> None:
    with pytest.raises(ValueError, match="31 classes"):
        confusion_svg(confusion(range(31), range(31)))


def test_slices_name_the_worse_one() -> None:
    names = ["de"] * 100 + ["en"] * 100 + ["fr"] * 100
    right = [True] * 100 + [number % 2 == 0 for number in range(100)] + [True] * 100
    root = drawn(slices_svg(slice_report([True] * 300, right, {"language": names})))
    assert said(root) == "Worse than the rest: language en."
    assert said(drawn(slices_svg(()))) == "No slice is worse than the rest."


def test_a_curve_marks_the_chosen_threshold() -> None:
    curve = precision_recall_curve(SCORES, TRUTH)
    chosen = choose_threshold(curve)
    root = drawn(curve_svg(curve, chosen, base=curve))
    assert len(dots(root)) == 1
    assert "At the chosen threshold 0.350" in said(root)
    assert "No threshold was chosen." in said(drawn(curve_svg(curve)))


def test_loss_of_training_and_validation() -> None:
    root = drawn(loss_svg([(1, 0.9), (2, 0.5), (3, 0.2)], [(3, 0.4)]))
    assert said(root) == "Training loss went from 0.9 to 0.2, validation loss from 0.4 to 0.4."
    drawn(loss_svg([(1, 0.5)]))
    with pytest.raises(ValueError, match="no step"):
        loss_svg([])


def test_cost_against_f1_with_cheap_ones_left() -> None:
    points = [
        CostPoint("lite", 0.06, 0.78),
        CostPoint("tuned lite", 0.06, 0.83, True),
        CostPoint("large", 6, 0.81),
    ]
    root = drawn(cost_f1_svg(points))
    (lite, _), (_, tuned_up), (large, large_up) = dots(root)
    assert lite < large
    assert tuned_up < large_up
    for wrong in ([], [CostPoint("free", 0, 0.5)]):
        with pytest.raises(ValueError, match=r"no model|costs nothing"):
            cost_f1_svg(wrong)


@given(st.text(max_size=30), st.floats(1e-6, 1e6), st.floats(0, 1))
def test_any_name_and_figure_gives_whole_xml(name: str, usd: float, f1: float) -> None:
    drawn(cost_f1_svg([CostPoint(name, usd, f1)], title=name))


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_and_on_the_axis(low: float, span: float) -> None:
    found = ticks(Axis("", low, low + span))
    assert len(found) <= 7
    assert all(low - span * 1e-3 <= each <= low + span * 1.001 for each in found)
