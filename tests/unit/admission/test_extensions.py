"""A name that promises something else than the content is told, and nothing else is."""

from __future__ import annotations

import pytest

from braid.admission.extensions import mismatch
from braid.media.content.identify import PDF


@pytest.mark.parametrize(
    ("name", "media_type", "extension"),
    [
        ("photo.JPG", "image/jpeg", None),
        ("photo.jpg", "image/png", "jpg"),
        ("photo.jpg", "text/plain", "jpg"),
        ("talk.mp4", "audio/mp4", None),
        ("talk.mp3", "video/mp4", "mp3"),
        ("notes.txt", "text/markdown", None),
        ("notes.txt", "application/json", None),
        ("report.pdf", PDF, None),
        ("report.pdf", "text/html", "pdf"),
        ("no extension", "image/png", None),
        ("version 1.2", "image/png", None),
        ("data.parquet", "text/plain", None),
    ],
)
def test_promises(name: str, media_type: str, extension: str | None) -> None:
    assert mismatch(name, media_type) == extension
