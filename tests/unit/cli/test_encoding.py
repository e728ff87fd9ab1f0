"""Terminals that aren't UTF-8 get plain characters instead of an error."""

from __future__ import annotations

import io
import sys

import pytest

from cli.encoding import is_unicode, never_fail_to_print


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("ascii", "• ≠ 0:01–0:02 · Grüße …", b"* ! 0:01-0:02 - Gru?e ."),
        ("latin-1", "• Grüße", "* Grüße".encode("latin-1")),
        ("utf-8", "• Grüße", "• Grüße".encode()),
        ("ascii", "½ 写 \ud800", b"? ? ?"),
        ("utf-8", "\ud800", b"?"),
    ],
)
def test_what_an_encoding_lacks_becomes_plain(
    monkeypatch: pytest.MonkeyPatch, encoding: str, text: str, written: bytes
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding))
    never_fail_to_print()
    sys.stdout.write(text)
    sys.stdout.flush()
    assert raw.getvalue() == written


def test_utf_is_told_by_its_name() -> None:
    assert [is_unicode(name) for name in ("UTF-8", "utf8", "ascii", "iso-8859-1", None)] == [
        True, True, False, False, False,
    ]  # fmt: skip
