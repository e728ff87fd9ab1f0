"""What can be read from a Matroska or WebM file's own bytes without a decoder. Standard library only."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from braid.media.containers.blocks import BlockReader

__all__ = ["cluster_behind", "first_cluster", "has_cues", "last_block_ms", "segment_end", "void"]

_SEGMENT = 0x18538067
_CLUSTER = b"\x1f\x43\xb6\x75"
_CUES = b"\x1c\x53\xbb\x6b"
_VOID = b"\xec"
_CHECKSUM = 0xBF
_TIMESTAMP, _SIMPLE_BLOCK, _BLOCK_GROUP, _BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
_TAIL_BYTES = 1024 * 1024
_MAX_TAIL_BYTES = 16 * _TAIL_BYTES
_MAX_HEAD_BYTES = 1024 * 1024
_PIECE_BYTES = 512 * 1024
_MAX_CLUSTER_HEAD_BYTES = 64  # its name, length, checksum and time


def segment_end(reader: BlockReader) -> int:
    """Where the first Segment says that it ends; 0 for a live recording, whose length isn't known."""
    reader.seek(0)
    head = reader.read(4096)
    position = 0
    for _ in range(8):
        element_id, position = _vint(head, position, keep_marker=True)
        length, position = _vint(head, position, keep_marker=False)
        if element_id < 0 or length < 0:
            return 0
        if element_id == _SEGMENT:
            return position + length
        position += length
    return 0


def first_cluster(reader: BlockReader) -> int:
    """Where the header ends and pictures and sound begin; 0 where that isn't within the first megabyte."""
    return max(0, _head(reader).find(_CLUSTER))


def has_cues(reader: BlockReader) -> bool:
    """Whether the header holds an index of moments, or names the place of one."""
    return _head(reader).find(_CUES, 0, first_cluster(reader)) >= 0


def cluster_behind(reader: BlockReader, position: int, *, within_bytes: int) -> int | None:
    """Where the next cluster begins at or behind ``position``; None where there is none so near."""
    reader.seek(position)
    rest = b""
    for _ in range(-(-within_bytes // _PIECE_BYTES)):
        piece = reader.read(_PIECE_BYTES)
        data = rest + piece
        at = -1
        while (at := data.find(_CLUSTER, at + 1)) >= 0:
            if next(_block_times(data, at), None) is not None:
                return reader.tell() - len(data) + at
        if len(piece) < _PIECE_BYTES:
            return None
        rest = data[-_MAX_CLUSTER_HEAD_BYTES:]
    return None


def void(size_bytes: int) -> bytes:
    """The head of an element of nothing, itself included in ``size_bytes``: 0, or 9 and more."""
    if size_bytes == 0:
        return b""
    return _VOID + struct.pack(">Q", (1 << 56) | (size_bytes - 9))


def _head(reader: BlockReader) -> bytes:
    reader.seek(0)
    return reader.read(_MAX_HEAD_BYTES)


def last_block_ms(reader: BlockReader) -> int:
    """When the last picture or sound of a live recording begins, which doesn't know its own length.

    Found in the last cluster, reading the end of the file only; 0 where none is there. Times are taken to be
    in milliseconds, as every recorder writes them.
    """
    tail_bytes = _TAIL_BYTES
    while True:
        reader.seek(max(0, reader.size_bytes - tail_bytes))
        tail = reader.read()
        end = len(tail)
        while (start := tail.rfind(_CLUSTER, 0, end)) >= 0:
            times = list(_block_times(tail, start))
            if times:
                return max(times)
            end = start  # the four bytes were part of something else
        if tail_bytes >= min(reader.size_bytes, _MAX_TAIL_BYTES):
            return 0
        tail_bytes *= 4


def _block_times(data: bytes, start: int) -> Iterator[int]:
    """The times of the blocks in the cluster at ``start``; it must begin with its own time."""
    _, position = _vint(data, start + len(_CLUSTER), keep_marker=False)
    cluster_ms = None
    while position < len(data):
        element_id, position = _vint(data, position, keep_marker=True)
        length, position = _vint(data, position, keep_marker=False)
        if element_id < 0 or length < 0:
            return
        if element_id == _CHECKSUM:
            pass  # it may come before everything else
        elif cluster_ms is None:
            if element_id != _TIMESTAMP or length > 8:
                return
            cluster_ms = int.from_bytes(data[position : position + length], "big")
            yield cluster_ms
        elif element_id in (_SIMPLE_BLOCK, _BLOCK):
            _, time_at = _vint(data, position, keep_marker=False)  # behind the track's number
            if time_at + 2 <= len(data):
                yield cluster_ms + int(struct.unpack_from(">h", data, time_at)[0])
        elif element_id == _BLOCK_GROUP:
            continue  # its blocks are inside
        position += length


def _vint(data: bytes, position: int, *, keep_marker: bool) -> tuple[int, int]:
    """An EBML integer of variable length and the position behind it; -1 for none, and for "unknown"."""
    if position >= len(data) or data[position] == 0:
        return -1, position
    length = 9 - data[position].bit_length()
    raw = int.from_bytes(data[position : position + length], "big")
    marker = 1 << 7 * length
    value = raw if keep_marker else raw ^ marker
    return (-1 if not keep_marker and value == marker - 1 else value), position + length
