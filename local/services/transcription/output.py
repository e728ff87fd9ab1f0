"""The file that Transcribe writes for a completed job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from local.engines.findings import Speech, SpeechSegment, SpokenWord
from local.engines.speech.spoken_words import UNSPACED_LANGUAGES
from local.services.transcription.redaction import RedactedWord

__all__ = ["transcription_output"]


@dataclass(frozen=True)
class _Said:
    """A word, the label of its channel, and its segment by the numbers of channel and segment."""

    word: SpokenWord
    channel: str
    segment: tuple[int, int]


def transcription_output(
    channels: Sequence[Speech],
    *,
    job_name: str,
    account_id: str,
    language_code: str,
    language_scores: Sequence[tuple[str, float]] = (),
    by_channel: bool = False,
    has_speakers: bool = False,
    is_redacted: bool = False,
) -> dict[str, Any]:
    """The output document; ``language_scores`` only where the language was identified, best first.

    ``channels`` is the one speech of a recording, or with ``by_channel`` that of each of its channels. Marks
    of punctuation are items of their own without times, as Transcribe has them.
    """
    said = sorted(
        (
            _Said(word, f"ch_{number}", (number, place))
            for number, speech in enumerate(channels)
            for place, segment in enumerate(speech.segments)
            for word in segment.words
        ),
        key=lambda one: one.word.start_seconds,
    )
    blank = "" if language_code.partition("-")[0] in UNSPACED_LANGUAGES else " "
    items: list[dict[str, Any]] = []
    of_segment: dict[tuple[int, int], list[int]] = {}
    for one in said:
        for item in _items(one.word):
            item = {"id": len(items), **item}
            if by_channel:
                item["channel_label"] = one.channel
            if has_speakers:
                item["speaker_label"] = _label(one.word)
            of_segment.setdefault(one.segment, []).append(len(items))
            items.append(item)
    results: dict[str, Any] = {
        "transcripts": [{"transcript": _text((one.word for one in said), blank)}],
        "items": items,
        "audio_segments": [
            _audio_segment(place, segment, of_segment[number, index], blank)
            | ({"channel_label": f"ch_{number}"} if by_channel else {})
            | ({"speaker_label": _label(segment.words[0])} if has_speakers else {})
            for place, (segment, number, index) in enumerate(_segments(channels))
        ],
    }
    if by_channel:
        results["channel_labels"] = _channel_labels(items, len(channels))
    if has_speakers:
        results["speaker_labels"] = _speaker_labels(channels[0])
    if language_scores:
        results = {
            "language_code": language_code,
            "language_identification": [
                {"score": f"{score:.4f}", "code": code} for code, score in language_scores
            ],
        } | results
    document = {"jobName": job_name, "accountId": account_id, "status": "COMPLETED", "results": results}
    return document | ({"isRedacted": True} if is_redacted else {})


def _items(word: SpokenWord) -> Iterator[dict[str, Any]]:
    if word.before:
        yield _mark(word.before)
    if isinstance(word, RedactedWord):
        redaction = {"confidence": _number(word.confidence), "type": word.type, "category": "PII"}
        alternative: dict[str, Any] = {"content": word.text, "redactions": [redaction]}
    else:
        alternative = {"confidence": _number(word.confidence), "content": word.text}
    yield {
        "type": "pronunciation",
        "alternatives": [alternative],
        "start_time": _number(word.start_seconds),
        "end_time": _number(word.end_seconds),
    }
    if word.after:
        yield _mark(word.after)


def _mark(mark: str) -> dict[str, Any]:
    return {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": mark}]}


def _text(words: Iterable[SpokenWord], blank: str) -> str:
    return blank.join(f"{word.before}{word.text}{word.after}" for word in words)


def _segments(channels: Sequence[Speech]) -> list[tuple[SpeechSegment, int, int]]:
    """All segments with the numbers of their channels and theirs in those, in order of time."""
    found = [
        (segment, number, index)
        for number, speech in enumerate(channels)
        for index, segment in enumerate(speech.segments)
    ]
    return sorted(found, key=lambda entry: entry[0].start_seconds)


def _audio_segment(place: int, segment: SpeechSegment, ids: list[int], blank: str) -> dict[str, Any]:
    return {
        "id": place,
        "transcript": _text(segment.words, blank),
        "start_time": _number(segment.start_seconds),
        "end_time": _number(segment.end_seconds),
        "items": ids,
    }


def _channel_labels(items: Sequence[dict[str, Any]], count: int) -> dict[str, Any]:
    labels = [f"ch_{number}" for number in range(count)]
    return {
        "channels": [
            {"channel_label": label, "items": [item for item in items if item["channel_label"] == label]}
            for label in labels
        ],
        "number_of_channels": count,
    }


def _speaker_labels(speech: Speech) -> dict[str, Any]:
    """Who speaks when: every segment with the times of its words, punctuation having none."""
    return {
        "channel_label": "ch_0",
        "speakers": len({word.speaker for word in speech.words()}),
        "segments": [
            {
                "start_time": _number(segment.start_seconds),
                "end_time": _number(segment.end_seconds),
                "speaker_label": _label(segment.words[0]),
                "items": [
                    {
                        "start_time": _number(word.start_seconds),
                        "end_time": _number(word.end_seconds),
                        "speaker_label": _label(word),
                    }
                    for word in segment.words
                ],
            }
            for segment in speech.segments
        ],
    }


def _label(word: SpokenWord) -> str:
    return f"spk_{word.speaker or 0}"


def _number(value: float) -> str:
    """As Transcribe spells numbers: a string, three decimals at most, one at least."""
    return str(round(value, 3))
