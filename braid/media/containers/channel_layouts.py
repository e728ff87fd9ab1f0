"""Channel layouts that a file writes out channel by channel, which PyAV 18.1 can't hold. Standard library.

FFmpeg keeps such a layout as a list, which PyAV frees twice: the process dies of heap corruption as soon as a
frame is decoded. QuickTime and AIFF files carry them (``chan``, ``chnl``, ``CHAN``), cameras' four unlabelled
tracks and surround mixes in an order of their own among them. Shown the file without that list, FFmpeg counts
the channels and takes the usual order.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from braid.media.containers.blocks import BlockReader

__all__ = ["layout_patches"]

_MAX_BOXES = 4096
_MAX_TOP_BOXES = 64  # of a file in fragments the index comes first
_MAX_DESCRIPTION_BYTES = 256 * 1024
# Core Audio's tags for one and two channels in FFmpeg's own order.
_PLAIN_TAGS = (0x640001, 0x650002)


def layout_patches(reader: BlockReader, media_type: str) -> dict[int, bytes]:
    """What to write over which bytes so that no written-out layout is left; nothing where there is none."""
    subtype = media_type.partition("/")[2]
    position = reader.tell()  # a decoder may stand there
    try:
        if subtype in ("mp4", "quicktime"):
            return dict(_of_sample_descriptions(reader))
        return dict(_of_aiff(reader)) if subtype == "aiff" else {}
    finally:
        reader.seek(position)


def _of_sample_descriptions(reader: BlockReader) -> Iterator[tuple[int, bytes]]:
    for position, size_bytes in _descriptions(reader):
        reader.seek(position)
        data = reader.read(min(size_bytes, _MAX_DESCRIPTION_BYTES))
        for name in (b"chan", b"chnl"):
            at = -1
            while (at := data.find(name, at + 1)) >= 4:
                (length,) = struct.unpack_from(">I", data, at - 4)
                if not 12 <= length <= len(data) - at + 4 or _is_plain(name, data[at + 8 : at + 12]):
                    continue
                yield position + at, b"free"


def _is_plain(name: bytes, tag: bytes) -> bool:
    return name == b"chan" and len(tag) == 4 and struct.unpack(">I", tag)[0] in _PLAIN_TAGS


def _descriptions(reader: BlockReader) -> Iterator[tuple[int, int]]:
    """Where the ``stsd`` box of each track begins, and how long it is."""
    left = _MAX_BOXES

    def within(begin: int, end: int, path: tuple[bytes, ...], max_boxes: int) -> Iterator[tuple[int, int]]:
        nonlocal left
        position = begin
        while position + 8 <= end and left > 0 and max_boxes > 0:
            left, max_boxes = left - 1, max_boxes - 1
            reader.seek(position)
            header = reader.read(16)
            if len(header) < 8:
                return
            length, name = struct.unpack(">I4s", header[:8])
            head_bytes = 8
            if length == 1 and len(header) == 16:
                (length,) = struct.unpack(">Q", header[8:])
                head_bytes = 16
            elif length == 0:
                length = end - position
            if length < head_bytes:
                return
            if name == path[0]:
                if len(path) == 1:
                    yield position, min(length, end - position)
                else:
                    inside_end = min(position + length, end)
                    yield from within(position + head_bytes, inside_end, path[1:], _MAX_BOXES)
                if name == b"moov":
                    return
            position += length

    path = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    yield from within(0, reader.size_bytes, path, _MAX_TOP_BOXES)


def _of_aiff(reader: BlockReader) -> Iterator[tuple[int, bytes]]:
    position = 12
    for _ in range(_MAX_TOP_BOXES):
        reader.seek(position)
        header = reader.read(8)
        if len(header) < 8:
            return
        name, length = struct.unpack(">4sI", header)
        if name == b"CHAN":
            yield position, b"JUNK"
        position += 8 + length + length % 2
