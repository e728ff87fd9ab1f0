"""Lines of text seen in one picture, joined into the blocks that a reader sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from braid.domain.evidence.vision import Box, DetectedText

__all__ = ["TextBlock", "text_blocks"]

# Two lines belong together where the gap between them is at most this many line heights.
_MAX_GAP_HEIGHTS = 0.9
_MAX_HEIGHT_RATIO = 1.8
_MAX_CHARACTERS = 400


@dataclass(frozen=True)
class TextBlock:
    """Lines that stand together, joined by newlines; ``confidence`` is their mean by length."""

    text: str
    confidence: float


def text_blocks(lines: Iterable[DetectedText]) -> list[TextBlock]:
    """Groups lines that lie below each other in the same letter size; reading order, top to bottom."""
    blocks: list[list[DetectedText]] = []
    characters: list[int] = []
    for line in sorted(lines, key=lambda line: (round(line.box.top, 2), line.box.left)):
        if not line.text.strip():
            continue
        for index in range(len(blocks) - 1, -1, -1):
            if characters[index] + len(line.text) <= _MAX_CHARACTERS and _continues(
                blocks[index][-1].box, line.box
            ):
                blocks[index].append(line)
                characters[index] += len(line.text)
                break
        else:
            blocks.append([line])
            characters.append(len(line.text))
    return [_block(block) for block in blocks]


def _continues(above: Box, below: Box) -> bool:
    tall, small = max(above.height, below.height), min(above.height, below.height)
    gap = below.top - (above.top + above.height)
    beside = min(above.left + above.width, below.left + below.width) - max(above.left, below.left)
    return tall <= _MAX_HEIGHT_RATIO * small and gap <= _MAX_GAP_HEIGHTS * tall and beside > 0


def _block(lines: list[DetectedText]) -> TextBlock:
    lengths = [len(line.text) for line in lines]
    weighted = sum(line.confidence * length for line, length in zip(lines, lengths, strict=True))
    return TextBlock("\n".join(line.text for line in lines), round(weighted / sum(lengths), 4))
