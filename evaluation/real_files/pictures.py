"""Kinds of pictures that come out mirrored, turned or in other colours."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction

import av
from av.video.reformatter import ColorPrimaries, ColorTrc
from PIL import Image

from evaluation.real_files import Kind
from evaluation.real_files.colour_spaces import SPACES, hlg, in_space, pq, profile, wide_light
from evaluation.real_files.pipeline import admitted, shown
from evaluation.real_files.recordings import recording, set_matrix, with_edits

__all__ = ["PICTURE_KINDS"]

_SIZE = (192, 128)
_CORNERS = {"red": (255, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 255)}
# Name: the matrix's a, b, c, d, and the corners' colours from the top left, clockwise, as players show them.
_MATRICES = {
    "as it is": ((1, 0, 0, 1), "red green white blue"),
    "mirrored": ((-1, 0, 0, 1), "green red blue white"),
    "upside down mirrored": ((1, 0, 0, -1), "blue white green red"),
    "half turn": ((-1, 0, 0, -1), "white blue red green"),
    "quarter turn right": ((0, 1, -1, 0), "blue red green white"),
    "quarter turn left": ((0, -1, 1, 0), "green white blue red"),
    "transposed": ((0, 1, 1, 0), "red blue white green"),
    "transversed": ((0, -1, -1, 0), "white green red blue"),
}
_PATCHES = ((30, 140, 60), (200, 50, 50), (90, 90, 160), (230, 190, 40))
_TOLERANCE = 12
_DARK_TOLERANCE = 26  # where a channel is nearly black, a step of the signal is many levels


def _corner_picture() -> Image.Image:
    picture = Image.new("RGB", _SIZE, "white")
    width, height = _SIZE
    for name, at in (("red", (0, 0)), ("green", (width - 48, 0)), ("blue", (0, height - 48))):
        picture.paste(_CORNERS[name], (*at, at[0] + 48, at[1] + 48))
    picture.paste("black", (80, 50, 110, 90))
    return picture


def _turned() -> Iterator[tuple[str, bytes]]:
    data = recording("mp4", [], [_corner_picture()] * 12)
    for name, (matrix, _) in _MATRICES.items():
        yield f"{name}.mp4", set_matrix(data, *matrix)


def _is_upright(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    matrix, corners = _MATRICES[name.removesuffix(".mp4")]
    if outcome.examined is None:
        return False
    picture = shown(data, "video/mp4")[1][0]
    width, height = picture.size
    places = ((8, 8), (width - 8, 8), (width - 8, height - 8), (8, height - 8))
    seen = " ".join(_nearest(picture.getpixel(place)) for place in places)
    is_sideways = matrix[0] == 0
    size = _SIZE[::-1] if is_sideways else _SIZE
    return seen == corners and (outcome.examined.width_px, outcome.examined.height_px) == size == picture.size


def _nearest(pixel: object) -> str:
    assert isinstance(pixel, tuple)
    named = {**_CORNERS, "white": (255, 255, 255)}
    return min(named, key=lambda name: sum(abs(a - b) for a, b in zip(named[name], pixel, strict=True)))


# --- trimmed films ------------------------------------------------------------------------------------------


def _trimmed() -> Iterator[tuple[str, bytes]]:
    """Red where it was cut away, else blue."""
    red, blue = (
        _patches((colour, (250, 250, 250), colour, (0, 0, 0))) for colour in ((220, 0, 0), (0, 0, 220))
    )
    scale = 10_240  # what the muxer makes of ten frames a second
    for container in ("mp4", "mov"):
        for group_frames in (10, 100):
            name = f"groups of {group_frames}.{container}"
            begin = recording(container, [], [red] * 15 + [blue] * 25, group_frames=group_frames)
            yield f"begin, {name}", with_edits(begin, [(2_500, int(1.5 * scale))])
            end = recording(container, [], [blue] * 25 + [red] * 15, group_frames=group_frames)
            yield f"end, {name}", with_edits(end, [(2_500, 0)])
            middle = recording(
                container, [], [blue] * 15 + [red] * 10 + [blue] * 15, group_frames=group_frames
            )
            yield f"middle, {name}", with_edits(middle, [(1_500, 0), (1_500, int(2.5 * scale))])


def _is_blue(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if outcome.examined is None:
        return False
    stills, pictures = shown(data, outcome.examined.media_type)
    colours = {_nearest(picture.getpixel((20, 60))) for picture in pictures}
    last_ms = max(still.span.end_ms or 0 for still in stills.stills)
    length_ms = 3_000 if name.startswith("middle") else 2_500
    return (
        colours == {"blue"}
        and abs((outcome.examined.duration_ms or 0) - length_ms) < 120
        and abs(last_ms - length_ms) < 120
    )


# --- colours ------------------------------------------------------------------------------------------------


def _patches(colours: tuple[tuple[int, int, int], ...] = _PATCHES) -> Image.Image:
    picture = Image.new("RGB", (256, 128))
    for number, colour in enumerate(colours):
        picture.paste(colour, (64 * number, 0, 64 * number + 64, 128))
    return picture


def _are_the_patches(picture: Image.Image) -> bool:
    for number, colour in enumerate(_PATCHES):
        pixel = picture.getpixel((int(picture.width * (64 * number + 32) / 256), picture.height // 2))
        assert isinstance(pixel, tuple)
        for seen, wanted in zip(pixel, colour, strict=True):
            if abs(seen - wanted) > (_DARK_TOLERANCE if wanted < 55 else _TOLERANCE):
                return False
    return True


def _in_pq(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * pq(value)) for value in wide_light(colour))
    return red, green, blue


def _in_high_range(transfer: str) -> bytes:
    """The patches in BT.2020 and 10 bits, as HEVC."""
    out = io.BytesIO()
    planes = [bytearray(), bytearray(), bytearray()]
    rows: list[tuple[int, int, int]] = []
    for colour in _PATCHES:
        wide = wide_light(colour)
        red, green, blue = [pq(value) for value in wide] if transfer == "pq" else hlg(*wide)
        luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
        chroma = ((blue - luma) / 1.8814, (red - luma) / 1.4746)
        rows.append((round(64 + 876 * luma), *(round(512 + 896 * value) for value in chroma)))  # type: ignore[arg-type]
    for place, plane in enumerate(planes):
        width = 64 if place == 0 else 32
        row = b"".join(struct.pack("<H", values[place]) * width for values in rows)
        plane += row * (128 if place == 0 else 64)
    with av.open(out, "w", format="mp4") as sink:
        stream = sink.add_stream("libx265", rate=10)
        stream.width, stream.height, stream.pix_fmt = 256, 128, "yuv420p10le"
        name = {"pq": "smpte2084", "hlg": "arib-std-b67"}[transfer]
        stream.options = {
            "preset": "ultrafast",
            "crf": "4",
            "x265-params": f"colorprim=bt2020:transfer={name}:colormatrix=bt2020nc:log-level=none",
        }
        for number in range(6):
            frame = av.VideoFrame(256, 128, "yuv420p10le")
            for target, data in zip(frame.planes, planes, strict=True):
                target.update(_padded(bytes(data), target.line_size, target.height))
            frame.color_trc = ColorTrc.SMPTE2084 if transfer == "pq" else ColorTrc.ARIB_STD_B67
            frame.color_primaries = ColorPrimaries.BT2020
            frame.pts, frame.time_base = number, Fraction(1, 10)
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()


def _padded(data: bytes, line_bytes: int, height: int) -> bytes:
    width = len(data) // height
    return b"".join(data[at : at + width].ljust(line_bytes, b"\0") for at in range(0, len(data), width))


def _in_space(name: str) -> tuple[Image.Image, bytes]:
    """The patches in the numbers of that colour space, and its profile."""
    return _patches(tuple(in_space(name, colour) for colour in _PATCHES)), profile(*SPACES[name])


def _coloured() -> Iterator[tuple[str, bytes]]:
    for transfer in ("pq", "hlg"):
        yield f"{transfer}.mp4", _in_high_range(transfer)
    for name in SPACES:
        picture, embedded = _in_space(name)
        for form, options in (
            ("JPEG", {"quality": 95, "subsampling": 0}),
            ("PNG", {}),
            ("TIFF", {}),
            ("WEBP", {"lossless": True}),
        ):
            out = io.BytesIO()
            picture.save(out, form, icc_profile=embedded, **options)
            yield f"{name}.{form.lower()}", out.getvalue()
    picture, embedded = _in_space("ProPhoto")
    clear = picture.convert("RGBA")
    palette = picture.quantize(8)
    for name, image in (("transparent", clear), ("palette", palette)):
        out = io.BytesIO()
        image.save(out, "PNG", icc_profile=embedded)
        yield f"{name}.png", out.getvalue()
    out = io.BytesIO()
    _patches().save(out, "PNG")
    yield "plain.png", out.getvalue()
    wide = _patches(tuple(_in_pq(colour) for colour in _PATCHES))
    out = io.BytesIO()
    wide.save(out, "PNG")
    chunk = b"cICP" + bytes((9, 16, 0, 1))
    plain = out.getvalue()
    yield (
        "coded.png",
        plain[:33] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + plain[33:],
    )
    out = io.BytesIO()
    wide.save(out, "AVIF", quality=95, subsampling="4:4:4")
    avif = out.getvalue()
    at = avif.index(b"colrnclx") + 8
    yield "coded.avif", avif[:at] + struct.pack(">HH", 9, 16) + avif[at + 4 :]


def _is_true_to_colour(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if outcome.examined is None:
        return False
    return _are_the_patches(shown(data, outcome.examined.media_type)[1][0])


PICTURE_KINDS = [
    Kind("trimmed films: nothing that was cut away is shown", _trimmed, _is_blue),
    Kind("mirrored and turned display matrices", _turned, _is_upright),
    Kind("high dynamic range and colour profiles", _coloured, _is_true_to_colour),
]
