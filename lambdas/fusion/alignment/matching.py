"""Which word of one text is which word of another: anchors that are unique in both, then what lies between.

Patience diff (Bram Cohen): n-grams that occur once on either side, the longest chain of them in the same
order, then the same again in every gap with single words, and what still lies between them word by word,
where it is short: n log n, and a substituted or dropped word only costs itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

__all__ = ["match_words"]

_ANCHOR_WORDS = (3, 6)
# Texts that repeat themselves have few unique triples; longer anchors find their places.
_MIN_ANCHORED_SHARE = 0.02
# Stretches of thirty words on either side.
_MAX_CELLS = 900


def match_words(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions of equal words, rising on both sides."""
    chain: list[tuple[int, int]] = []
    for length in _ANCHOR_WORDS:
        chain = _chain(_unique_anchors(one, other, length))
        if len(chain) >= _MIN_ANCHORED_SHARE * min(len(one), len(other)):
            break
    matched: dict[int, int] = {}
    for begin, begin_other in chain:
        for step in range(length):
            matched.setdefault(begin + step, begin_other + step)
    anchored = _chain(sorted(matched.items()))
    return _with_gaps(one, other, anchored)


def _unique_anchors(one: Sequence[str], other: Sequence[str], length: int) -> list[tuple[int, int]]:
    ours = _single_places(one, length)
    theirs = _single_places(other, length)
    return sorted(
        (place, theirs[gram]) for gram, place in ours.items() if place >= 0 and theirs.get(gram, -1) >= 0
    )


def _single_places(words: Sequence[str], length: int) -> dict[tuple[str, ...], int]:
    """Where each n-gram stands, or -1 where it stands more than once."""
    places: dict[tuple[str, ...], int] = {}
    for index, gram in enumerate(zip(*(words[step:] for step in range(length)), strict=False)):
        places[gram] = -1 if gram in places else index
    return places


def _chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs (sorted by the first) that rises on both sides."""
    tails: list[int] = []
    tail_indices: list[int] = []
    previous: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        previous.append(tail_indices[at - 1] if at else -1)
        if at == len(tails):
            tails.append(place)
            tail_indices.append(index)
        else:
            tails[at] = place
            tail_indices[at] = index
    chain = []
    index = tail_indices[-1] if tail_indices else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]


def _with_gaps(
    one: Sequence[str], other: Sequence[str], anchored: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Adds words that are unique within the gap between two anchors, and what lies between those in turn."""
    matched: list[tuple[int, int]] = []
    for begin, end, begin_other, end_other in _gaps(one, other, anchored):
        if end > begin and end_other > begin_other:
            ours, theirs = one[begin:end], other[begin_other:end_other]
            for first, last, first_other, last_other in _gaps(
                ours, theirs, _chain(_unique_anchors(ours, theirs, 1))
            ):
                matched.extend(
                    (begin + first + place, begin_other + first_other + rival)
                    for place, rival in _longest_common(ours[first:last], theirs[first_other:last_other])
                )
                if last < len(ours) and last_other < len(theirs):
                    matched.append((begin + last, begin_other + last_other))
        if end < len(one) and end_other < len(other):
            matched.append((end, end_other))
    return matched


def _gaps(
    one: Sequence[str], other: Sequence[str], anchored: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """What lies before, between and behind the anchors; a gap ends at one, the last at the texts' ends."""
    begin, begin_other = 0, 0
    for end, end_other in (*anchored, (len(one), len(other))):
        yield begin, end, begin_other, end_other
        begin, begin_other = end + 1, end_other + 1


def _longest_common(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The longest common subsequence of two short stretches; nothing of long ones, which would take n²."""
    if not one or not other or len(one) * len(other) > _MAX_CELLS:
        return []
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for at in range(len(one) - 1, -1, -1):
        for place in range(len(other) - 1, -1, -1):
            if one[at] == other[place]:
                lengths[at][place] = lengths[at + 1][place + 1] + 1
            else:
                lengths[at][place] = max(lengths[at + 1][place], lengths[at][place + 1])
    found = []
    at = place = 0
    while at < len(one) and place < len(other):
        if one[at] == other[place]:
            found.append((at, place))
            at, place = at + 1, place + 1
        elif lengths[at + 1][place] >= lengths[at][place + 1]:
            at += 1
        else:
            place += 1
    return found
