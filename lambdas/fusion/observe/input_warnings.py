"""What is odd about the documents of the branches, in words for people. Fusion goes on with all of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from braid.domain.evidence.passages import Passages
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.evidence.vision import Vision
from braid.domain.span import Span, brief_timecode

__all__ = ["named", "oddities"]

_MAX_NAMED = 3
# Pictures last as long as the recording. Where they end earlier than half of what is said, a track was cut.
_MIN_PICTURED = 0.5
_MIN_UNPICTURED_MS = 10_000


def oddities(
    transcript: Transcript | None, vision: Vision | None, passages: Passages | None
) -> Iterator[str]:
    """One warning per thing that a person may want to know about the input, its own warnings first."""
    if transcript is None and vision is None and passages is None:
        yield "nothing was observed: no modality was analysed"
    wordless = []
    if transcript is not None:
        yield from transcript.warnings
        if not transcript.utterances:
            yield "speech is empty: nobody was heard speaking"
        # Recordings of a bundle follow each other in the list, each on a clock of its own.
        for _, said in itertools.groupby(transcript.utterances, key=lambda item: item.member):
            yield from _of_utterances(tuple(said))
        wordless += [item.utterance_id for item in transcript.utterances if not item.text.strip()]
    if vision is not None:
        yield from vision.warnings
        if not vision.keyframes:
            yield "vision is empty: no keyframe was looked at"
    if passages is not None:
        yield from passages.warnings
        if not passages.passages:
            yield "text is empty: no passage was read"
        wordless += [item.passage_id for item in passages.passages if not item.text.strip()]
    if wordless:
        yield f"{named(wordless)} there without words and left out"
    yield from _of_lengths(transcript, vision, passages)


def named(names: Sequence[str]) -> str:
    """Opens a warning: "3 observations (u0001, u0002, u0003) lie", for a person who wants to look."""
    shown = ", ".join(names[:_MAX_NAMED]) + (", …" if len(names) > _MAX_NAMED else "")
    return f"1 observation ({shown}) lies" if len(names) == 1 else f"{len(names)} observations ({shown}) lie"


def _of_utterances(utterances: Sequence[Utterance]) -> Iterator[str]:
    early = [item.utterance_id for item in utterances if item.start_ms < 0 or item.end_ms < 0]
    backwards = [item.utterance_id for item in utterances if item.start_ms > item.end_ms]
    late = [
        after.utterance_id
        for before, after in itertools.pairwise(utterances)
        if after.start_ms < before.start_ms
    ]
    overlapping = []
    latest_end_ms = 0
    for item in sorted(utterances, key=lambda item: (item.start_ms, item.end_ms)):
        if 0 <= item.start_ms < latest_end_ms:
            overlapping.append(item.utterance_id)
        latest_end_ms = max(latest_end_ms, item.end_ms)
    if early:
        yield f"{named(early)} before the beginning and moved to it"
    if backwards:
        yield f"{named(backwards)} backwards in time: start and end were put in order"
    if late:
        yield f"{named(late)} out of order of time; the utterances were sorted"
    if overlapping:
        yield f"{named(overlapping)} over the end of an earlier utterance: speakers overlap there"


def _of_lengths(
    transcript: Transcript | None, vision: Vision | None, passages: Passages | None
) -> Iterator[str]:
    pictured_ms = _end_ms(frame.span for frame in vision.keyframes) if vision else 0
    if not pictured_ms:
        return
    said_ms = max((item.end_ms for item in transcript.utterances), default=0) if transcript else 0
    shown_ms = _end_ms(item.span for item in passages.passages if item.span) if passages else 0
    for name, end_ms in (("the speech", said_ms), ("the captions", shown_ms)):
        if pictured_ms < _MIN_PICTURED * end_ms and end_ms - pictured_ms >= _MIN_UNPICTURED_MS:
            yield (
                f"the pictures end at {brief_timecode(pictured_ms)}, {name} at {brief_timecode(end_ms)}:"
                " what is said behind the pictures has nothing to be compared with"
            )


def _end_ms(spans: Iterable[Span]) -> int:
    return max((span.end_ms or 0 for span in spans), default=0)
