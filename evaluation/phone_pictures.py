"""HEIC pictures as phones write them: tiles of HEVC that a grid puts together, turned and with a profile."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

import av
import numpy as np
from PIL import Image

__all__ = ["heic"]

_GRID_ITEM = 1
_TURNS = {0: 0, 90: 3, 180: 2, 270: 1}  # degrees clockwise to the number of an irot box, anticlockwise


def heic(
    picture: Image.Image,
    *,
    tile_px: int = 64,
    turned: int = 0,
    profile: bytes = b"",
    pixel_format: str = "yuv420p",
) -> bytes:
    """A file whose one picture is a grid of tiles of ``tile_px`` a side, as ISO/IEC 23008-12 has it.

    A reader turns it clockwise by ``turned`` degrees; ``profile`` is an ICC profile of its colours.
    """
    columns, rows = -(-picture.width // tile_px), -(-picture.height // tile_px)
    whole = Image.new("RGB", (columns * tile_px, rows * tile_px))
    whole.paste(picture, (0, 0))
    corners = [(column * tile_px, row * tile_px) for row in range(rows) for column in range(columns)]
    configuration, tiles = _coded(
        [whole.crop((x, y, x + tile_px, y + tile_px)) for x, y in corners], pixel_format
    )
    grid = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, *picture.size)

    properties = [configuration, _full("ispe", struct.pack(">II", tile_px, tile_px))]
    of_grid = [_full("ispe", struct.pack(">II", *picture.size)), _box("irot", bytes([_TURNS[turned]]))]
    if profile:
        of_grid.append(_box("colr", b"prof" + profile))
    numbers = range(_GRID_ITEM + 1, _GRID_ITEM + 1 + len(tiles))
    tile_properties, grid_properties = (1, 2), tuple(range(3, 3 + len(of_grid)))
    associations = [(_GRID_ITEM, grid_properties), *((number, tile_properties) for number in numbers)]

    def meta(data_at: int) -> bytes:
        places, at = [(_GRID_ITEM, 1, 0, len(grid))], data_at
        for number, tile in zip(numbers, tiles, strict=True):
            places.append((number, 0, at, len(tile)))
            at += len(tile)
        return _full(
            "meta",
            _full("hdlr", b"\0\0\0\0pict" + bytes(13))
            + _full("pitm", struct.pack(">H", _GRID_ITEM))
            + _full("iinf", struct.pack(">H", 1 + len(tiles)) + _entries(numbers))
            + _box("iprp", _box("ipco", b"".join([*properties, *of_grid])) + _associated(associations))
            + _full("iref", _refers(_GRID_ITEM, numbers))
            + _box("idat", grid)
            + _located(places),
        )

    head = _box("ftyp", b"heic\0\0\0\0mif1heic")
    data_at = len(head) + len(meta(0)) + 8
    return head + meta(data_at) + _box("mdat", b"".join(tiles))


def _coded(tiles: list[Image.Image], pixel_format: str) -> tuple[bytes, list[bytes]]:
    """The box of HEVC's parameter sets, and each tile as a picture of its own."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as written:
        stream = written.add_stream("libx265", rate=1)
        stream.width, stream.height, stream.pix_fmt = *tiles[0].size, pixel_format
        stream.options = {"x265-params": "keyint=1:log-level=none:crf=8:repeat-headers=0:info=0"}
        stream.codec_context.codec_tag = "hvc1"
        for number, tile in enumerate(tiles):
            shown = av.VideoFrame.from_ndarray(np.asarray(tile), format="rgb24")
            frame = shown.reformat(format=pixel_format, dst_colorspace="ITU601")
            frame.pts, frame.time_base = number, Fraction(1, 1)
            written.mux(stream.encode(frame))
        written.mux(stream.encode())
    at = file.getvalue().index(b"hvcC") - 4
    (length,) = struct.unpack_from(">I", file.getvalue(), at)
    file.seek(0)
    with av.open(file, "r") as read:
        packets = [bytes(packet) for packet in read.demux(video=0) if packet.size]
    return file.getvalue()[at : at + length], packets


def _box(name: str, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name.encode() + body


def _full(name: str, body: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags) + body)


def _entries(numbers: range) -> bytes:
    kinds = [
        (_GRID_ITEM, b"grid", 0),
        *((number, b"hvc1", 1) for number in numbers),
    ]  # 1: not shown by itself
    return b"".join(
        _full("infe", struct.pack(">HH", number, 0) + kind + b"\0", version=2, flags=hidden)
        for number, kind, hidden in kinds
    )


def _associated(associations: list[tuple[int, tuple[int, ...]]]) -> bytes:
    body = struct.pack(">I", len(associations))
    for number, properties in associations:
        body += struct.pack(">HB", number, len(properties)) + bytes(0x80 | each for each in properties)
    return _full("ipma", body)


def _refers(number: int, tiles: range) -> bytes:
    return _box("dimg", struct.pack(f">HH{len(tiles)}H", number, len(tiles), *tiles))


def _located(places: list[tuple[int, int, int, int]]) -> bytes:
    """Where each item's bytes are: by method 1 in ``idat``, by method 0 in the file."""
    body = struct.pack(">BBH", 0x44, 0, len(places))
    for number, method, at, length in places:
        body += struct.pack(">HHHHII", number, method, 0, 1, at, length)
    return _full("iloc", body, version=1)
