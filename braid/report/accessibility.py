"""Where the asset stands against WCAG 2.2, with what is left to do first."""

from __future__ import annotations

from collections import Counter

from braid.domain.accessibility.accessibility import Accessibility, Criterion, CriterionStatus
from braid.report.markup import Markup, tag
from braid.report.parts import section, table

__all__ = ["accessibility_section"]

_CLASSES = {
    CriterionStatus.MET: "pass",
    CriterionStatus.NOT_MET: "reject",
    CriterionStatus.NEEDS_A_PERSON: "warned",
    CriterionStatus.NOT_CHECKED: "warned",
}
_ORDER = list(CriterionStatus)


def accessibility_section(accessibility: Accessibility | None) -> Markup | None:
    """The criteria that concern this asset; those that don't are counted."""
    if accessibility is None:
        return None
    counted = Counter(item.status for item in accessibility.criteria)
    told = ", ".join(f"{status} {counted[status]}" for status in _ORDER if counted[status])
    shown = [item for item in accessibility.criteria if item.status is not CriterionStatus.NOT_APPLICABLE]
    return section(
        "accessibility",
        f"Accessibility: {accessibility.standard}",
        tag("p", f"Judged as {accessibility.kind}: {told}."),
        table(("Criterion", "Why, and what to do"), map(_row, shown)),
        tag("p", "A worklist by rules, not a statement of conformance.", class_="soft"),
    )


def _row(item: Criterion) -> tuple[Markup, Markup]:
    """Two columns, because a third leaves no room for words on a phone."""
    status = tag("span", item.status.value, class_=_CLASSES.get(item.status))
    named = tag("span", tag("strong", item.number), f" {item.name} ({item.level}): ", status)
    return named, tag("span", tag("span", item.reason, class_="soft"), f" {item.todo}")
