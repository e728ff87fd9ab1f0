"""``report.html``: one page that shows an asset's answer and what it rests on, without a player."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from domain.asset import AssetRef
from domain.outcome import AssetDocuments, Outcome
from domain.receipt import Receipt
from domain.span import brief_timecode
from domain.vision import KeyframeAnalysis
from lambdas.publishing.report_answer import answer_section
from lambdas.publishing.report_evidence import (
    agreement_section,
    evidence_section,
    gates_section,
    missing_section,
    passages_section,
    receipt_section,
    transcript_section,
)
from lambdas.publishing.report_tracks import tracks_section
from lambdas.runtime.markup import Markup, join, page, tag
from lambdas.runtime.notices import day

__all__ = ["ReportContext", "report_page"]

_STATUS_CLASSES = {"SUCCEEDED": "good", "PARTIAL": "warn"}


@dataclass(frozen=True)
class ReportContext:
    """What the report says about the asset beside its documents; ``stills`` are JPEG bytes by keyframe id."""

    asset: AssetRef
    outcome: Outcome
    receipt: Receipt
    execution_arn: str
    finished_at: str
    stills: Mapping[str, bytes]


def report_page(context: ReportContext, documents: AssetDocuments) -> bytes:
    """The whole page as UTF-8. Whatever the documents hold is shown as text, never as markup."""
    name = _display_name(context.asset.source.key)
    sections = [
        _header(context, documents, name),
        _reason(context),
        answer_section(documents.answer, documents.timeline),
        agreement_section(documents.timeline),
        tracks_section(documents.timeline),
        _stills_section(documents, context.stills),
        transcript_section(documents.transcript),
        passages_section(documents.passages),
        evidence_section(documents.timeline),
        gates_section(documents.admission),
        missing_section(context.outcome.missing),
        receipt_section(context.receipt),
        _footer(context),
    ]
    return page(f"{name}: {context.outcome.status.value.lower()}", join(tuple(sections), "\n"))


def _header(context: ReportContext, documents: AssetDocuments, name: str) -> Markup:
    admission = documents.admission
    facts = [context.asset.source.key, f"profile {context.asset.profile}"]
    if admission is not None:
        facts.append(admission.media_type)
        if admission.duration_ms is not None:
            facts.append(brief_timecode(admission.duration_ms))
        facts.append(", ".join(admission.modalities))
    facts.append(day(context.finished_at))
    return tag(
        "header",
        tag(
            "span",
            context.outcome.status.value,
            class_=f"status {_STATUS_CLASSES.get(context.outcome.status, 'bad')}",
        ),
        tag("h1", name, dir="auto"),
        tag("p", *(tag("span", fact) for fact in facts if fact), class_="facts"),
    )


def _reason(context: ReportContext) -> Markup | None:
    if context.outcome.reason is None:
        return None
    return tag("section", tag("h2", "What is lacking"), tag("p", context.outcome.reason), class_="notice")


def _stills_section(documents: AssetDocuments, stills: Mapping[str, bytes]) -> Markup | None:
    if documents.vision is None or not documents.vision.keyframes:
        return None
    figures = [_figure(frame, stills.get(frame.keyframe_id)) for frame in documents.vision.keyframes]
    return tag("section", tag("h2", "What was seen"), tag("div", *figures, class_="stills"))


def _figure(frame: KeyframeAnalysis, still: bytes | None) -> Markup:
    image = None
    if still is not None:
        data = base64.b64encode(still).decode()
        image = tag(
            "img", src=f"data:image/jpeg;base64,{data}", alt=_seen(frame) or frame.span.brief or "the picture"
        )
    where = brief_timecode(frame.at_ms) if frame.at_ms is not None else frame.span.brief
    texts = " / ".join(text.text for text in frame.texts)
    caption = [
        tag("span", " · ".join(part for part in (where, frame.member) if part), class_="time"),
        tag("br"),
        tag("span", _seen(frame)) if _seen(frame) else None,
        tag("p", "“", texts, "”", dir="auto") if texts else None,
    ]
    return tag("figure", image, tag("figcaption", *caption), id=frame.keyframe_id)


def _seen(frame: KeyframeAnalysis) -> str:
    """Labels, moderation categories and faces in a few words."""
    words = [label.name for label in frame.labels[:6]]
    words += [f"⚠ {category.name}" for category in frame.moderation]
    if frame.faces:
        words.append("1 face" if len(frame.faces) == 1 else f"{len(frame.faces)} faces")
    words += [color.name for color in frame.properties.colors[:2]] if not words else []
    return ", ".join(words)


def _footer(context: ReportContext) -> Markup:
    arn = context.execution_arn
    region = arn.split(":")[3] if arn.count(":") >= 5 else ""
    link = f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
    return tag(
        "p",
        f"Asset {context.asset.asset_id}, attempt {context.asset.attempt} · version"
        f" {context.asset.source.version_id} · ",
        tag("a", "the execution", href=link, rel="noopener noreferrer") if region else arn,
        class_="soft",
    )


def _display_name(key: str) -> str:
    """The file's name, or a bundle's folder."""
    parts = key.split("/")
    return parts[-2] if parts[-1] == "manifest.json" and len(parts) > 1 else parts[-1]
