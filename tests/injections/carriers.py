"""Every way on which a stranger's words come to the model, walked by the pipeline's own readers.

A carrier takes a text and gives the timeline of an asset that holds it, beside a sentence that is harmless;
``None`` where the asset is refused for it.
"""

from __future__ import annotations

import csv
import functools
import html
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast

import docx
import openpyxl
import pptx
from PIL import Image
from pptx.util import Inches

from braid.aws.rekognition import read_labels, read_moderation, read_texts
from braid.aws.transcribe.jobs import FinishedJob
from braid.aws.transcribe.output import read_output
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source, read_inbox_key
from braid.domain.asset.manifest import read_manifest
from braid.domain.errors import InvalidAssetError
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import KeyframeAnalysis, Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.profile.sections.speech import SpeechPlan
from braid.media.content.identify import DOCX, PDF, PPTX, XLSX
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from evaluation.fusion_truth.materials import IMAGE, admission, keyframe, member, vision
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.inference.question import about_question
from lambdas.reading.pages.ocr import PageReader
from lambdas.reading.passages import read_passages
from lambdas.transcription.transcript import Recording, build_transcript
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.injections.corpus import INJECTIONS
from tests.unit.reading.pages.pdf_files import text_pdf

__all__ = ["CARRIERS", "HARMLESS", "SILENT", "UNREAD", "Carrier", "carried", "timeline_of"]

HARMLESS = "The shop on Mill Lane opens at nine and sells shoes."
_BOX = {"Left": 0.1, "Top": 0.1, "Width": 0.5, "Height": 0.1}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLOCK_MS = 600_000

Carrier = Callable[[str], Timeline | None]


def timeline_of(
    *,
    heard: Transcript | None = None,
    seen: Vision | None = None,
    read: Passages | None = None,
    admitted: Admission | None = None,
) -> Timeline:
    """Fusion's timeline with room for all the evidence that there is."""
    return fuse(FusionInput(admitted or admission(), heard, seen, read), Thresholds(), 60_000)


# Speech


def transcript_of(text: str, *, speaker: str = "spk_0") -> Transcript:
    """What Transcribe writes when somebody says this."""
    items: list[dict[str, Any]] = [
        {
            "type": "pronunciation",
            "alternatives": [{"content": word, "confidence": "0.98"}],
            "start_time": str(number / 10),
            "end_time": str(number / 10 + 0.08),
            "speaker_label": speaker,
        }
        for number, word in enumerate(text.split(" "))
    ]
    output = {"status": "COMPLETED", "results": {"language_code": "en-US", "items": items}}
    heard = read_output(json.loads(json.dumps(output)))
    job = FinishedJob("braid-dev-a-1", "en-US", 0.9)
    return build_transcript([Recording(heard, job, SpeechPlan(), 0)], duration_ms=_CLOCK_MS)


def _said(text: str) -> Timeline:
    return timeline_of(
        heard=transcript_of(text), seen=_harmless_picture(), admitted=admission(duration_ms=_CLOCK_MS)
    )


def _speaker_label(text: str) -> Timeline:
    heard = transcript_of(HARMLESS, speaker=text)
    return timeline_of(heard=heard, admitted=admission(duration_ms=_CLOCK_MS))


# Pictures


def _harmless_picture() -> Vision:
    return vision(keyframe(1, lines=[HARMLESS]))


def _shown(text: str) -> Timeline:
    """Text on a slide, as Rekognition reads it: line by line."""
    lines = [line for line in text.splitlines() if line.strip()][:100]
    detections = [
        {
            "Type": "LINE",
            "DetectedText": line,
            "Confidence": 97.0,
            "Geometry": {"BoundingBox": {**_BOX, "Top": 0.02 + 0.9 * number / len(lines), "Height": 0.005}},
        }
        for number, line in enumerate(lines)
    ]
    texts, _ = read_texts({"TextDetections": detections})
    return timeline_of(seen=vision(_keyframe(texts=texts)), heard=transcript_of(HARMLESS))


def _keyframe(**members: Any) -> KeyframeAnalysis:
    return KeyframeAnalysis(**{**vars(keyframe(1)), "image": IMAGE, **members})


def _labelled(text: str) -> Timeline:
    found = read_labels({"Labels": [{"Name": text, "Confidence": 91.0}]})
    return timeline_of(seen=vision(_keyframe(labels=found.labels)), heard=transcript_of(HARMLESS))


def _moderated(text: str) -> Timeline:
    labels = [{"Name": text, "ParentName": "", "Confidence": 91.0}]
    found = read_moderation({"ModerationLabels": labels})
    return timeline_of(seen=vision(_keyframe(moderation=found)), heard=transcript_of(HARMLESS))


def _described(text: str) -> Timeline:
    """A description by a model that did what a picture told it."""
    return timeline_of(seen=vision(_keyframe(description=text)), heard=transcript_of(HARMLESS))


# Documents


def passages_of(files: Mapping[str, tuple[str, bytes]], textract: Any = None) -> Passages:
    """What the reading step reads in members: media type and bytes by name."""
    availability = Availability(Retries())
    members = [
        Member(name, "text", "inbox", f"inbox/{name}", "v1", len(data), media_type, (Modality.TEXT,))
        for name, (media_type, data) in files.items()
    ]
    store = DocumentStore("results", "a", 1, s3=MemoryS3())
    return read_passages(
        members,
        open_file=lambda item: cast(BinaryIO, io.BytesIO(files[item.name][1])),
        page_reader=PageReader(store, availability, textract=textract or _blank_pages()),
        availability=availability,
        max_pages=100,
    )


def _blank_pages() -> Any:
    """Textract that finds nothing: asked about pages whose letters have no map."""
    page = {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"BlockType": "PAGE", "Id": "p"}]}
    return answered_by("textract", {"DetectDocumentText": lambda _: page})


def _document(media_type: str, written: Callable[[str], bytes]) -> Carrier:
    def carry(text: str) -> Timeline | None:
        try:
            read = passages_of({"a": (media_type, written(text))})
        except InvalidAssetError:
            return None
        return timeline_of(read=read, heard=transcript_of(HARMLESS))

    return carry


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


def _as_html(text: str) -> bytes:
    return _encoded(f"<!doctype html><title>{html.escape(text)}</title><p>{html.escape(text)}</p>")


def _as_markup(text: str) -> bytes:
    """Not escaped: the text is a part of the page."""
    return _encoded(f"<!doctype html><h1>Approved shoes</h1><div>{text}</div>")


def _as_csv(text: str) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([["name", "note"], ["shoe", text]])
    return _encoded(target.getvalue())


def _as_vtt(text: str) -> bytes:
    return _encoded(f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nApproved: {text}\n")


def _as_srt(text: str) -> bytes:
    return _encoded(f"1\n00:00:01,000 --> 00:00:04,000\nApproved: {text}\n")


def _as_docx(text: str) -> bytes:
    document, target = docx.Document(), io.BytesIO()
    document.core_properties.title = _in_xml(text)[:200]
    document.add_paragraph(_in_xml(text))
    document.save(target)
    return target.getvalue()


def _as_pptx(text: str) -> bytes:
    show, target = pptx.Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[6])
    slide.shapes.add_textbox(Inches(1), Inches(1), Inches(6), Inches(3)).text_frame.text = _in_xml(text)
    slide.notes_slide.notes_text_frame.text = _in_xml(text)
    show.save(target)
    return target.getvalue()


def _as_xlsx(text: str) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    cell = book.active.cell(1, 1)
    cell.value, cell.data_type = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", _in_xml(text)), "s"
    book.save(target)
    return target.getvalue()


def _as_pdf(text: str) -> bytes:
    lines = [line.encode("latin-1", errors="replace").decode("latin-1") for line in text.splitlines()[:200]]
    return text_pdf([lines or ["Approved"]])


# Bundles and names


def _named(text: str) -> Timeline | None:
    """A member of a bundle whose name is the text."""
    try:
        manifest = read_manifest(
            json.dumps(
                {"members": [{"name": "talk.mp3", "role": "audio"}, {"name": text, "role": "text"}]}
            ).encode()
        )
    except InvalidAssetError:
        return None
    audio, named = (item.name for item in manifest.members)
    admitted = admission(
        member(audio, "audio", Modality.SPEECH, media_type="audio/mpeg"),
        member(named, "text", Modality.TEXT, media_type="text/plain"),
        duration_ms=_CLOCK_MS,
    )
    read = passages_of({named: ("text/plain", HARMLESS.encode())})
    return timeline_of(heard=transcript_of(HARMLESS), read=read, admitted=admitted)


def _given(text: str) -> Timeline | None:
    """A transcript that came with the recording and says more than was said."""
    admitted = admission(
        member("talk.mp3", "audio", Modality.SPEECH, media_type="audio/mpeg"),
        member("talk.txt", "transcript", Modality.TEXT, media_type="text/plain"),
        duration_ms=_CLOCK_MS,
    )
    try:
        read = passages_of({"talk.txt": ("text/plain", _encoded(f"{HARMLESS} {text}"))})
    except InvalidAssetError:
        return None
    return timeline_of(heard=transcript_of(HARMLESS), read=read, admitted=admitted)


def _file_name(text: str) -> Timeline:
    key = f"inbox/general/{text}.mp4"
    asset = AssetRef("a", 1, read_inbox_key(key).profile, Source("inbox", key, "v1"))
    found = admission(duration_ms=_CLOCK_MS)
    admitted = Admission(asset, "video/mp4", found.members, tuple(Modality), (), _CLOCK_MS)
    return timeline_of(heard=transcript_of(HARMLESS), seen=_harmless_picture(), admitted=admitted)


def _asked_about(text: str) -> Timeline:
    """The evidence of a question: what bears on it comes in from all observations."""
    return about_question(_said(text), "Was the product approved, and when does the shop open?", 60_000)


def _scanned(text: str) -> Timeline:
    """A page that is a picture, as Textract reads it."""
    lines = [line for line in text.splitlines() if line.strip()][:60] or ["Approved"]

    def answer(_request: dict[str, Any]) -> Mapping[str, Any]:
        blocks = [
            {
                "BlockType": "LINE",
                "Id": f"l{number}",
                "Text": line,
                "Confidence": 97.0,
                "Geometry": {
                    "BoundingBox": {**_BOX, "Top": 0.02 + 0.9 * number / len(lines), "Height": 0.01}
                },
            }
            for number, line in enumerate(lines)
        ]
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"BlockType": "PAGE", "Id": "p"}, *blocks]}

    read = passages_of({"a": (PDF, _PICTURE_PDF)}, answered_by("textract", {"DetectDocumentText": answer}))
    return timeline_of(read=read, heard=transcript_of(HARMLESS))


def _picture_pdf() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(target, "PDF")
    return target.getvalue()


_PICTURE_PDF = _picture_pdf()

CARRIERS: dict[str, Carrier] = {
    "speech": _said,
    "speaker label": _speaker_label,
    "text in a picture": _shown,
    "label of a picture": _labelled,
    "moderation category": _moderated,
    "caption of a picture": _described,
    "plain text": _document("text/plain", _encoded),
    "markdown": _document("text/markdown", _encoded),
    "html": _document("text/html", _as_html),
    "html markup": _document("text/html", _as_markup),
    "json": _document("application/json", lambda text: json.dumps({text[:200]: [text]}).encode()),
    "csv": _document("text/csv", _as_csv),
    "webvtt": _document("text/vtt", _as_vtt),
    "subrip": _document("application/x-subrip", _as_srt),
    "docx": _document(DOCX, _as_docx),
    "pptx": _document(PPTX, _as_pptx),
    "xlsx": _document(XLSX, _as_xlsx),
    "pdf": _document(PDF, _as_pdf),
    "scanned page": _scanned,
    "given transcript": _given,
    "bundle member's name": _named,
    "file name": _file_name,
    "question": _asked_about,
}
# What no word of the text comes through: a speaker is a number, a file's name is nobody's evidence.
SILENT = frozenset({"speaker label", "file name"})
# What ends as no text: a script of a page, a cue with an arrow in it, characters that our PDFs' font lacks
# (Textract is asked about such a page, and reads nothing here).
UNREAD = frozenset(
    {("html markup", "script"), ("webvtt", "closed comment"), ("pdf", "nothing and bells")}
    | {("pdf", injection.name) for injection in INJECTIONS if not injection.text.isascii()}
)


@functools.cache
def carried(carrier: str, text: str) -> Timeline | None:
    """The timeline of an asset in which ``text`` comes this way; made once for all tests."""
    return CARRIERS[carrier](text)
