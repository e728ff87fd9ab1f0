"""Cutting never exceeds the bytes, never breaks a character, and leaves short texts alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.quoting import shortened


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(3, 60))
def test_it_fits_and_begins_as_before(text: str, max_bytes: int) -> None:
    short = shortened(text, max_bytes)
    assert len(short.encode()) <= max_bytes
    if short != text:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
    else:
        assert len(text.encode()) <= max_bytes
