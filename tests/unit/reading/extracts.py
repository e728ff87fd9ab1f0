"""What the tests of every reader need: the invariant of blocks, and office files made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import BinaryIO, cast

from lambdas.reading.blocks import Extract


def said(extract: Extract) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in extract.blocks]


def check_places(extract: Extract) -> None:
    """Blocks follow each other without overlap, none is blank, none has blanks at its ends."""
    end = 0
    for block in extract.blocks:
        assert block.text == block.text.strip() != ""
        assert block.begin_offset >= end
        assert block.end_offset == block.begin_offset + len(block.text)
        end = block.end_offset


def office_file(parts: Mapping[str, str | bytes]) -> BinaryIO:
    """A zip file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    target.seek(0)
    return cast(BinaryIO, target)
