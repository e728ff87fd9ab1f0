"""Reads the JSON that a finished Transcribe job wrote: tokens with int milliseconds, in speaking order.

Transcribe writes times and confidences as strings, gives punctuation no times, and has put speakers and
channels in different places over the years: beside every item, or in a table of their own. All of it is read.

The file isn't described by any service model and grows members from time to time. Unknown ones are reported
(``HeardSpeech.unread``) rather than refused, because a new member must not silence every asset on the day
that the service adds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from braid.aws.transcribe.toxicity import read_toxicity
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.evidence.transcript import ToxicSpeech, TranscriptItem
from braid.domain.quoting import quoted

__all__ = ["OPENING_MARKS", "HeardItem", "HeardSpeech", "read_output"]

# Where a vocabulary filter only tags, by either spelling.
_FILTER_MATCHES = ("vocabularyFilterMatch", "vocabulary_filter_match")

# What this version knows of each shape, read or left. Left are the job's name and account; ``transcripts``,
# ``segments`` and ``audio_segments``, which say the same as the items; ``language_identification``, whose
# likeliest language is ``language_code``; ``id`` and ``channel_label`` of an item, which its place tells;
# and ``redactions``, where the content reads [PII].
_KNOWN: Mapping[str, frozenset[str]] = {
    "output": frozenset({"results", "status", "isRedacted", "jobName", "accountId"}),
    "results": frozenset(
        {
            "items",
            "speaker_labels",
            "channel_labels",
            "language_code",
            "language_codes",
            "toxicity_detection",
            "transcripts",
            "segments",
            "audio_segments",
            "language_identification",
        }
    ),
    "item": frozenset(
        {
            "start_time",
            "end_time",
            "alternatives",
            "type",
            "speaker_label",
            "language_code",
            "id",
            "channel_label",
            *_FILTER_MATCHES,
        }
    ),
    "alternative": frozenset({"content", "confidence", "redactions"}),
}

# Marks that belong to the word behind them.
OPENING_MARKS = frozenset("¿¡([{“‘«„「『《（")


@dataclass(frozen=True)
class HeardItem:
    """A token, and who said it: a speaker's or a channel's label where the job told them apart.

    ``language_code`` is set where the job told languages apart; ``is_flagged`` where a vocabulary filter
    matched the word and left it standing.
    """

    item: TranscriptItem
    speaker: str | None
    language_code: str | None = None
    is_flagged: bool = False


@dataclass(frozen=True)
class HeardSpeech:
    """Everything that was heard. Of several channels each has its tokens in order, one channel after another.

    ``unread`` names members of the file that this version doesn't know, ``parts`` those that its results
    have: what was asked for and isn't among them wasn't done.
    """

    language_code: str | None
    items: tuple[HeardItem, ...]
    unread: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    is_redacted: bool = False
    toxicity: tuple[ToxicSpeech, ...] = ()


def read_output(document: Any) -> HeardSpeech:
    """The tokens of a finished job's output; none of them means that nobody was heard speaking.

    Punctuation gets the end of the word before it, opening marks the start of the word behind; times before
    the recording, and ends before their start, are moved to where the word can stand. Raises
    ``InvalidServiceOutputError`` for a damaged one, or one of another kind of job.
    """
    if not isinstance(document, Mapping):
        raise _refusal(f"an object was expected, not {quoted(document)}")
    if "results" not in document:
        raise _refusal(f"it has no results, only {', '.join(sorted(map(str, document))[:5]) or 'nothing'}")
    if document.get("status") != "COMPLETED":
        raise _refusal(f"the job is {quoted(document.get('status'), 40)}, not COMPLETED")
    results = document["results"]
    if not isinstance(results, Mapping) or not isinstance(results.get("items"), list):
        raise _refusal("results.items must be a list")
    unread: dict[str, None] = {}
    _report_unknown(document, "output", "", unread)
    _report_unknown(results, "results", "results.", unread)
    items = tuple(item for sequence in _sequences(results) for item in _read_items(*sequence, unread))
    return HeardSpeech(
        language_code=_language(results),
        items=items,
        unread=tuple(unread),
        parts=frozenset(str(name) for name, part in results.items() if part is not None),
        is_redacted=document.get("isRedacted") is True,
        toxicity=tuple(read_toxicity(results.get("toxicity_detection") or [])),
    )


def _language(results: Mapping[str, Any]) -> str | None:
    """The one language, or that of several which was spoken for longest."""
    if results.get("language_code") is not None:
        return str(results["language_code"])
    languages = results.get("language_codes") or []
    try:
        longest = max(languages, key=lambda entry: float(entry["duration_in_seconds"]), default=None)
        return None if longest is None else str(longest["language_code"])
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise _refusal(f"results.language_codes is {quoted(languages)}") from error


def _refusal(problem: str) -> InvalidServiceOutputError:
    return InvalidServiceOutputError(f"transcribe: the job's output can't be read: {problem}")


def _report_unknown(value: Mapping[str, Any], shape: str, path: str, unread: dict[str, None]) -> None:
    for name in sorted(value.keys() - _KNOWN[shape]):
        unread[f"{path}{name}"] = None


_Speakers = Mapping[tuple[str, str], str]


def _sequences(results: Mapping[str, Any]) -> Iterator[tuple[Sequence[Any], str | None, _Speakers]]:
    """The sequences of items that belong together, with the label that all share or the table of labels.

    Where channels were told apart, each has its own sequence, punctuation included; the mixed one in
    ``items`` would put one channel's full stop behind another channel's word.
    """
    try:
        channels = (results.get("channel_labels") or {}).get("channels") or []
        named = [(channel["items"], str(channel["channel_label"])) for channel in channels]
        segments = (results.get("speaker_labels") or {}).get("segments") or []
        speakers = {
            (str(item["start_time"]), str(item["end_time"])): str(item["speaker_label"])
            for segment in segments
            for item in segment.get("items", [])
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise _refusal(f"the labels of its channels or speakers ({quoted(error, 40)})") from error
    if not named:
        yield results["items"], None, speakers
    for items, label in named:
        if not isinstance(items, list):
            raise _refusal(f"the items of the channel {quoted(label, 20)} must be a list")
        yield items, label, {}


def _read_items(
    items: Sequence[Any], label: str | None, speakers: _Speakers, unread: dict[str, None]
) -> Iterator[HeardItem]:
    speaker = label
    language_code: str | None = None
    end_ms = 0
    opening: list[str] = []
    for index, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise _refusal(f"item {index} is {quoted(item)}")
        _report_unknown(item, "item", "results.items.", unread)
        content, confidence = _best(item, index, unread)
        language_code = item.get("language_code") or language_code
        if _kind(item, index) == "punctuation":
            if content in OPENING_MARKS:
                opening.append(content)
            else:
                mark = TranscriptItem(content, end_ms, end_ms, None, "punctuation")
                yield HeardItem(mark, speaker, language_code)
            continue
        # A word that begins before the recording, or runs backwards, is still a word that was said.
        start_ms = max(0, _milliseconds(item, "start_time", index))
        end_ms = max(start_ms, _milliseconds(item, "end_time", index))
        speaker = label or _speaker(item, speakers)
        for text in opening:
            mark = TranscriptItem(text, start_ms, start_ms, None, "punctuation")
            yield HeardItem(mark, speaker, language_code)
        opening.clear()
        is_flagged = any(item.get(name) is True for name in _FILTER_MATCHES)
        word = TranscriptItem(content, start_ms, end_ms, confidence, "word")
        yield HeardItem(word, speaker, language_code, is_flagged)


def _speaker(item: Mapping[str, Any], speakers: _Speakers) -> str | None:
    if item.get("speaker_label") is not None:
        return str(item["speaker_label"])
    return speakers.get((str(item["start_time"]), str(item["end_time"])))


def _kind(item: Mapping[str, Any], index: int) -> Literal["word", "punctuation"]:
    kind = item.get("type")
    if kind == "pronunciation":
        return "word"
    if kind == "punctuation":
        return "punctuation"
    raise _refusal(f"item {index} has the type {quoted(kind, 40)}")


def _best(item: Mapping[str, Any], index: int, unread: dict[str, None]) -> tuple[str, float | None]:
    """The first alternative, which is the likeliest. A redacted word has no confidence of its own."""
    alternatives = item.get("alternatives")
    if not isinstance(alternatives, list) or not alternatives or not isinstance(alternatives[0], Mapping):
        raise _refusal(f"item {index} has no alternatives")
    best = alternatives[0]
    _report_unknown(best, "alternative", "results.items.alternatives.", unread)
    content = best.get("content")
    if not isinstance(content, str):
        raise _refusal(f"item {index} has the content {quoted(content, 40)}")
    confidence = best.get("confidence")
    if confidence is None or "redactions" in best:
        return content, None
    try:
        return content, min(1.0, max(0.0, float(confidence)))
    except (OverflowError, TypeError, ValueError) as error:
        raise _refusal(f"item {index} has the confidence {quoted(confidence, 40)}") from error


def _milliseconds(item: Mapping[str, Any], name: str, index: int) -> int:
    try:
        return round(float(item[name]) * 1000)
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise _refusal(f"item {index} has the {name} {quoted(item.get(name), 40)}") from error
