"""Whether all of a file is there: what its headers promise against its size. Standard library only.

Only headers are read. Of formats that don't say how long they are (mp3, transport streams) nothing can be
told, and nothing is claimed.
"""

from __future__ import annotations

import struct

from braid.media.containers.blocks import BlockReader
from braid.media.containers.matroska import segment_end

__all__ = ["missing_bytes", "why_unreadable"]

# Of a large file in fragments, two boxes each, the first ones must do: each header is a read of its own.
_MAX_BOXES = 1000
_MAX_BOXES_OF_LARGE = 12
_LARGE_BYTES = 32 * 1024 * 1024
_RIFF_UNKNOWN = (0, 0xFFFFFFFF)  # what a program writes that can't seek back


def missing_bytes(reader: BlockReader, media_type: str) -> int:
    """How many bytes the file lacks of what it announces; 0 where it is whole or doesn't announce it."""
    promised = 0
    family = media_type.partition("/")[2]
    if family in ("mp4", "quicktime", "heic"):
        promised = max((end for _, end in _boxes(reader)), default=0)
    elif family in ("x-matroska", "webm"):
        promised = segment_end(reader)
    elif family in ("wav", "x-msvideo", "aiff"):
        reader.seek(0)
        head = reader.read(8)
        if len(head) == 8:
            (length,) = struct.unpack(">I" if family == "aiff" else "<I", head[4:])
            # RF64 and OpenDML go on behind the first chunk: the file may be longer, never shorter.
            promised = 0 if length in _RIFF_UNKNOWN else 8 + length
    return max(0, promised - reader.size_bytes)


def why_unreadable(reader: BlockReader, media_type: str) -> str:
    """Why a file of this type can't be played, for the person who made it."""
    missing = missing_bytes(reader, media_type)
    if missing:
        return (
            f"The file is cut off: at least {missing:,} bytes are missing after the {reader.size_bytes:,}"
            " that are there. Upload it again, or export it again if the original is cut off too."
        )
    if media_type.partition("/")[2] in ("mp4", "quicktime"):
        names = [name for name, _ in _boxes(reader)]
        if b"moov" not in names:
            return (
                "The file has no index (moov): the recording or the upload was interrupted. Upload it again,"
                " or repair it with the program that recorded it."
            )
    return f"The file is damaged and can't be played as {media_type}. Export it again and upload that."


def _boxes(reader: BlockReader) -> list[tuple[bytes, int]]:
    """Names and ends of the top-level boxes of mp4, mov and HEIC, as far as their headers can be read."""
    boxes: list[tuple[bytes, int]] = []
    position = 0
    max_boxes = _MAX_BOXES if reader.size_bytes <= _LARGE_BYTES else _MAX_BOXES_OF_LARGE
    while position + 8 <= reader.size_bytes and len(boxes) < max_boxes:
        reader.seek(position)
        header = reader.read(16)
        length, name = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:])
        elif length == 0:  # up to the end of the file
            length = reader.size_bytes - position
        if length < 8 or not all(0x20 <= byte < 0x7F or byte == 0xA9 for byte in name):
            break
        position += length
        boxes.append((name, position))
    return boxes
