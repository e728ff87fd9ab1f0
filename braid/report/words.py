"""What was said, line by line as the player goes, and what is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript, Utterance, speaker_name
from braid.domain.span import brief_timecode
from braid.report.links import moment, seconds
from braid.report.markup import Markup, tag
from braid.report.parts import section

__all__ = ["SHOWN_PASSAGES", "passage_line", "passages_section", "phrases", "transcript_section"]

SHOWN_PASSAGES = 2000
# A browser lays out only those blocks of lines that are in sight.
_LINES_PER_BLOCK = 50
_LONG_UTTERANCE_MS = 8000
_PHRASE_MS = 4000
_SENTENCE_ENDS = frozenset(".?!…。？！؟।")


def transcript_section(transcript: Transcript | None, warnings: Sequence[str] = ()) -> Markup | None:
    """Everything that was said, with its time; whoever scrolls it stays where they are.

    ``warnings`` tell what of its captions people can't read well.
    """
    if transcript is None:
        return None
    if not transcript.utterances:
        return section("transcript", "Transcript", tag("p", "Nobody was heard speaking.", class_="soft"))
    names_speakers = len({utterance.speaker for utterance in transcript.utterances}) > 1
    rows = []
    before: str | None = None
    for number, utterance in enumerate(transcript.utterances):
        is_new = names_speakers and utterance.speaker != before
        rows.append(_utterance(utterance, utterance.speaker if is_new else None, is_stop=not number))
        before = utterance.speaker
    box = tag(
        "div",
        *_blocks(rows),
        id="transcript",
        class_="scroll",
        role="group",
        aria_label="Lines of the transcript",
        tabindex=0,
        lang=transcript.language_code or None,
        data_roving="",
    )
    follow = tag("button", "Follow", id="follow", type="button", aria_pressed="true", hidden="")
    told = [tag("p", warning, class_="soft") for warning in warnings]
    return section("transcript", "Transcript", follow, box, *told, class_="words")


def phrases(utterance: Utterance) -> list[tuple[int, str]]:
    """The utterance's text in pieces with their start: some seconds each, cut where a sentence ends.

    The pieces joined are the text; one whose words have no times, or a short one, is a single piece.
    """
    if utterance.end_ms - utterance.start_ms <= _LONG_UTTERANCE_MS or not utterance.items:
        return [(utterance.start_ms, utterance.text)]
    pieces = [(utterance.start_ms, "")]
    position, is_sentence_end = 0, False
    for item in utterance.items:
        found = utterance.text.find(item.text, position)
        if found < 0:
            continue
        length_ms = item.start_ms - pieces[-1][0]
        is_due = length_ms >= _PHRASE_MS and (is_sentence_end or length_ms >= 2 * _PHRASE_MS)
        if is_due and item.kind == "word":
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + utterance.text[position:found])
            pieces.append((item.start_ms, ""))
            position = found
        end = found + len(item.text)
        pieces[-1] = (pieces[-1][0], pieces[-1][1] + utterance.text[position:end])
        position, is_sentence_end = end, item.text[-1:] in _SENTENCE_ENDS
    pieces[-1] = (pieces[-1][0], pieces[-1][1] + utterance.text[position:])
    return pieces


def _utterance(utterance: Utterance, speaker: str | None, *, is_stop: bool) -> Markup:
    said = [tag("span", text, data_t=seconds(start_ms)) for start_ms, text in phrases(utterance)]
    return tag(
        "div",
        tag(
            "a",
            brief_timecode(utterance.start_ms),
            href=f"#{utterance.utterance_id}",
            class_="time",
            data_t=seconds(utterance.start_ms),
            tabindex=None if is_stop else -1,
        ),
        tag("p", tag("strong", speaker_name(speaker), class_="who") if speaker else None, *said, dir="auto"),
        class_="utterance",
        id=utterance.utterance_id,
    )


def passages_section(
    passages: Sequence[Passage], written: Passages | None, timeline: Timeline | None
) -> Markup | None:
    """What is written, as far as it doesn't stand beside its page already."""
    if not passages or written is None:
        return None
    more = len(written.passages) - SHOWN_PASSAGES
    clocks = _caption_clocks(timeline)
    return section(
        "text",
        "What is written",
        *_blocks([passage_line(passage, clocks) for passage in passages]),
        tag("p", f"… and {more} more passages in passages.json", class_="soft") if more > 0 else None,
    )


def passage_line(passage: Passage, clocks: dict[str, tuple[int, float]] | None = None) -> Markup:
    """A passage after its place; a caption's place is a moment of the player's clock."""
    start_ms = _on_player_clock(passage, clocks or {})
    place = _place(passage)
    if start_ms is not None:
        place = brief_timecode(start_ms)
    return tag(
        "div",
        moment(place, start_ms, f"#{passage.passage_id}") if place else None,
        tag("p", passage.text, class_=f"written {passage.kind}", dir="auto"),
        class_="utterance" if place else "utterance placeless",
        id=passage.passage_id,
    )


def _place(passage: Passage) -> str:
    page = f"page {passage.page}" if passage.page is not None else ""
    return " ".join(part for part in (passage.member, page) if part)


def _caption_clocks(timeline: Timeline | None) -> dict[str, tuple[int, float]]:
    """Offset and drift of each caption file against the speech, as far as they were estimated."""
    return {
        item.of.removeprefix("captions").strip(): (item.offset_ms, item.drift_ppm or 0.0)
        for item in (timeline.alignments if timeline else ())
        if item.of.startswith("captions") and item.offset_ms is not None
    }


def _on_player_clock(passage: Passage, clocks: dict[str, tuple[int, float]]) -> int | None:
    if passage.span is None or passage.span.start_ms is None:
        return None
    offset_ms, drift_ppm = clocks.get(passage.member, (0, 0.0))
    return max(0, round((passage.span.start_ms - offset_ms) / (1 + drift_ppm / 1_000_000)))


def _blocks(rows: Sequence[Markup]) -> Iterator[Markup]:
    for first in range(0, len(rows), _LINES_PER_BLOCK):
        yield tag("div", *rows[first : first + _LINES_PER_BLOCK], class_="block")
