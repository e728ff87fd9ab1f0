"""Plain text: blocks that point into the text as it stands in the file. Pure."""

from __future__ import annotations

import re

from lambdas.reading.blocks import Extract, slice_block

__all__ = ["read_plain_text"]

_PARAGRAPH = re.compile(r"(?:(?!\n[ \t\r]*\n|\n[ \t\r]*\Z).)+", re.DOTALL)


def read_plain_text(text: str) -> Extract:
    """Paragraphs: what stands between blank lines."""
    blocks = (
        slice_block(text, match.start(), match.end(), "paragraph") for match in _PARAGRAPH.finditer(text)
    )
    return Extract(tuple(block for block in blocks if block))
