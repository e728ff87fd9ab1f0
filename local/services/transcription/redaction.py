"""Takes personal data out of recognised speech as Transcribe does: ``[PII]`` for as long as it was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local.engines.findings import Speech, SpeechSegment, SpokenWord

__all__ = ["RedactedWord", "redact"]

_MARK = "[PII]"
_ALL = "ALL"


@dataclass(frozen=True)
class RedactedWord(SpokenWord):
    """Stands for words that were personal data of ``type``; ``confidence`` is how sure that is."""

    type: str = field(kw_only=True)


def redact(speech: Speech, findings: Iterable[Mapping[str, Any]], types: Collection[str] = ()) -> Speech:
    """The speech with every finding of ``types`` (all, where none are named) as one redacted word.

    Findings are ``spoken_personal_data``'s of ``speech.words()``. A finding that runs over a pause belongs to
    the segment that it begins in.
    """
    wanted = [finding for finding in findings if not types or _ALL in types or finding["type"] in types]
    words = speech.words()
    marks: dict[int, RedactedWord] = {}
    hidden: set[int] = set()
    for finding in wanted:
        first, last = words[finding["begin"]], words[finding["end"] - 1]
        marks[finding["begin"]] = RedactedWord(
            _MARK,
            first.start_seconds,
            last.end_seconds,
            finding["score"],
            before=first.before,
            after=last.after,
            speaker=first.speaker,
            type=finding["type"],
        )
        hidden.update(range(finding["begin"], finding["end"]))
    segments = []
    place = 0
    for segment in speech.segments:
        kept: list[SpokenWord] = []
        for word in segment.words:
            if place in marks:
                kept.append(marks[place])
            elif place not in hidden:
                kept.append(word)
            place += 1
        if kept:
            segments.append(SpeechSegment(tuple(kept)))
    return replace(speech, segments=tuple(segments))
