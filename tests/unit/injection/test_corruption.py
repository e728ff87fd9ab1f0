"""Damaged answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.launcher.injection.corruption import corrupted

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.integers()), st.just({}))


@given(st.dictionaries(st.text(), VALUES))
def test_no_member_keeps_its_type(document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    emptied, retyped = (json.loads(corrupted(body, way)) for way in ("null", "wrong_type"))
    assert emptied == dict.fromkeys(document)
    assert retyped.keys() == document.keys()
    assert all(type(retyped[name]) is not type(value) for name, value in document.items())


@given(st.binary(min_size=1))
def test_a_truncated_body_is_a_shorter_beginning(body: bytes) -> None:
    cut = corrupted(body, "truncate")
    assert len(cut) < len(body)
    assert body.startswith(cut)


@pytest.mark.parametrize("body", [b"<Error/>", b"[1, 2]", b"\xff\xd8"])
def test_what_is_no_object_is_emptied_or_replaced(body: bytes) -> None:
    assert corrupted(body, "null") == b""
    assert corrupted(body, "wrong_type") == b"[7]"
