"""Two hundred real files, read, heard and seen by this machine's engines, and questions with known answers.

The steps' own code reads them and the index is the step's; what is left out is the workflow around it, which
would take an hour. The files lie in the folder that ``BRAID_TEST_DATA`` names.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.claim_check import Claim
from braid.domain.errors import BraidError
from braid.domain.evidence.observation import Observation, ObservationKind
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Label, Vision
from braid.domain.span import WHOLE, Span
from braid.media.pictures.still import Still
from braid.runtime.retries import Availability, Retries
from evaluation.real_files.pipeline import admitted, shown
from evaluation.search.searching import Asset
from lambdas.reading.pages.ocr import OcrPage
from lambdas.reading.passages import read_passages
from local.engines.errors import EngineError
from local.engines.pictures.labels import find_labels
from local.engines.pictures.ocr import read_text
from local.engines.speech.recognition import listen
from local.engines.speech.sound import decode

__all__ = ["FILES", "chosen_files", "observed", "questions"]

FILES = 200
_KINDS = (
    *("media-document", "media-image", "media-image-ocr", "media-audio", "media-video", "text"),
    *("peer-asl-statelint", "captions"),
)
_CAPTIONS = (".vtt", ".srt")
_MAX_STILLS = 6
_LEAST_CONFIDENCE = 0.5
_WORDS_OF_AN_UTTERANCE = 25


def questions() -> dict[str, dict[str, list[str]]]:
    """By how the answer got in, each question with the ends of the names of the files that answer it."""
    return tomllib.loads(Path(__file__).with_name("real_files.toml").read_text("utf-8"))


def chosen_files(folder: Path) -> list[Path]:
    """The same two hundred every time, by the folder's manifest. Raises ``OSError`` without one."""
    lines = (folder / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]
    listed = [line.split("\t")[:2] for line in lines]
    asked = tuple(end for group in questions().values() for ends in group.values() for end in ends)
    found = []
    for kind in _KINDS:
        names = sorted(name for name, its_kind in listed if its_kind == kind)
        if kind == "captions":  # hundreds of them: those that are asked for, then the first of the others
            names = [name for name in names if name.endswith(_CAPTIONS)]
            names.sort(key=lambda name: not name.endswith(asked))
        found += names
    return [folder / name for name in found[:FILES]]


def observed(path: Path) -> Asset | None:
    """What the engines make of a file; ``None`` where it is refused or nothing is found in it."""
    data = path.read_bytes()
    examined = admitted(path.name, data).examined
    if examined is None:
        return None
    observations: list[Observation] = []
    keyframes: list[KeyframeAnalysis] = []
    pictures: dict[str, bytes] = {}
    try:
        if Modality.TEXT in examined.modalities:
            observations += _written(path.name, data, examined.media_type)
        if Modality.SPEECH in examined.modalities:
            observations += _said(data)
        if Modality.VISION in examined.modalities:
            stills = shown(data, examined.media_type)[0].stills[:_MAX_STILLS]
            for number, still in enumerate(stills, start=1):
                keyframe = _seen(path.name, number, still)
                keyframes.append(keyframe)
                pictures[keyframe.image.key] = still.jpeg
                observations += _of_picture(keyframe)
    except (BraidError, EngineError):
        pass  # what was found before stands, as a partial asset does
    if not observations:
        return None
    return Asset(path.name, tuple(observations), Vision(tuple(keyframes)), pictures)


class _Pages:
    """Reads pictures of pages with the laptop's engine, in the place of Textract."""

    def read(self, names: Sequence[str], picture: Callable[[str], bytes | None]) -> Mapping[str, OcrPage]:
        found = ((name, picture(name)) for name in names)
        return {name: OcrPage(_lines(jpeg)) for name, jpeg in found if jpeg is not None}


def _written(name: str, data: bytes, media_type: str) -> Iterator[Observation]:
    member = Member(name, "main", "in", name, "v", len(data), media_type, (Modality.TEXT,))
    passages = read_passages(
        [member],
        open_file=lambda _member: io.BytesIO(data),
        page_reader=_Pages(),  # type: ignore[arg-type]  # asked alike
        availability=Availability(Retries()),
        max_pages=50,
        max_text_characters=2_000_000,
    )
    for passage in passages.passages:
        span = passage.span or (Span(page=passage.page) if passage.page else WHOLE)
        kind: ObservationKind = "cue" if passage.kind == "cue" else "passage"
        yield Observation(passage.passage_id, Modality.TEXT, kind, span, passage.text, 1.0, "reading")


def _said(data: bytes) -> Iterator[Observation]:
    words = [word for channel in listen([decode(io.BytesIO(data))]).channels for word in channel.words()]
    for at in range(0, len(words), _WORDS_OF_AN_UTTERANCE):
        part = words[at : at + _WORDS_OF_AN_UTTERANCE]
        text = " ".join(word.text for word in part)
        span = Span(round(1000 * part[0].start_seconds), round(1000 * part[-1].end_seconds))
        yield Observation(f"u{at:04d}", Modality.SPEECH, "utterance", span, text, 0.9, "transcribe")


def _seen(name: str, number: int, still: Still) -> KeyframeAnalysis:
    key = f"assets/{name}/1/k{number}.jpg"
    return KeyframeAnalysis(
        keyframe_id=f"k{number:04d}",
        image=Claim(f"s3://results/{key}", "image/jpeg", len(still.jpeg), "0" * 64),
        span=still.span,
        at_ms=still.at_ms,
        page=still.page,
        labels=tuple(Label(label.name, label.confidence, label.parents) for label in find_labels(still.jpeg)),
        texts=_lines(still.jpeg),
    )


def _of_picture(keyframe: KeyframeAnalysis) -> Iterator[Observation]:
    if keyframe.texts:
        text = " ".join(line.text for line in keyframe.texts)
        yield _vision(keyframe, "text", "detected_text", text, 0.9)
    for number, label in enumerate(keyframe.labels, start=1):
        if label.confidence >= _LEAST_CONFIDENCE:
            yield _vision(keyframe, f"label{number}", "label", label.name, label.confidence)


def _vision(
    keyframe: KeyframeAnalysis, name: str, kind: ObservationKind, text: str, confidence: float
) -> Observation:
    number = f"{keyframe.keyframe_id}-{name}"
    return Observation(number, Modality.VISION, kind, keyframe.span, text, confidence, "rekognition")


def _lines(jpeg: bytes) -> tuple[DetectedText, ...]:
    found = []
    for line in read_text(jpeg).lines:
        box = line.polygon.bounding_box()
        found.append(DetectedText(line.text, line.confidence, Box(box.left, box.top, box.width, box.height)))
    return tuple(found)
