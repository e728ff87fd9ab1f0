"""What the answer rests on: agreement, words, evidence, gates, what is missing, and the receipt."""

from __future__ import annotations

from domain.accounting import MissingOperation
from domain.admission import Admission
from domain.citation import where
from domain.passages import Passage, Passages
from domain.receipt import Receipt
from domain.span import brief_timecode
from domain.timeline import Agreement, AgreementKind, Timeline
from domain.transcript import Transcript
from lambdas.publishing.report_answer import citations
from lambdas.runtime.markup import Markup, tag
from lambdas.runtime.notices import gate_table

__all__ = [
    "agreement_section",
    "evidence_section",
    "gates_section",
    "missing_section",
    "passages_section",
    "receipt_section",
    "transcript_section",
]

# A contradiction is what a person must see; complements are so many that they would hide it.
_KIND_ORDER = (AgreementKind.CONTRADICTORY, AgreementKind.REDUNDANT, AgreementKind.COMPLEMENTARY)
_KIND_TITLES = {
    AgreementKind.CONTRADICTORY: "These contradict each other",
    AgreementKind.REDUNDANT: "These say the same",
    AgreementKind.COMPLEMENTARY: "These add to each other",
}
_SHOWN_AGREEMENTS = 12
_SHOWN_PASSAGES = 400


def agreement_section(timeline: Timeline | None) -> Markup | None:
    """How the modalities relate, contradictions first and all of them."""
    if timeline is None:
        return None
    found = [(segment.span, item) for segment in timeline.segments for item in segment.agreements]
    if not found and not timeline.warnings:
        return None
    evidence = {item.evidence_id: item for item in timeline.evidence}
    blocks: list[Markup] = []
    for kind in _KIND_ORDER:
        of_kind = sorted(
            ((span, item) for span, item in found if item.kind is kind), key=lambda pair: -pair[1].strength
        )
        if not of_kind:
            continue
        shown = of_kind if kind is AgreementKind.CONTRADICTORY else of_kind[:_SHOWN_AGREEMENTS]
        blocks.append(tag("h3", tag("span", f"{_KIND_TITLES[kind]} ({len(of_kind)})", class_=kind.value)))
        lines = [
            tag(
                "li",
                tag("span", f"{span.brief} ", class_="time") if span.brief else None,
                tag("span", item.reason, dir="auto"),
                " ",
                tag("span", _strength(item), class_="soft"),
                citations(item.evidence_ids, evidence),
            )
            for span, item in shown
        ]
        blocks.append(tag("ul", *lines))
        if len(shown) < len(of_kind):
            blocks.append(tag("p", f"… and {len(of_kind) - len(shown)} more in timeline.json", class_="soft"))
    warnings = [tag("p", warning, class_="soft") for warning in timeline.warnings]
    return tag("section", tag("h2", "How words and pictures agree"), *blocks, *warnings)


def _strength(agreement: Agreement) -> str:
    first, second = agreement.modalities
    return f"{first} and {second}, strength\u00a0{agreement.strength:.2f}"


def transcript_section(transcript: Transcript | None) -> Markup | None:
    """Everything that was said, with its time."""
    if transcript is None:
        return None
    if not transcript.utterances:
        return tag(
            "section", tag("h2", "What was said"), tag("p", "Nobody was heard speaking.", class_="soft")
        )
    speakers = {utterance.speaker for utterance in transcript.utterances}
    rows = []
    for utterance in transcript.utterances:
        who = f"{utterance.speaker}: " if len(speakers) > 1 and utterance.speaker else ""
        rows.append(
            tag(
                "div",
                tag("span", brief_timecode(utterance.start_ms), class_="time"),
                tag("span", tag("strong", who) if who else None, utterance.text, class_="said", dir="auto"),
                class_="utterance",
                id=utterance.utterance_id,
            )
        )
    return tag(
        "section",
        tag("h2", "What was said"),
        tag("div", *rows, lang=transcript.language_code),
    )


def passages_section(passages: Passages | None) -> Markup | None:
    """What is written, page by page where there are pages."""
    if passages is None or not passages.passages:
        return None
    shown = passages.passages[:_SHOWN_PASSAGES]
    rows = [
        tag(
            "div",
            tag("span", _place(passage), class_="time"),
            tag("span", passage.text, class_="written", dir="auto"),
            class_="utterance",
            id=passage.passage_id,
        )
        for passage in shown
    ]
    more = len(passages.passages) - len(shown)
    return tag(
        "section",
        tag("h2", "What is written"),
        *rows,
        tag("p", f"… and {more} more passages in passages.json", class_="soft") if more else None,
    )


def _place(passage: Passage) -> str:
    if passage.span is not None:
        return passage.span.brief.partition("–")[0]
    page = f"page {passage.page}" if passage.page is not None else ""
    return " ".join(part for part in (passage.member, page) if part)


def evidence_section(timeline: Timeline | None) -> Markup | None:
    """Every observation that the answer was allowed to cite, with its place, source and confidence."""
    if timeline is None or not timeline.evidence:
        return None
    rows = [
        tag(
            "tr",
            tag("td", item.modality.value, class_=f"modality {item.modality.value}"),
            tag("td", where(item), class_="time"),
            tag("td", item.text, dir="auto"),
            tag("td", tag("a", item.source, href=f"#{item.source.rpartition(':')[2]}"), class_="soft"),
            tag("td", f"{item.confidence:.2f}", class_="number"),
            id=item.evidence_id,
        )
        for item in timeline.evidence
    ]
    head = tag(
        "tr",
        *(tag("th", title) for title in ("From", "Where", "What", "Source")),
        tag("th", "Confidence", class_="number"),
    )
    summary = tag("summary", f"{len(rows)} observations that the answer may cite")
    # Open, because a citation's link can't reach a row in a closed block in every browser.
    details = tag("details", summary, tag("table", head, *rows), open="")
    return tag("section", tag("h2", "Evidence"), details)


def gates_section(admission: Admission | None) -> Markup | None:
    """The quality gates with what was measured."""
    if admission is None or not admission.gates:
        return None
    return tag("section", tag("h2", "Quality gates"), gate_table(admission.gates))


def missing_section(missing: tuple[MissingOperation, ...]) -> Markup | None:
    """Wanted operations without a result, and why."""
    if not missing:
        return None
    rows = [tag("tr", tag("td", item.operation), tag("td", _why(item))) for item in missing]
    return tag("section", tag("h2", "Missing"), tag("table", *rows), class_="notice")


def _why(item: MissingOperation) -> str:
    """The reason without the operation's name, which stands beside it."""
    return item.reason.removeprefix(f"{item.operation}: ")


def receipt_section(receipt: Receipt) -> Markup:
    """What the asset cost."""
    rows = [
        tag(
            "tr",
            tag("td", f"{line.service} {line.operation}"),
            tag("td", f"{line.quantity:g} {line.unit}", class_="number"),
            tag("td", _unit_price(line.unit_price_usd), class_="number"),
            tag("td", "no price" if line.unit_price_usd is None else f"{line.cost_usd:.6f}", class_="number"),
        )
        for line in receipt.lines
    ]
    head = tag("tr", tag("th", "Service"), *(tag("th", name, class_="number") for name in _RECEIPT_COLUMNS))
    total = tag(
        "tr", tag("td", tag("strong", "Total")), tag("td"), tag("td"), tag("td", f"{receipt.total_usd:.6f}")
    )
    return tag(
        "section",
        tag("h2", "Receipt"),
        tag("table", head, *rows, total),
        tag("p", f"Prices of {receipt.priced_as}. {_NOT_METERED}", class_="soft"),
    )


def _unit_price(usd: float | None) -> str:
    """Token prices have many zeros; an exponent is nothing that people read on a bill."""
    return "" if usd is None else f"{usd:.10f}".rstrip("0")


_RECEIPT_COLUMNS = ("Quantity", "USD each", "USD")
_NOT_METERED = (
    "Retried states, Lambda, S3, DynamoDB and logs are not metered per asset; together they are usually"
    " well below a cent."
)
