"""What pages say of time and size."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.pages import span_of_time, templates

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3_661, "1 h 1 min"),
        (86_400, "1 d"),
        (90_000, "1 d 1 h"),
        (-5, "0 s"),
    ],
)
def test_a_span_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert span_of_time(seconds) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [(timedelta(seconds=2), "just now"), (timedelta(hours=2), "2 h ago"), (-timedelta(days=2), "in 2 d")],
)
def test_a_moment_is_past_or_to_come(ago: timedelta, said: str) -> None:
    moment = (NOW - ago).isoformat()
    shown = templates().from_string("{{ moment|ago(now) }}").render(moment=moment, now=NOW)

    assert shown == said


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 * 1024**4, "5120.0 GiB")]
)
def test_a_size_has_its_unit(size: int, said: str) -> None:
    assert templates().from_string("{{ size|size }}").render(size=size) == said


def test_strangers_words_are_text() -> None:
    words = "<script>alert(1)</script>\u202egnp.exe"
    shown = templates().from_string("{{ words|shown }}").render(words=words)

    assert "<script" not in shown
    assert "\u202e" not in shown


def test_commands_within_a_sentence_are_marked_as_such() -> None:
    told = "this deployment can't tune: `braid up --knob x=<y>` adds it"
    shown = templates().from_string("{{ told|sentence }}").render(told=told)

    assert shown == ("This deployment can&#39;t tune: <code>braid up --knob x=&lt;y&gt;</code> adds it")
