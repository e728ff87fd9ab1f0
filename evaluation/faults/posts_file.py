"""A file of posts in three chunks, with lines that are none and posts that stand in it more than once."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["DIFFERENT_A_CHUNK", "IDS", "REJECTED_LINES", "write_posts"]

_CHUNK_LINES = 250  # as Admit Posts cuts
_LINES = 2 * _CHUNK_LINES + 40
# Of each chunk, so that a case costs few calls; the rest of its lines says the same again.
DIFFERENT_A_CHUNK = 10
REJECTED_LINES = frozenset(range(41, _LINES, 97))
# The last line of each chunk says what stands in the first chunk.
_COPIES = frozenset({2 * _CHUNK_LINES, _LINES})


def _id(line: int) -> str:
    chunk = 0 if line in _COPIES else (line - 1) // _CHUNK_LINES
    return f"{chunk}-{line % DIFFERENT_A_CHUNK}"


# By line from 1: what its post is called; posts of one name say the same.
IDS = tuple(_id(line) for line in range(1, _LINES + 1))


def write_posts(folder: Path, name: str, seed: int) -> Path:
    """The file; its posts say what no other file's do."""
    lines = [
        "no post"
        if line in REJECTED_LINES
        else json.dumps({"id": of, "text": f"Bread {of} of bakery {seed}"})
        for line, of in enumerate(IDS, 1)
    ]
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
