"""Timed text (TTML, also known as DFXP or IMSC): a cue for each paragraph, or part of one, that has a time.

Times of ``body``, ``div``, ``p`` and ``span`` are relative to the element around them, or in a sequence
(``timeContainer="seq"``) to the end of the one before (TTML2, section 12, after SMIL). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from braid.domain.span import Span
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.captions.ttml_clock import Clock
from lambdas.reading.markup.xml import Element, local_name, parse_xml

__all__ = ["read_ttml"]

_TIMED = frozenset({"body", "div", "p", "span"})
_UNSHOWN = frozenset({"metadata", "set", "animate"})
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


def read_ttml(data: bytes) -> Extract:
    """The paragraphs in the file's order; one whose time isn't there or can't be read has none."""
    root = parse_xml(data)
    reader = _Reader(Clock(root))
    body = next((element for element in root.iter() if local_name(element) == "body"), root)
    reader.read(body, _Interval(0, None))
    captions = [caption for caption in reader.captions if caption.text]
    untimed = sum(caption.interval is None for caption in captions)
    warnings = (f"{untimed} captions have no time that can be read",) if untimed else ()
    return Extract(lay_out(_pieces(captions)), warnings)


@dataclass(frozen=True)
class _Interval:
    """When an element is shown, on the file's clock. ``end_ms`` is None where nothing ends it.

    ``is_given``: a time of its own or of an element around it is written.
    """

    begin_ms: int
    end_ms: int | None
    is_given: bool = False


@dataclass(frozen=True)
class _Caption:
    """Words that are shown together; ``interval`` is None where it can't be told when."""

    text: str
    interval: _Interval | None


@dataclass
class _Part:
    """A run of a paragraph's text with one time."""

    text: str
    interval: _Interval | None
    is_span: bool


@dataclass
class _Reader:
    clock: Clock
    captions: list[_Caption] = field(default_factory=list)

    def read(self, element: Element, around: _Interval | None) -> _Interval | None:
        """Reads ``element``, shown within ``around``, and gives its own interval."""
        interval = self._interval(element, around, None)
        self._read_children(element, interval)
        return interval

    def _read_children(self, element: Element, interval: _Interval | None) -> None:
        is_sequence = element.get("timeContainer") == "seq"
        before: _Interval | None = None
        for child in element:
            if local_name(child) not in _TIMED:
                continue
            own = self._interval(child, interval, before if is_sequence else None)
            first = len(self.captions)
            if local_name(child) == "p":
                self.captions += self._paragraph(child, own)
            else:
                self._read_children(child, own)
            if is_sequence and own is not None:
                before = _until_last(own, self.captions[first:])

    def _interval(
        self, element: Element, around: _Interval | None, before: _Interval | None
    ) -> _Interval | None:
        """When ``element`` is shown: None where one of its times, or of those around it, can't be read."""
        names = [name for name in ("begin", "end", "dur") if element.get(name) is not None]
        times = {name: self.clock.milliseconds(element.get(name)) for name in names}
        if around is None or None in times.values():
            return None
        start_ms = around.begin_ms if before is None else (before.end_ms or before.begin_ms)
        begin_ms = start_ms + (times.get("begin") or 0)
        ends = [] if around.end_ms is None else [around.end_ms]
        if (end_ms := times.get("end")) is not None:
            ends.append(start_ms + end_ms)
        if (length_ms := times.get("dur")) is not None:
            ends.append(begin_ms + length_ms)
        end = min(ends, default=None)
        if end is not None and end < begin_ms:
            return None
        return _Interval(begin_ms, end, is_given=bool(names) or around.is_given)

    def _paragraph(self, paragraph: Element, interval: _Interval | None) -> Iterator[_Caption]:
        """A paragraph's captions: one, or several where its spans are shown one after the other."""
        parts = list(self._parts(paragraph, interval))
        if not any(part.is_span for part in parts):
            yield _caption("".join(part.text for part in parts), interval)
            return
        has_own_time = any(paragraph.get(name) is not None for name in ("begin", "end", "dur"))
        may_join = has_own_time and paragraph.get("timeContainer") != "seq"
        shown: _Part | None = None
        for part in parts:
            if shown is None or not shown.text.strip():
                shown = replace(part, text=(shown.text if shown else "") + part.text)
            elif not part.text.strip():
                shown.text += part.text  # what parts two spans
            elif _are_together(shown, part, may_join=may_join):
                shown = _Part(shown.text + part.text, _joined(shown.interval, part.interval), True)
            else:
                yield _caption(shown.text, shown.interval)
                shown = replace(part)
        if shown is not None:
            yield _caption(shown.text, shown.interval)

    def _parts(self, element: Element, interval: _Interval | None, is_span: bool = False) -> Iterator[_Part]:
        is_sequence = element.get("timeContainer") == "seq"
        before: _Interval | None = None
        yield _Part(element.text or "", interval, is_span)
        for child in element:
            name = local_name(child)
            if name == "br":
                yield _Part("\n", interval, is_span)
            elif name not in _UNSHOWN:
                own = self._interval(child, interval, before if is_sequence else None)
                is_timed = any(child.get(attribute) is not None for attribute in ("begin", "end", "dur"))
                yield from self._parts(child, own, is_span or is_timed or is_sequence)
                before = own if is_sequence and own is not None else before
            if child.tail:
                yield _Part(child.tail, interval, is_span)


def _caption(text: str, interval: _Interval | None) -> _Caption:
    is_known = interval is not None and interval.is_given
    return _Caption(" ".join(text.split()), interval if is_known else None)


def _until_last(interval: _Interval, inside: list[_Caption]) -> _Interval:
    """An element without an end of its own lasts, in a sequence, until the last of what is in it."""
    if interval.end_ms is not None:
        return interval
    ends = [caption.interval.end_ms or 0 for caption in inside if caption.interval is not None]
    return replace(interval, end_ms=max([interval.begin_ms, *ends]))


def _are_together(one: _Part, other: _Part, *, may_join: bool) -> bool:
    """Whether two neighbours are on screen at the same time, or are words of one sentence spoken in turn."""
    if one.interval == other.interval:
        return True
    if one.interval is None or other.interval is None or one.interval.end_ms is None:
        return one.interval is not None and other.interval is not None
    if other.interval.begin_ms < one.interval.end_ms:
        return True
    goes_on = not one.text.rstrip().endswith(_SENTENCE_ENDS) and "\n" not in one.text
    return may_join and goes_on


def _joined(one: _Interval | None, other: _Interval | None) -> _Interval | None:
    if one is None or other is None:
        return one or other
    ends = (one.end_ms, other.end_ms)
    end_ms = None if None in ends else max(end for end in ends if end is not None)
    return _Interval(min(one.begin_ms, other.begin_ms), end_ms, one.is_given or other.is_given)


def _pieces(captions: list[_Caption]) -> Iterator[Piece]:
    """What nothing ends is shown until the next caption begins."""
    following_ms: int | None = None
    pieces = []
    for caption in reversed(captions):
        if caption.interval is None:
            pieces.append(Piece(caption.text, "paragraph"))
            continue
        begin_ms, end_ms = caption.interval.begin_ms, caption.interval.end_ms
        if end_ms is None:
            end_ms = following_ms if following_ms is not None else begin_ms
        pieces.append(Piece(caption.text, "cue", span=Span(begin_ms, max(begin_ms, end_ms))))
        following_ms = begin_ms
    return reversed(pieces)
