"""Recordings embedded piece by piece, by Nova Multimodal Embeddings' asynchronous task SEGMENTED_EMBEDDING.

The request starts a job (StartAsyncInvoke); what it leaves in S3 is a result that names a file of lines for
each kind of vector, and every line is a piece of the recording, which becomes a span.
https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted
from braid.domain.span import Span
from braid.models.embedding import checked_numbers, unit_vector

__all__ = ["Segment", "Segmented", "read_segments", "segmented_request"]

OPERATION = "bedrock:StartAsyncInvoke"
# The model's own names; 3GP is `three_gp` for Converse, and `3gp` here.
_VIDEO = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/webm": "webm",
    "video/x-flv": "flv",
    "video/mpeg": "mpeg",
    "video/x-ms-wmv": "wmv",
    "video/3gpp": "3gp",
}
_AUDIO = {"audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg"}
_MAX_SEGMENTS = 1_434
_MAX_SEGMENT_SECONDS = 30
_MAX_TOLD_CHARACTERS = 300


@dataclass(frozen=True)
class Segment:
    """A piece of a recording: ``[start_ms, end_ms)``, and its vector of length 1.

    ``kind`` says what the vector is of: ``video``, ``audio``, or ``audio_video`` where it is of both.
    """

    number: int
    kind: str
    span: Span
    vector: tuple[float, ...]


@dataclass(frozen=True)
class Segmented:
    """The pieces in the recording's order; ``failures`` says in words which ones have no vector, and why."""

    segments: tuple[Segment, ...]
    failures: tuple[str, ...] = ()


def segmented_request(
    model_id: str,
    source_uri: str,
    media_type: str,
    dimensions: int,
    output_uri: str,
    *,
    duration_ms: int,
    segment_seconds: int = 5,
) -> dict[str, Any]:
    """The members of botocore's StartAsyncInvoke: a recording in S3 cut into pieces of ``segment_seconds``.

    Pieces of a longer recording are longer: the model makes 1,434 at most. Raises InvalidInputError for what
    isn't sound or film that the model reads, and for what would need pieces over 30 seconds.
    """
    seconds = max(segment_seconds, -(-duration_ms // (1_000 * _MAX_SEGMENTS)))
    if not 1 <= seconds <= _MAX_SEGMENT_SECONDS:
        raise InvalidInputError(
            f"a piece has 1 to {_MAX_SEGMENT_SECONDS} seconds, a recording {_MAX_SEGMENTS} pieces at most:"
            f" {duration_ms / 1000:.0f} s need pieces of {seconds} s"
        )
    source = {"s3Location": {"uri": source_uri}}
    cut = {"segmentationConfig": {"durationSeconds": seconds}}
    given: dict[str, Any]
    if media_type in _VIDEO:
        mode = {"embeddingMode": "AUDIO_VIDEO_COMBINED"}
        given = {"video": {"format": _VIDEO[media_type], "source": source, **mode, **cut}}
    elif media_type in _AUDIO:
        given = {"audio": {"format": _AUDIO[media_type], "source": source, **cut}}
    else:
        raise InvalidInputError(f"{model_id} cuts sound and film, not {media_type}")
    return {
        "modelId": model_id,
        "modelInput": {
            "schemaVersion": "nova-multimodal-embed-v1",
            "taskType": "SEGMENTED_EMBEDDING",
            "segmentedEmbeddingParams": {
                "embeddingPurpose": "GENERIC_INDEX",
                "embeddingDimension": dimensions,
                **given,
            },
        },
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": output_uri}},
    }


def read_segments(result: bytes, dimensions: int, read: Callable[[str], bytes]) -> Segmented:
    """What a job left: its ``segmented-embedding-result.json``; ``read`` gives the bytes behind an S3 URI.

    A piece that failed costs that piece. Raises InvalidServiceOutputError where the job or a file of it can't
    be read at all.
    """
    told = _object(result, "the result")
    if told.get("embeddingDimension") != dimensions:
        raise InvalidServiceOutputError(
            f"{OPERATION}: the job gave vectors of {quoted(told.get('embeddingDimension'), 20)} numbers, not"
            f" {dimensions}"
        )
    segments: list[Segment] = []
    failures: list[str] = []
    for each in _objects(told.get("embeddingResults")):
        kind = _kind(each.get("embeddingType"))
        if each.get("status") not in ("SUCCESS", "PARTIAL_SUCCESS"):
            failures.append(f"{kind}: {_why(each)}")
            continue
        uri = each.get("outputFileUri")
        if not isinstance(uri, str):
            raise InvalidServiceOutputError(f"{OPERATION}: the result names no file of {kind}")
        for line in read(uri).splitlines():
            piece = _piece(_object(line, "a piece"), kind, dimensions)
            if isinstance(piece, Segment):
                segments.append(piece)
            else:
                failures.append(piece)
    segments.sort(key=lambda it: (it.span.start_ms or 0, it.kind))
    return Segmented(tuple(segments), tuple(failures))


def _piece(line: Mapping[str, Any], kind: str, dimensions: int) -> Segment | str:
    """The piece, or in words why it has no vector."""
    place = line.get("segmentMetadata")
    number = place.get("segmentIndex") if isinstance(place, Mapping) else None
    if not isinstance(place, Mapping) or not isinstance(number, int):
        raise InvalidServiceOutputError(f"{OPERATION}: a piece of {kind} doesn't say which one it is")
    if line.get("status") != "SUCCESS":
        return f"{kind} {number}: {_why(line)}"
    start, end = (_ms(place.get(name)) for name in ("segmentStartSeconds", "segmentEndSeconds"))
    if end < start:
        raise InvalidServiceOutputError(f"{OPERATION}: piece {number} of {kind} ends before it begins")
    vector = unit_vector(checked_numbers(line.get("embedding"), dimensions))
    return Segment(number, kind, Span(start, end), vector)


def _kind(value: Any) -> str:
    known = {"VIDEO": "video", "AUDIO": "audio", "AUDIO_VIDEO_COMBINED": "audio_video"}
    if not isinstance(value, str) or value not in known:
        raise InvalidServiceOutputError(f"{OPERATION}: vectors of {quoted(value, 40)} weren't asked for")
    return known[value]


def _ms(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise InvalidServiceOutputError(
            f"{OPERATION}: a piece begins and ends at seconds, not {quoted(value, 40)}"
        )
    return round(1000 * value)


def _why(told: Mapping[str, Any]) -> str:
    return f"{told.get('message') or told.get('failureReason') or 'no reason given'}"[:_MAX_TOLD_CHARACTERS]


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise InvalidServiceOutputError(f"{OPERATION}: the result lists no embeddingResults")
    return value


def _object(body: bytes, what: str) -> Mapping[str, Any]:
    try:
        found = parse_json(body)
    except ValueError as error:
        raise InvalidServiceOutputError(f"{OPERATION}: {what} isn't JSON") from error
    if not isinstance(found, Mapping):
        raise InvalidServiceOutputError(f"{OPERATION}: {what} is no JSON object")
    return found
