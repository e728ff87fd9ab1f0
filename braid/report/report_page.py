"""``report.html``: one page that shows an asset's answer and what it rests on, whole without a player."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from braid.domain.accessibility.accessibility import Accessibility
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.outcome import AssetDocuments, Outcome
from braid.domain.captions.captions import CaptionCue
from braid.domain.evidence.passages import Passage
from braid.domain.evidence.vision import KeyframeAnalysis, is_disturbing
from braid.domain.money.receipt import Receipt
from braid.domain.span import brief_timecode
from braid.report.accessibility import accessibility_section
from braid.report.agreement import agreement_section
from braid.report.answer import answer_section
from braid.report.facts import evidence_section, gates_section, missing_section, receipt_section
from braid.report.links import Links
from braid.report.markup import Markup, join, page, tag
from braid.report.media import Media
from braid.report.notices import day
from braid.report.parts import section
from braid.report.pictures import pages_section, pictures_section
from braid.report.player import media_sources, player_section
from braid.report.tracks import tracks_section
from braid.report.words import SHOWN_PASSAGES, passages_section, transcript_section

__all__ = ["ReportContext", "report_page"]

_HERE = Path(__file__).parent
_STATUS_CLASSES = {"SUCCEEDED": "good", "PARTIAL": "warn"}
# What the reason is of; with every other status a gate warned, and nothing is lacking.
_REASON_TITLES = {"PARTIAL": "What is lacking", "REJECTED": "Why this was rejected"}
_PARTS = (
    ("answer", "Answer"),
    ("timeline", "Timeline"),
    ("agreement", "Agreement"),
    ("pictures", "Pictures"),
    ("pages", "Pages"),
    ("transcript", "Transcript"),
    ("text", "Text"),
    ("accessibility", "Accessibility"),
    ("evidence", "Evidence"),
    ("gates", "Quality"),
    ("missing", "Missing"),
    ("receipt", "Receipt"),
)
Paged = list[tuple[KeyframeAnalysis, list[Passage]]]


@dataclass(frozen=True)
class ReportContext:
    """What the report says about the asset beside its documents.

    ``stills`` are JPEG bytes by keyframe id; ``media`` plays with ``cues`` as its captions and
    ``translated_cues``, by language, as others to choose; ``warnings`` tell what people can't read well.
    """

    asset: AssetRef
    outcome: Outcome
    receipt: Receipt
    execution_arn: str
    finished_at: str
    stills: Mapping[str, bytes]
    media: Media | None = None
    cues: Sequence[CaptionCue] = ()
    warnings: Sequence[str] = ()
    accessibility: Accessibility | None = None
    translated_cues: Mapping[str, Sequence[CaptionCue]] = field(default_factory=dict)
    has_spoken_descriptions: bool = False


def report_page(context: ReportContext, documents: AssetDocuments) -> bytes:
    """The whole page as UTF-8. Whatever the documents hold is shown as text, never as markup."""
    name = context.asset.source.display_name
    pages, frames, passages = _paged(documents)
    links = Links.to(documents.timeline, _shown_ids(documents, passages, pages))
    language_code = documents.transcript.language_code if documents.transcript else ""
    captions = {language_code: context.cues, **context.translated_cues} if context.cues else {}
    transcript = transcript_section(documents.transcript, context.warnings)
    player = player_section(
        context.media,
        captions,
        _disturbing(documents),
        has_spoken_descriptions=context.has_spoken_descriptions,
        # They stand beside what is said, where anything is.
        warnings=() if documents.transcript and documents.transcript.utterances else context.warnings,
    )
    reading = [
        _reason(context),
        answer_section(documents.answer, links),
        tracks_section(documents.timeline, documents.answer, links),
        agreement_section(documents.timeline, links),
    ]
    pictures = pictures_section(frames, context.stills)
    rest = [
        passages_section(passages, documents.passages, documents.timeline),
        accessibility_section(context.accessibility),
        evidence_section(documents.timeline, links),
        gates_section(documents.admission),
        missing_section(context.outcome.missing),
        receipt_section(context.receipt),
    ]
    # One picture stays in sight beside the answer, as a player does.
    beside = player or (pictures if len(frames) == 1 else None)
    reading.append(pictures if beside is not pictures else None)
    reading.append(pages_section(pages, context.stills))
    body = tag(
        "div",
        beside,
        tag("div", *reading, class_="reading"),
        transcript,
        tag("div", *rest, class_="rest"),
        class_="columns" if beside is not None else "column",
    )
    return page(
        f"{name}: {context.outcome.status.value.lower()}",
        body,
        header=join((_header(context, documents, name), _navigation(body))),
        footer=_footer(context),
        style=(_HERE / "report.css").read_text("utf-8"),
        script=(_HERE / "report.js").read_text("utf-8"),
        media_sources=media_sources(context.media),
    )


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
            "p",
            tag(
                "span",
                context.outcome.status.value,
                class_=f"status {_STATUS_CLASSES.get(context.outcome.status, 'bad')}",
            ),
        ),
        tag("h1", name, dir="auto"),
        tag("p", join((tag("span", fact) for fact in facts if fact), " "), class_="facts"),
    )


def _navigation(body: Markup) -> Markup:
    """Links to the parts that the page has; nothing that an asset says can look like one of them."""
    links = [
        tag("li", tag("a", title, href=f"#the-{name}"))
        for name, title in _PARTS
        if f'<section id="the-{name}"' in body
    ]
    return tag("nav", tag("ul", *links), aria_label="Parts of this report")


def _reason(context: ReportContext) -> Markup | None:
    if context.outcome.reason is None:
        return None
    title = _REASON_TITLES.get(context.outcome.status, "Worth knowing")
    return section("reason", title, tag("p", context.outcome.reason, dir="auto"), class_="notice")


def _paged(documents: AssetDocuments) -> tuple[Paged, list[KeyframeAnalysis], list[Passage]]:
    """Pages with what is written on them, the keyframes that are no pages, and the other passages.

    Without words a page is a picture like others; passages beyond ``SHOWN_PASSAGES`` aren't shown.
    """
    frames = list(documents.vision.keyframes) if documents.vision else []
    written = list(documents.passages.passages[:SHOWN_PASSAGES]) if documents.passages else []
    if documents.admission is None or len(documents.admission.members) <= 1:
        # Of a single file nothing needs to say of which file it is.
        frames = [replace(frame, member="") for frame in frames]
        written = [replace(passage, member="") for passage in written]
    on_page: dict[tuple[str, int], list[Passage]] = {}
    for passage in written:
        if passage.page is not None:
            on_page.setdefault((passage.member, passage.page), []).append(passage)
    pages: Paged = []
    others: list[KeyframeAnalysis] = []
    for frame in frames:
        words = on_page.pop((frame.member, frame.page), []) if frame.page is not None else []
        if words:
            pages.append((frame, words))
        else:
            others.append(frame)
    beside = {passage.passage_id for _, words in pages for passage in words}
    return pages, others, [passage for passage in written if passage.passage_id not in beside]


def _shown_ids(documents: AssetDocuments, passages: Sequence[Passage], pages: Paged) -> frozenset[str]:
    """The id of every line, picture and passage on the page."""
    utterances = documents.transcript.utterances if documents.transcript else ()
    frames = documents.vision.keyframes if documents.vision else ()
    return frozenset(
        [utterance.utterance_id for utterance in utterances]
        + [frame.keyframe_id for frame in frames]
        + [passage.passage_id for passage in passages]
        + [passage.passage_id for _, words in pages for passage in words]
    )


def _disturbing(documents: AssetDocuments) -> list[str]:
    """What moderation found in the disturbing keyframes, each once."""
    frames = documents.vision.keyframes if documents.vision else ()
    return list(
        dict.fromkeys(item.name for frame in frames if is_disturbing(frame) for item in frame.moderation)
    )


def _footer(context: ReportContext) -> Markup:
    arn = context.execution_arn
    region = arn.split(":")[3] if arn.count(":") >= 5 else ""
    link = f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
    return tag(
        "footer",
        tag(
            "p",
            f"Asset {context.asset.asset_id}, attempt {context.asset.attempt} · version"
            f" {context.asset.source.version_id} · ",
            tag("a", "the execution", href=link, rel="noopener noreferrer") if region else arn,
        ),
    )
