"""Documents of an asset as the steps would write them, fused by the real fusion, and the report of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
from PIL import Image, ImageDraw

from braid.domain.accessibility.accessibility import Accessibility
from braid.domain.answer.answer import Answer, AnswerClaim, RouteStep
from braid.domain.asset.admission import Admission, Gate, Member, MemberRole
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.outcome import AssetDocuments, Outcome
from braid.domain.captions.layout import lay_out
from braid.domain.claim_check import Claim
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Vision
from braid.domain.money.accounting import MissingOperation
from braid.domain.money.receipt import Receipt, ReceiptLine
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.profile.sections.report import ReportPlan
from braid.domain.span import Span
from braid.report.media import Media, media_for_report
from braid.report.report_page import ReportContext, report_page
from braid.store.documents import DocumentStore
from lambdas.fusion.fuse import FusionInput, fuse
from tests.doubles.memory_s3 import MemoryS3

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ARN = "arn:aws:states:us-east-1:123456789012:execution:braid-dev-analyze-asset:talk-1"
FINISHED = "2026-11-20T10:11:12.000Z"
_EVIDENCE_TOKENS = 6000


@dataclass(frozen=True)
class Reported:
    """A report with what it was made of."""

    page: bytes
    documents: AssetDocuments
    media: Media | None = None


def report(
    key: str,
    documents: AssetDocuments,
    *,
    stills: dict[str, bytes] | None = None,
    media: Media | None = None,
    status: AssetStatus = AssetStatus.SUCCEEDED,
    reason: str | None = None,
    missing: Sequence[MissingOperation] = (),
    accessibility: Accessibility | None = None,
) -> Reported:
    """The report of an asset under ``key``; what plays is the admitted member beside it, unless given."""
    if media is None and documents.admission is not None:
        media = beside(documents.admission)
    lines = (
        ReceiptLine("transcribe", "StartTranscriptionJob", 33.75, "second", 0.0004, "read", 0.0135),
        ReceiptLine("rekognition", "DetectText", 5, "image", 0.001, "read", 0.005),
        ReceiptLine(
            "bedrock", "Converse:amazon.nova-micro-v1:0", 1894, "input_token", 3.5e-8, "read", 0.000066
        ),
        ReceiptLine("stepfunctions", "StateTransition", 18, "transition", 0.000025, "read", 0.00045),
    )
    context = ReportContext(
        asset=AssetRef(
            "talk-33072cd4152a109c9b20", 1, "general", Source("inbox", key, "3HL4kqtJlcpXroDTDmJ")
        ),
        outcome=Outcome(status, reason, tuple(missing)),
        receipt=Receipt(lines, 0.019016, "us-east-1, 2026-11-01"),
        execution_arn=ARN,
        finished_at=FINISHED,
        stills=stills or {},
        media=media,
        cues=lay_out(documents.transcript).cues if documents.transcript else (),
        accessibility=accessibility,
    )
    return Reported(report_page(context, documents), documents, media)


def beside(admission: Admission) -> Media | None:
    """What plays from a file beside the report."""
    store = DocumentStore("results", "asset", 1, s3=MemoryS3())
    return media_for_report(store, admission, ReportPlan())


def admitted(key: str, *members: Member, gates: Sequence[Gate] = ()) -> Admission:
    """An admitted asset of these members."""
    modalities = tuple(m for m in Modality if any(m in member.modalities for member in members))
    lengths = [member.duration_ms for member in members if member.duration_ms]
    asset = AssetRef("asset-1", 1, "general", Source("inbox", key, "v1"))
    checked = tuple(gates) or (
        Gate("size", 486_231, "bytes", "pass"),
        Gate("media type", members[0].media_type, "", "pass"),
        Gate(
            "duplicate",
            "a-holiday-in-the-mountains-68c0794d354dd12e1e70",
            "",
            "warn",
            "It was dropped before.",
        ),
    )
    return Admission(
        asset, members[0].media_type, members, modalities, checked, max(lengths) if lengths else None
    )


def member(
    key: str,
    media_type: str,
    *modalities: Modality,
    role: MemberRole = "main",
    duration_ms: int | None = None,
) -> Member:
    """One member under its key."""
    name = key.rsplit("/", 1)[-1]
    return Member(name, role, "inbox", key, "v1", 486_231, media_type, modalities, duration_ms)


def utterance(number: int, start_ms: int, end_ms: int, text: str, speaker: str | None = None) -> Utterance:
    """An utterance whose words are spread evenly over it."""
    words = text.split()
    step = (end_ms - start_ms) / max(1, len(words))
    items = tuple(
        TranscriptItem(word, round(start_ms + step * at), round(start_ms + step * (at + 1)), 0.93, "word")
        for at, word in enumerate(words)
    )
    return Utterance(f"u{number:04d}", speaker, start_ms, end_ms, text, 0.93, items)


def keyframe(number: int, span: Span, lines: Sequence[str] = (), **more: object) -> KeyframeAnalysis:
    """A keyframe with lines of text below each other."""
    frame = KeyframeAnalysis(
        keyframe_id=f"k{number:04d}",
        image=Claim(f"s3://results/keyframes/k{number:04d}.jpg", "image/jpeg", 1, "0" * 64),
        span=span,
        at_ms=None if span.start_ms is None else span.start_ms + 400,
        page=span.page,
        texts=tuple(
            DetectedText(line, 0.98, Box(0.1, 0.1 + 0.1 * at, 0.6, 0.08)) for at, line in enumerate(lines)
        ),
    )
    return replace(frame, **more)  # type: ignore[arg-type]  # members by name, as the caller knows them


def fused(
    admission: Admission,
    transcript: Transcript | None = None,
    vision: Vision | None = None,
    passages: Passages | None = None,
) -> Timeline:
    """The timeline of these documents."""
    return fuse(FusionInput(admission, transcript, vision, passages), Thresholds(), _EVIDENCE_TOKENS)


def answered(timeline: Timeline, count: int = 5, **more: object) -> Answer:
    """An answer in the general profile's shape that cites the timeline's evidence."""
    evidence = timeline.evidence
    picked = evidence[:: max(1, len(evidence) // count)][:count]
    body = {
        "summary": [{"text": item.text, "evidence_ids": [item.evidence_id]} for item in picked],
        "topics": [
            {"name": name, "evidence_ids": [item.evidence_id for item in picked[:3]]}
            for name in ("Tomatoes", "Seeds", "Water")
        ],
        "key_moments": [
            {"title": item.text[:60], "evidence_ids": [item.evidence_id]}
            for item in picked
            if item.span.is_timed
        ],
    }
    claims = tuple(
        AnswerClaim(item.text, (item.evidence_id,), f"/summary/{at}") for at, item in enumerate(picked)
    )
    answer = Answer(
        profile="general",
        profile_hash="5f3c" * 16,
        method="model",
        model_id="us.amazon.nova-2-lite-v1:0",
        route=(RouteStep("us.amazon.nova-2-lite-v1:0", "lite", "pictures are part of it", "accepted"),),
        answer=body,
        claims=claims,
        confidence=0.91,
        first_sentence=picked[0].text if picked else "",
    )
    return replace(answer, **more)  # type: ignore[arg-type]  # as above


def jpeg(words: str, size: tuple[int, int] = (640, 360), color: str = "#14532d") -> bytes:
    """A drawn picture."""
    picture = Image.new("RGB", size, color)
    ImageDraw.Draw(picture).text((size[0] // 12, size[1] // 3), words, fill="white", font_size=size[0] // 18)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def stills_of(path: Path, moments: Sequence[int]) -> list[bytes]:
    """The pictures of a video at these moments, as JPEG."""
    found = []
    with av.open(str(path)) as container:
        for at_ms in moments:
            container.seek(at_ms * 1000)
            frame = next(
                f for f in container.decode(video=0) if f.time is not None and f.time * 1000 >= at_ms
            )
            out = io.BytesIO()
            frame.to_image().resize((640, 360)).save(out, "JPEG", quality=80)
            found.append(out.getvalue())
    return found
