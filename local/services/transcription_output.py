"""The file that Transcribe writes for a completed job."""

from __future__ import annotations

from typing import Any

from local.engines.findings import Speech, SpeechSegment, SpokenWord


def transcription_output(
    speech: Speech,
    *,
    job_name: str,
    account_id: str,
    language_code: str,
    identified_score: float | None,
) -> dict[str, Any]:
    """The output document; ``identified_score`` only where the language was identified.

    Items are words alone: the recogniser knows no punctuation, and none is made up.
    """
    results: dict[str, Any] = {
        "transcripts": [{"transcript": " ".join(segment.text for segment in speech.segments)}],
        "items": [_item(position, word) for position, word in enumerate(speech.words())],
        "audio_segments": _audio_segments(speech.segments),
    }
    if identified_score is not None:
        results = {
            "language_code": language_code,
            "language_identification": [{"score": f"{identified_score:.4f}", "code": language_code}],
        } | results
    return {"jobName": job_name, "accountId": account_id, "status": "COMPLETED", "results": results}


def _item(position: int, word: SpokenWord) -> dict[str, Any]:
    return {
        "id": position,
        "type": "pronunciation",
        "alternatives": [{"confidence": _number(word.confidence), "content": word.text}],
        "start_time": _number(word.start_seconds),
        "end_time": _number(word.end_seconds),
    }


def _audio_segments(segments: tuple[SpeechSegment, ...]) -> list[dict[str, Any]]:
    found = []
    first_item = 0
    for position, segment in enumerate(segments):
        next_item = first_item + len(segment.words)
        found.append(
            {
                "id": position,
                "transcript": segment.text,
                "start_time": _number(segment.start_seconds),
                "end_time": _number(segment.end_seconds),
                "items": list(range(first_item, next_item)),
            }
        )
        first_item = next_item
    return found


def _number(value: float) -> str:
    """As Transcribe spells numbers: a string, three decimals at most, one at least."""
    return str(round(value, 3))
