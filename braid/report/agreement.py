"""How the modalities relate, contradictions first and all of them, and how far apart their clocks are."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.evidence.timeline import Agreement, AgreementKind, Alignment, Timeline
from braid.domain.span import Span
from braid.report.links import Links, moment
from braid.report.markup import Markup, tag
from braid.report.parts import section

__all__ = ["agreement_section"]

# A contradiction is what a person must see; complements are so many that they would hide it.
_KIND_ORDER = (AgreementKind.CONTRADICTORY, AgreementKind.REDUNDANT, AgreementKind.COMPLEMENTARY)
_KIND_TITLES = {
    AgreementKind.CONTRADICTORY: "These contradict each other",
    AgreementKind.REDUNDANT: "These say the same",
    AgreementKind.COMPLEMENTARY: "These add to each other",
}
_SHOWN_AGREEMENTS = 12
# Nobody hears or sees less.
_NOTICEABLE_MS = 40


def agreement_section(timeline: Timeline | None, links: Links) -> Markup | None:
    """Every contradiction, the strongest of the rest, and what fusion warned of."""
    if timeline is None or not timeline.observations:
        return None
    found = [(segment.span, item) for segment in timeline.segments for item in segment.agreements]
    clocks = [_clock(item, timeline.warnings) for item in timeline.alignments]
    if not found and not timeline.warnings and not any(clocks):
        return None
    blocks: list[Markup] = []
    for kind in _KIND_ORDER:
        of_kind = sorted(
            ((span, item) for span, item in found if item.kind is kind), key=lambda pair: -pair[1].strength
        )
        if not of_kind:
            continue
        shown = of_kind if kind is AgreementKind.CONTRADICTORY else of_kind[:_SHOWN_AGREEMENTS]
        blocks.append(
            tag(
                "h3",
                tag("span", class_=f"key {kind.value}", aria_hidden="true"),
                f"{_KIND_TITLES[kind]} ({len(of_kind)})",
            )
        )
        blocks.append(tag("ul", *(_line(span, item, links) for span, item in shown), class_="agreements"))
        if len(shown) < len(of_kind):
            blocks.append(tag("p", f"… and {len(of_kind) - len(shown)} more in timeline.json", class_="soft"))
    notes = [tag("p", note, class_="soft") for note in (*clocks, *timeline.warnings) if note]
    return section("agreement", "How words and pictures agree", *blocks, *notes)


def _line(span: Span, item: Agreement, links: Links) -> Markup:
    first, second = item.modalities
    return tag(
        "li",
        moment(span.brief, span.start_ms) if span.brief else None,
        " ",
        tag("span", item.reason, dir="auto"),
        " ",
        tag("span", f"· {first} and {second}, strength\u00a0{item.strength:.2f}", class_="soft"),
        " ",
        links.citations(item.observation_ids),
    )


def _clock(item: Alignment, warnings: Sequence[str]) -> str | None:
    """``The slides come 1.20 s after the speech``; nothing where nobody would notice or fusion said it."""
    is_told = any(warning.startswith(item.of) for warning in warnings)
    if item.offset_ms is None or abs(item.offset_ms) < _NOTICEABLE_MS or is_told:
        return None
    side = "after" if item.offset_ms > 0 else "before"
    drift = f", and drift by {item.drift_ppm:.0f} millionths" if item.drift_ppm else ""
    return f"The {item.of} come {abs(item.offset_ms) / 1000:.2f} s {side} the {item.to}{drift}."
