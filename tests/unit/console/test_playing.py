"""A part is said to be one only where S3 gave a part: it may give all of an object instead."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from console.views.playing import ranged_answer


class S3:
    """Gives the first two bytes where they are asked for, and else all of them, as of ``bytes=9-5``."""

    def get_object(self, **asked: str) -> dict[str, Any]:
        if asked.get("Range") == "bytes=0-1":
            return {"Body": object(), "ContentLength": 2, "ContentRange": "bytes 0-1/10"}
        return {"Body": object(), "ContentLength": 10}


@pytest.mark.parametrize(
    ("asked", "status", "told"), [("bytes=0-1", 206, "bytes 0-1/10"), ("bytes=9-5", 200, None)]
)
def test_what_s3_gave_is_what_is_said(asked: str, status: int, told: str | None) -> None:
    target: Any = SimpleNamespace(s3=S3())
    request = Request({"type": "http", "method": "GET", "headers": [(b"range", asked.encode())]})

    answer = ranged_answer(target, request, bucket="inbox", key="film.mp4", media_type="video/mp4")

    assert answer.status_code == status
    assert answer.headers.get("content-range") == told
