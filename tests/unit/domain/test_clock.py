"""Moments are written one way and read whichever way AWS writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.clock import iso, parse_iso, seconds_between

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=zones))
def test_iso_reads_back_to_the_millisecond_in_utc(moment: datetime) -> None:
    text = iso(moment)
    assert text.endswith("Z")
    assert len(text) == len("2026-11-20T23:59:00.123Z")
    assert abs(parse_iso(text) - moment) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text", ["2026-11-20T10:11:12Z", "2026-11-20T10:11:12.000Z", "2026-11-20T11:11:12+01:00"]
)
def test_what_aws_writes_is_read(text: str) -> None:
    assert parse_iso(text) == datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        parse_iso("2026-11-20T10:11:12")


def test_seconds_between() -> None:
    assert seconds_between("2026-11-20T10:11:12Z", "2026-11-20T10:12:12.5004Z") == 60.5
