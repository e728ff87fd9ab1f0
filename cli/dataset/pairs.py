"""Pairs out of what was processed: pictures with what is seen, recordings with what is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from botocore.exceptions import ClientError

from braid.domain.asset.result import Result
from braid.domain.datasets.writers import nova_line, titan_line
from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import KeyframeAnalysis, Vision
from cli.showing.documents import read_claim, read_document
from cli.target import Target

__all__ = ["Built", "Pairs", "audio_caption", "image_text", "put_picture", "video_transcript"]

Pairs = Literal["image-text", "video-transcript", "audio-caption"]
_LEAST_CONFIDENCE = 0.8  # of a label that a picture is called by
_MOST_LABELS = 6
_VIDEOS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/x-matroska": "mkv", "video/webm": "webm"}
_SAID = "Write down what is said in this video."


@dataclass
class Built:
    """Lines of a data set, a row about each, and in words what was left out or changed."""

    lines: list[bytes] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, line: bytes, **source: Any) -> None:
        """Adds a line; ``source`` is what is known of it."""
        self.lines.append(line)
        self.sources.append({"line": len(self.lines), **source})


def put_picture(
    folder: Path, prefix: str, name: str, content: bytes, caption: str, built: Built, **source: Any
) -> None:
    """Writes a picture that fits below ``folder`` and adds its pair; what can't be one is noted."""
    from braid.media.pictures.training_pictures import (
        training_picture,  # imports Pillow, which help does without
    )

    try:
        made = training_picture(content)
        path = f"pictures/{name}.{made.ending}"
        pair = titan_line(f"{prefix}{path}", caption)
    except (InvalidAssetError, InvalidInputError) as error:
        built.notes.append(f"{name}: left out: {error}")
        return
    built.notes += [f"{name}: {note}" for note in made.notes]
    if pair.tokens_cut:
        built.notes.append(f"{name}: the caption was cut by about {pair.tokens_cut} tokens")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(made.content)
    built.add(pair.line, **source)


def image_text(target: Target, result: Result, folder: Path, prefix: str, built: Built) -> None:
    """Each keyframe with its description, else with the labels that are surest."""
    vision = read_document(target, result, "vision", Vision)
    for frame in vision.keyframes if vision else ():
        caption, basis = _caption(frame)
        name = f"{result.asset_id}/{frame.keyframe_id}"
        if not caption:
            built.notes.append(f"{name}: left out: nothing says what it shows")
            continue
        try:
            content = read_claim(target, frame.image)
        except ClientError as error:
            if error.response["Error"].get("Code") not in ("NoSuchKey", "404"):
                raise
            built.notes.append(f"{name}: left out: its picture is gone")
            continue
        put_picture(folder, prefix, name, content, caption, built, asset_id=result.asset_id, caption_of=basis)


def video_transcript(target: Target, result: Result, built: Built) -> None:
    """The video as it was dropped, and everything that was said in it."""
    ending = _VIDEOS.get(result.source.media_type or "")
    if ending is None:
        return
    said = " ".join(text for _, _, text in _utterances(target, result))
    if not said:
        built.notes.append(f"{result.asset_id}: left out: nothing is said")
        return
    uri = f"s3://{result.source.bucket}/{result.source.key}"
    video = {"video": {"format": ending, "source": {"s3Location": {"uri": uri}}}}
    built.add(nova_line(_SAID, said, media=(video,)), asset_id=result.asset_id)


def audio_caption(target: Target, result: Result, built: Built) -> None:
    """Each utterance with where in the recording it is said. No model of Bedrock is tuned with these."""
    import json

    if not (result.source.media_type or "").startswith("audio/"):
        return
    uri = f"s3://{result.source.bucket}/{result.source.key}"
    for begin, end, text in _utterances(target, result):
        row = {"audio-ref": uri, "start_ms": begin, "end_ms": end, "caption": text}
        built.add(json.dumps(row, ensure_ascii=False).encode() + b"\n", asset_id=result.asset_id)


def _utterances(target: Target, result: Result) -> Iterator[tuple[int, int, str]]:
    transcript = read_document(target, result, "transcript", Transcript)
    for each in transcript.utterances if transcript else ():
        if each.text.strip():
            yield each.start_ms, each.end_ms, each.text.strip()


def _caption(frame: KeyframeAnalysis) -> tuple[str, str]:
    """What a picture shows, in words, and what says so."""
    if frame.description and frame.description.strip():
        return frame.description.strip(), "description"
    names = [label.name for label in frame.labels if label.confidence >= _LEAST_CONFIDENCE]
    return ", ".join(names[:_MOST_LABELS]), "labels"
