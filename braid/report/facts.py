"""What stands behind the answer: evidence, quality gates, what is missing, and the receipt."""

from __future__ import annotations

from braid.domain.asset.admission import Admission
from braid.domain.evidence.citation import where
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import MissingOperation, missing_by_reason
from braid.domain.money.receipt import Receipt, ReceiptLine
from braid.report.links import Links, moment, row_id
from braid.report.markup import Markup, join, tag
from braid.report.notices import gate_table
from braid.report.parts import breakable, section, table

__all__ = ["evidence_section", "gates_section", "missing_section", "receipt_section"]

_NOT_METERED = (
    "Logs, traces and mails are not counted per asset, and what is stored only for its first month; tries of"
    " a step that failed count by what they ask at least."
)


def evidence_section(timeline: Timeline | None, links: Links) -> Markup | None:
    """Every observation that the answer was allowed to cite, with its place, source and confidence."""
    if timeline is None or not timeline.evidence:
        return None
    head = tag(
        "tr",
        *(tag("th", title, scope="col") for title in ("From", "Where", "What", "Source")),
        tag("th", "Confidence", class_="number", scope="col"),
    )
    rows = [_evidence(item, links) for item in timeline.evidence]
    summary = tag("summary", f"{len(rows)} observations that the answer may cite")
    # Open, because a citation's link can't reach a row in a closed block in every browser.
    body = tag("table", tag("thead", head), tag("tbody", *rows), class_="evidence")
    return section("evidence", "Evidence", tag("details", summary, body, open=""))


def _evidence(item: Evidence, links: Links) -> Markup:
    place = where(item)
    href = links.href(item)
    named = breakable(item.source)
    source = named if href == f"#{row_id(item)}" else tag("a", named, href=href)
    return tag(
        "tr",
        tag("td", item.modality.value, class_=f"modality {item.modality.value}"),
        tag("td", moment(place, item.span.start_ms) if place else None),
        tag("td", item.text, dir="auto"),
        tag("td", source, class_="soft"),
        tag("td", f"{item.confidence:.2f}", class_="number"),
        id=row_id(item),
    )


def gates_section(admission: Admission | None) -> Markup | None:
    """The quality gates with what was measured."""
    if admission is None or not admission.gates:
        return None
    return section("gates", "Quality gates", gate_table(admission.gates))


def missing_section(missing: tuple[MissingOperation, ...]) -> Markup | None:
    """Wanted operations without a result, and why; those of one reason together."""
    if not missing:
        return None
    rows = [
        (join((breakable(name) for name in operations), ", "), reason)
        for reason, operations in missing_by_reason(missing).items()
    ]
    return section("missing", "Missing", table(("Operation", "Why"), rows))


def receipt_section(receipt: Receipt) -> Markup:
    """What the asset cost; what a review costs after this page comes on top."""
    rows: list[tuple[Markup | str, ...]] = [
        (
            breakable(f"{line.service} {line.operation}"),
            _quantity(line),
            _unit_price(line.unit_price_usd),
            "no price" if line.unit_price_usd is None else f"{line.cost_usd:.6f}",
        )
        for line in receipt.lines
    ]
    rows.append(("Total", "", "", f"{receipt.total_usd:.6f}"))
    return section(
        "receipt",
        "Receipt",
        table(("Service", "Quantity", "USD each", "USD"), rows, numbers=("Quantity", "USD each", "USD")),
        tag("p", f"Prices of {receipt.priced_as}. {_NOT_METERED}", class_="soft"),
        class_="receipt",
    )


def _quantity(line: ReceiptLine) -> str:
    """``1,512 input tokens``."""
    unit = line.unit.replace("_", " ")
    return f"{line.quantity:,.10g} {unit if line.quantity == 1 else unit + 's'}"


def _unit_price(usd: float | None) -> str:
    """Token prices have many zeros; an exponent is nothing that people read on a bill."""
    return "" if usd is None else f"{usd:.10f}".rstrip("0")
