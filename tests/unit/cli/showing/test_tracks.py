"""The timeline as tracks: what a person reads at several widths, and that nothing breaks or hides."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Agreement, AgreementKind, Segment, Timeline
from braid.domain.span import WHOLE, Span
from cli.showing.tracks import tracks

SPEECH, VISION, TEXT = Modality.SPEECH, Modality.VISION, Modality.TEXT
SAME, MORE, CLASH = AgreementKind.REDUNDANT, AgreementKind.COMPLEMENTARY, AgreementKind.CONTRADICTORY


def seen(modality: Modality, span: Span, text: str = "0123456789", **more: Any) -> Observation:
    kind = {SPEECH: "utterance", VISION: "label", TEXT: "passage"}[modality]
    return Observation("o", modality, **{"kind": kind, "member": "", **more}, span=span, text=text,
                       confidence=1.0, source="s")  # fmt: skip


def segment(span: Span, *kinds: AgreementKind) -> Segment:
    agreements = tuple(Agreement((SPEECH, VISION), kind, 1.0, ("a", "b"), "why") for kind in kinds)
    return Segment("s", span, (), agreements)


def timeline(
    *observations: Observation, segments: tuple[Segment, ...] = (), duration_ms: int | None = None
) -> Timeline:
    return Timeline(duration_ms, segments, observations, (), (), {})


def drawn(of: Timeline, width: int, *, ascii_only: bool = False) -> list[str]:
    return [line.plain for line in tracks(of, width=width, ascii_only=ascii_only)]


def seconds(begin: float, end: float) -> Span:
    return Span(round(begin * 1000), round(end * 1000))


TALK = timeline(
    seen(SPEECH, seconds(0, 10), "x" * 100),
    seen(SPEECH, seconds(15, 30), "x" * 300),
    seen(VISION, seconds(0, 20), "Slide"),
    seen(VISION, seconds(20, 30), "Another slide"),
    seen(TEXT, seconds(12, 12)),
    segments=(
        segment(seconds(0, 10), SAME),
        segment(seconds(10, 20), MORE),
        segment(seconds(20, 21), CLASH, SAME),
    ),
    duration_ms=30_000,
)


def test_a_talk_at_40_columns() -> None:
    assert drawn(TALK, 40) == [
        "Timeline  0:30.0",
        "speech    ▄▄▄▄▄▄▄▄▄▄     ███████████████",
        "vision    ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂██████████",
        "text                  █",
        "agreement ==========++++++++++≠",
        "          0:00 0:05 0:10 0:15 0:20 0:25"[:10] + "0:00      0:10      0:20",
    ]


def test_the_same_in_ascii() -> None:
    assert drawn(TALK, 40, ascii_only=True) == [
        "Timeline  0:30.0",
        "speech    oooooooooo     ###############",
        "vision    ....................##########",
        "text                  #",
        "agreement ==========++++++++++!",
        "          0:00      0:10      0:20",
    ]


def test_eighty_columns_say_what_height_means() -> None:
    heading, *_, axis = drawn(TALK, 80)
    assert heading == "Timeline  0:30.0; taller: more was said, shown or written there"
    assert axis.split() == ["0:00", "0:05", "0:10", "0:15", "0:20", "0:25"]


def test_pages_stand_in_columns_of_their_own() -> None:
    document = timeline(
        seen(VISION, Span(page=1)),
        seen(TEXT, Span(page=1), "x" * 80),
        seen(TEXT, Span(page=3), "x" * 10),
        segments=(segment(Span(page=1), SAME), segment(Span(page=3), CLASH)),
    )
    assert drawn(document, 60) == [
        "Timeline  3 pages",
        "vision    ████████",
        "text      ████████        ▁▁▁▁▁▁▁▁",
        "agreement ========        ≠≠≠≠≠≠≠≠",
        "          1       2       3",
    ]


def test_many_pages_share_columns() -> None:
    document = timeline(*(seen(TEXT, Span(page=page)) for page in range(1, 501)))
    heading, text, axis = drawn(document, 50)
    assert heading == "Timeline  500 pages"
    assert cell_len(text) == 50
    assert set(text[10:]) <= set("▇█"), "evenly filled"
    assert axis.split() == ["1", "100", "200", "300", "400"]


def test_what_holds_for_the_whole_is_counted() -> None:
    mug = timeline(
        seen(VISION, WHOLE, "14 euros", kind="detected_text", member="mug.jpg"),
        seen(VISION, WHOLE, "Cup", member="mug.jpg"),
        seen(VISION, WHOLE, "Saucer", member="mug.jpg"),
        seen(TEXT, WHOLE, "It costs 19 euros", member="mug.md"),
        segments=(segment(WHOLE, SAME, CLASH),),
    )
    assert drawn(mug, 60) == [
        "Timeline  about the whole asset",
        "vision mug.jpg 1 detected text, 2 labels",
        "text mug.md    1 passage",
        "agreement      = 1  ≠ 1",
    ]


@pytest.mark.parametrize(("count", "told"), [(1, "1 picture with faces"), (2, "2 pictures with faces")])
def test_pictures_with_faces_are_counted_and_not_their_faces(count: int, told: str) -> None:
    faces = [seen(VISION, WHOLE, "3 faces", kind="faces")] * count
    assert drawn(timeline(*faces), 60)[1].split(maxsplit=1)[1] == told


def test_members_have_rows_and_a_narrated_deck_has_both_scales() -> None:
    bundle = timeline(
        seen(SPEECH, seconds(0, 4), member="told.mp3"),
        seen(VISION, Span(page=1), member="deck.pdf"),
        seen(TEXT, Span(page=2), member="deck.pdf"),
        seen(TEXT, WHOLE, member="notes.txt"),
        segments=(segment(Span(page=1), SAME), segment(WHOLE, CLASH, MORE)),
    )
    assert drawn(bundle, 60) == [
        "Timeline  0:04.0, 2 pages",
        "speech told.mp3 " + "█" * 44,
        "                0:00       0:01       0:02       0:03",
        "vision deck.pdf ████████",
        "text deck.pdf           ████████",
        "agreement       ========",
        "                1       2",
        "text notes.txt  1 passage",
        "agreement       + 1  ≠ 1  of the whole",
    ]


def test_many_members_of_a_kind_share_a_row() -> None:
    album = timeline(*(seen(VISION, WHOLE, member=f"{number}.jpg") for number in range(20)))
    assert drawn(album, 60)[1:] == ["vision (20 members) 20 labels"]


HOUR_MS = 3_600_000


def talk_of(hours: int) -> Timeline:
    """Someone speaks every three seconds; for one second in the middle picture and sound contradict."""
    middle = hours * HOUR_MS // 2
    return timeline(
        *(seen(SPEECH, Span(at, at + 2000)) for at in range(0, hours * HOUR_MS, 3000)),
        segments=(
            segment(Span(0, hours * HOUR_MS), SAME),
            segment(Span(middle + 60_000, middle + 61_000), CLASH),
        ),
        duration_ms=hours * HOUR_MS,
    )


def test_drawing_takes_time_in_proportion_to_the_timeline() -> None:
    def processor_seconds(long: Timeline) -> float:
        began = time.process_time()
        drawn(long, 80)
        return time.process_time() - began

    one, ten = talk_of(1), talk_of(10)
    rounds = [(processor_seconds(one), processor_seconds(ten)) for _ in range(3)]
    quick, slow = (min(column) for column in zip(*rounds, strict=True))
    assert slow / quick < 40, "ten times as much; a hundred would be its square"


def test_ten_hours_stay_readable_and_show_the_one_contradiction() -> None:
    heading, _, marks, axis = drawn(talk_of(10), 80)
    assert heading.startswith("Timeline  10:00:00.0")
    assert marks.count("≠") == 1
    assert marks.index("≠") == 10 + 35
    assert axis.split() == [f"{hours}h" for hours in range(10)]


def test_a_file_cannot_steer_the_terminal_by_its_name() -> None:
    nasty = timeline(seen(TEXT, WHOLE, member="\x1b[2J\x07\u202egpj.exe\n"))
    text = "\n".join(drawn(nasty, 60))
    assert not set(text) & set("\x1b\x07\u202e")
    assert len(text.splitlines()) == 2


def test_nothing_observed_draws_nothing() -> None:
    assert tracks(timeline(duration_ms=1000), width=80) == []


def test_a_long_name_is_cut_and_says_so() -> None:
    wide = timeline(seen(VISION, WHOLE, member="写真" * 30))
    assert cell_len(drawn(wide, 42)[1].split(" 1 label")[0]) == 14
    assert "…" in drawn(wide, 42)[1]
    assert "~" in drawn(wide, 42, ascii_only=True)[1]


spans = st.one_of(
    st.just(WHOLE),
    st.integers(1, 5000).map(lambda page: Span(page=page)),
    st.tuples(st.integers(0, 10**8), st.integers(0, 10**7)).map(lambda at: Span(at[0], at[0] + at[1])),
)
observations = st.builds(
    seen, st.sampled_from(Modality), spans, st.text(max_size=50), member=st.text(max_size=20)
)
segments = st.builds(segment, spans, st.sampled_from(AgreementKind))


@given(
    st.lists(observations, max_size=30), st.lists(segments, max_size=10), st.integers(30, 220), st.booleans()
)
def test_any_timeline_fits_the_width(
    found: list[Observation], parts: list[Segment], width: int, ascii_only: bool
) -> None:
    lines = drawn(timeline(*found, segments=tuple(parts), duration_ms=1000), width, ascii_only=ascii_only)
    assert bool(lines) == bool(found)
    for line in lines:
        assert cell_len(line) <= width
        assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs"}


@given(st.lists(observations, min_size=1, max_size=30), st.integers(30, 220))
def test_every_observation_with_a_place_can_be_seen(found: list[Observation], width: int) -> None:
    """Each alone: however short or small, it leaves a mark or a count in a row of its modality."""
    for item in found:
        rows = drawn(timeline(item), width)
        (row,) = [row for row in rows if row.startswith(item.modality.value)]
        assert any(glyph in row for glyph in "▁▂▃▄▅▆▇█") or "1 " in row


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("duration_ms", [1, 700, 31_000, 3_599_999, 36_000_000, 900_000_000])
def test_ticks_never_touch(width: int, duration_ms: int) -> None:
    axis = drawn(timeline(seen(SPEECH, Span(0, duration_ms)), duration_ms=duration_ms), width)[-1]
    labels = axis.split()
    assert labels[0] in ("0:00", "0:00.0", "0h")
    assert len(labels) == len(set(labels))
    assert len(labels) <= width // 4
