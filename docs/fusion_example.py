"""Draws docs/fusion_example.svg: a talk of half a minute as fusion sees it.

    python -m docs.fusion_example

What is drawn is the timeline that ``fuse`` returns for the material below, and nothing else.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.claim_check import Claim
from braid.domain.evidence.timeline import AgreementKind, Segment, Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Label, Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span, brief_timecode
from lambdas.fusion.fuse import FusionInput, fuse

PICTURE = Path(__file__).with_name("fusion_example.svg")
DURATION_MS = 30_000
SPOKEN = (
    (600, 9_200, "our new trail runner is light and fast on every path"),
    (10_400, 19_000, "the trail runner costs fifty nine dollars this summer"),
    (20_700, 28_800, "visit us in the old harbour or order it online"),
)
SHOWN = (
    (0, ("Trail Runner", "Light and fast"), ("Shoe",)),
    (10_000, ("Trail Runner", "only $49"), ("Shoe",)),
    (20_000, ("Thank you", "Questions welcome"), ("Crowd",)),
)

WIDTH, LEFT, ROW, LINE = 900, 92, 54, 15
COLORS = {
    AgreementKind.REDUNDANT: "#2f855a",
    AgreementKind.CONTRADICTORY: "#c53030",
    AgreementKind.COMPLEMENTARY: "#718096",
}


def material() -> FusionInput:
    """Three slides and what is said over them; the second says another price than the speaker."""
    member = Member("talk.mp4", "main", "inbox", "inbox/talk.mp4", "v1", 1, "video/mp4", tuple(Modality))
    asset = AssetRef("talk", 1, "general", Source("inbox", "inbox/talk.mp4", "v1"))
    still = Claim("s3://results/still.jpg", "image/jpeg", 1, "0" * 64)
    ends = [begin for begin, _, _ in SHOWN[1:]] + [DURATION_MS]
    return FusionInput(
        Admission(asset, "video/mp4", (member,), tuple(Modality), (), DURATION_MS),
        Transcript("en-US", tuple(_utterance(number, *said) for number, said in enumerate(SPOKEN, 1))),
        Vision(
            tuple(
                KeyframeAnalysis(
                    f"k{number:04d}",
                    still,
                    Span(begin, end),
                    at_ms=begin,
                    labels=tuple(Label(name, 0.9) for name in labels),
                    texts=tuple(
                        DetectedText(line, 0.97, Box(0.1, 0.1 + 0.1 * at, 0.6, 0.08))
                        for at, line in enumerate(lines)
                    ),
                )
                for number, ((begin, lines, labels), end) in enumerate(zip(SHOWN, ends, strict=True), 1)
            )
        ),
    )


def _utterance(number: int, begin_ms: int, end_ms: int, text: str) -> Utterance:
    words = text.split()
    times = [begin_ms + (end_ms - begin_ms) * at // len(words) for at in range(len(words) + 1)]
    items = tuple(
        TranscriptItem(word, begin, end, 0.93, "word")
        for word, begin, end in zip(words, times, times[1:], strict=False)
    )
    return Utterance(f"u{number:04d}", None, begin_ms, end_ms, text, 0.93, items)


def draw(timeline: Timeline) -> str:
    """The timeline as tracks: speech, what is seen, and per segment how the two agree."""
    tracks = (
        ("speech", [o for o in timeline.observations if o.kind == "utterance"], "#ebf4ff", "#2b6cb0"),
        ("picture", [o for o in timeline.observations if o.kind == "detected_text"], "#fffaf0", "#b7791f"),
        ("labels", [o for o in timeline.observations if o.kind == "label"], "#fffaf0", "#b7791f"),
    )
    parts: list[str] = []
    top = 34
    for name, observed, fill, edge in tracks:
        height = ROW - 16 if name == "labels" else ROW
        parts.append(_text(8, top + 20, name, weight="bold"))
        for item in observed:
            begin, end = _x(item.span.start_ms or 0), _x(item.span.end_ms or 0)
            lines = [it for line in item.text.splitlines() for it in _wrapped(line, end - begin)]
            lines[-1] += f"  {item.confidence:.2f}"
            parts += _box(begin, top, end, height - 8, fill, edge, lines)
        top += height
    parts.append(_text(8, top + 20, "agreement", weight="bold"))
    bottom = top
    for segment in timeline.segments:
        begin, end = _x(segment.span.start_ms or 0), _x(segment.span.end_ms or 0)
        parts.append(
            f'<line x1="{begin}" y1="26" x2="{begin}" y2="{top}" stroke="#a0aec0" stroke-dasharray="3 3"/>'
        )
        parts.append(
            _text(begin + 3, 18, brief_timecode(segment.span.start_ms or 0), size=11, fill="#4a5568")
        )
        bottom = max(bottom, _draw_segment(parts, segment, begin, end, top))
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 8}" width="{WIDTH}"'
        ' font-family="Helvetica, Arial, sans-serif" role="img"'
        ' aria-label="Tracks of speech and pictures over time, and how they agree in each segment">'
    )
    ground = f'<rect width="{WIDTH}" height="{bottom + 8}" fill="#ffffff"/>'
    return "\n".join((frame, ground, *parts, "</svg>")) + "\n"


def _draw_segment(parts: list[str], segment: Segment, begin: int, end: int, top: int) -> int:
    for agreement in segment.agreements:
        lines = [f"{agreement.kind} {agreement.strength:.2f}", *_wrapped(agreement.reason, end - begin)]
        height = 12 + LINE * len(lines)
        color = COLORS[agreement.kind]
        parts += _box(begin, top, end, height, color, color, lines, ink="#ffffff")
        top += height + 6
    told = f"confidence {segment.confidence:.2f}: {segment.provenance}"
    for line in _wrapped(told, end - begin):
        parts.append(_text(begin + 4, top + 13, line, size=12, fill="#4a5568"))
        top += LINE
    return top


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(8, width // 7))


def _x(at_ms: int) -> int:
    return LEFT + (WIDTH - LEFT - 8) * at_ms // DURATION_MS


def _box(
    begin: int,
    top: int,
    end: int,
    height: int,
    fill: str,
    edge: str,
    lines: Iterable[str],
    ink: str = "#1a202c",
) -> Iterator[str]:
    yield (
        f'<rect x="{begin + 1}" y="{top}" width="{end - begin - 2}" height="{height}" rx="4"'
        f' fill="{fill}" stroke="{edge}"/>'
    )
    for number, line in enumerate(lines):
        yield _text(begin + 8, top + 18 + LINE * number, line, fill=ink)


def _text(x: int, y: int, text: str, *, size: int = 13, fill: str = "#1a202c", weight: str = "normal") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" font-weight="{weight}">{escape(text)}</text>'
    )


def picture() -> str:
    """The worked example as SVG."""
    return draw(fuse(material(), Thresholds(), 8_000))


if __name__ == "__main__":
    argparse.ArgumentParser(
        "python -m docs.fusion_example", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    PICTURE.write_text(picture(), "utf-8")
