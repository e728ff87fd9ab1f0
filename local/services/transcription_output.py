"""The file that Transcribe writes for a completed job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from local.engines.findings import Speech, SpeechSegment, SpokenWord
from local.services.transcription_redaction import RedactedWord


def transcription_output(
    channels: Sequence[Speech],
    *,
    job_name: str,
    account_id: str,
    language_code: str,
    identified_score: float | None,
    by_channel: bool = False,
    is_redacted: bool = False,
) -> dict[str, Any]:
    """The output document; ``identified_score`` only where the language was identified.

    ``channels`` is the one speech of a recording, or with ``by_channel`` that of each of its channels. Items
    are words alone: the recogniser knows no punctuation, and none is made up.
    """
    said = sorted(
        ((word, f"ch_{number}") for number, speech in enumerate(channels) for word in speech.words()),
        key=lambda pair: pair[0].start_seconds,
    )
    items = [_item(place, word, label if by_channel else None) for place, (word, label) in enumerate(said)]
    results: dict[str, Any] = {
        "transcripts": [{"transcript": " ".join(word.text for word, _ in said)}],
        "items": items,
        "audio_segments": _audio_segments(channels, items, by_channel=by_channel),
    }
    if by_channel:
        labels = [f"ch_{number}" for number in range(len(channels))]
        results["channel_labels"] = {
            "channels": [
                {"channel_label": label, "items": [item for item in items if item["channel_label"] == label]}
                for label in labels
            ],
            "number_of_channels": len(channels),
        }
    if identified_score is not None:
        results = {
            "language_code": language_code,
            "language_identification": [{"score": f"{identified_score:.4f}", "code": language_code}],
        } | results
    document = {"jobName": job_name, "accountId": account_id, "status": "COMPLETED", "results": results}
    return document | ({"isRedacted": True} if is_redacted else {})


def _item(place: int, word: SpokenWord, channel_label: str | None) -> dict[str, Any]:
    if isinstance(word, RedactedWord):
        redaction = {"confidence": _number(word.confidence), "type": word.type, "category": "PII"}
        alternative: dict[str, Any] = {"content": word.text, "redactions": [redaction]}
    else:
        alternative = {"confidence": _number(word.confidence), "content": word.text}
    item = {
        "id": place,
        "type": "pronunciation",
        "alternatives": [alternative],
        "start_time": _number(word.start_seconds),
        "end_time": _number(word.end_seconds),
    }
    return item | ({"channel_label": channel_label} if channel_label else {})


def _audio_segments(
    channels: Sequence[Speech], items: Sequence[dict[str, Any]], *, by_channel: bool
) -> list[dict[str, Any]]:
    """Each channel's segments in order of time, with the ids of their items."""
    found: list[tuple[SpeechSegment, str, list[int]]] = []
    for number, speech in enumerate(channels):
        label = f"ch_{number}"
        ids = iter([item["id"] for item in items if item.get("channel_label", label) == label])
        found += [(segment, label, [next(ids) for _ in segment.words]) for segment in speech.segments]
    found.sort(key=lambda entry: entry[0].start_seconds)
    return [
        {
            "id": place,
            "transcript": segment.text,
            "start_time": _number(segment.start_seconds),
            "end_time": _number(segment.end_seconds),
            "items": ids,
        }
        | ({"channel_label": label} if by_channel else {})
        for place, (segment, label, ids) in enumerate(found)
    ]


def _number(value: float) -> str:
    """As Transcribe spells numbers: a string, three decimals at most, one at least."""
    return str(round(value, 3))
