"""Materials of every kind that the branches may hand over, however odd: for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from braid.domain.asset.asset import Modality
from braid.domain.evidence.passages import Passage
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import KeyframeAnalysis
from braid.domain.span import WHOLE, Span
from evaluation.fusion_truth.materials import admission, cue, keyframe, member, passage, passages, vision
from lambdas.fusion.fuse import FusionInput

__all__ = ["materials"]

_SAMPLE = "the solar panel costs forty nine dollars not red $59 3 minutes 日本 ½ — never ok %"
WORDS = st.sampled_from(_SAMPLE.split())
TEXT = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30)
# Up to ten hours, and before the beginning.
TIME = st.integers(-10_000, 100_000) | st.integers(0, 36_000_000)
CONFIDENCE = st.none() | st.floats(min_value=0, max_value=1)


@st.composite
def utterances(draw: st.DrawFn) -> Utterance:
    """One of a handful of ids, in any order of times, forward or backward, with or without words."""
    items = draw(
        st.lists(st.builds(TranscriptItem, TEXT, TIME, TIME, CONFIDENCE, st.just("word")), max_size=4)
    )
    number = draw(st.integers(0, 5))
    return Utterance(f"u{number}", None, draw(TIME), draw(TIME), draw(TEXT), draw(CONFIDENCE), tuple(items))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    ends = sorted(draw(st.tuples(st.integers(0, 100_000), st.integers(0, 36_000_000))))
    return draw(st.sampled_from((WHOLE, Span(page=draw(st.integers(1, 300))), Span(*ends))))


@st.composite
def keyframes(draw: st.DrawFn, number: int, names: tuple[str, ...]) -> KeyframeAnalysis:
    return keyframe(
        number,
        draw(spans()),
        lines=draw(st.lists(TEXT, max_size=3)),
        labels=draw(st.lists(WORDS, max_size=2)),
        colors=draw(st.lists(st.tuples(st.sampled_from(("Red", "Blue", "odd")), st.just(0.5)), max_size=2)),
        member=draw(st.sampled_from(names)),
    )


@st.composite
def written(draw: st.DrawFn, number: int, names: tuple[str, ...]) -> Passage:
    name = draw(st.sampled_from(names))
    if draw(st.booleans()):
        return passage(number, draw(TEXT), page=draw(st.none() | st.integers(1, 300)), member=name)
    begin, end = sorted(draw(st.tuples(st.integers(0, 100_000), st.integers(0, 36_000_000))))
    return cue(number, draw(TEXT), begin, end, member=name)


@st.composite
def materials(draw: st.DrawFn) -> FusionInput:
    """A single file or a bundle; each modality present, empty or absent."""
    names = draw(st.sampled_from((("",), ("a.mp4", "b.txt"))))
    members = [member(name or "asset", "main", *Modality) for name in names]
    frames = [draw(keyframes(number, names)) for number in range(draw(st.integers(0, 4)))]
    read = [draw(written(number, names)) for number in range(draw(st.integers(0, 6)))]
    heard = st.lists(utterances(), max_size=5).map(lambda items: Transcript("en-US", tuple(items)))
    return FusionInput(
        admission(*members, duration_ms=draw(st.none() | st.integers(0, 90_000))),
        draw(st.none() | heard),
        draw(st.none() | st.just(vision(*frames))),
        draw(st.none() | st.just(passages(*read))),
    )
