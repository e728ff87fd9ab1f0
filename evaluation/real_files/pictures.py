"""Kinds of pictures that come out mirrored, turned or in other colours."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from fractions import Fraction

import av
from av.video.reformatter import ColorPrimaries, ColorTrc
from PIL import Image

from evaluation.real_files import Kind
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


def _pq(light: float) -> float:
    """SMPTE ST 2084 of light in units of 203 cd/m²."""
    power = (light * 203 / 10_000) ** (2610 / 16384)
    return float(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32))


def _hlg(red: float, green: float, blue: float) -> list[float]:
    """ITU-R BT.2100 HLG of a screen's light, in units of 203 cd/m², on a screen of 1000 cd/m²."""
    import math

    display = [value * 0.203 for value in (red, green, blue)]
    luminance = 0.2627 * display[0] + 0.6780 * display[1] + 0.0593 * display[2]
    scene = [value * luminance ** (-1 / 6) if luminance else 0.0 for value in display]
    return [
        math.sqrt(3 * value)
        if value <= 1 / 12
        else 0.17883277 * math.log(12 * value - 0.28466892) + 0.55991073
        for value in scene
    ]


_TO_BT2020 = ((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))


def _in_high_range(transfer: str) -> bytes:
    """The patches in BT.2020 and 10 bits, as HEVC."""
    out = io.BytesIO()
    planes = [bytearray(), bytearray(), bytearray()]
    rows: list[tuple[int, int, int]] = []
    for colour in _PATCHES:
        light = [(value / 255) ** 2.4 for value in colour]
        wide = [sum(a * b for a, b in zip(row, light, strict=True)) for row in _TO_BT2020]
        red, green, blue = [_pq(value) for value in wide] if transfer == "pq" else _hlg(*wide)
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


def _profile(primaries: tuple[tuple[float, float, float], ...], gamma: float) -> bytes:
    """A colour profile of three primaries (XYZ, adapted to D50) and a gamma: ICC.1:2001-04."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def point(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"made for this\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78 + 12)
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0none\0", b"wtpt": point((0.9642, 1.0, 0.8249))}
    tags |= {name: point(xyz) for name, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += padded
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">I", 0)
    return (head + point((0.9642, 1.0, 0.8249))[8:]).ljust(128, b"\0") + table + body


_SRGB_TO_XYZ = ((0.4361, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7141))
_SPACES = {
    "Adobe RGB": (((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)), 2.2),
    "Display P3": (((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)), 2.2),
    "ProPhoto": (((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249)), 1.8),
}


def _in_space(name: str) -> tuple[Image.Image, bytes]:
    """The patches in the numbers of that colour space, and its profile."""
    primaries, gamma = _SPACES[name]
    columns = [list(row) for row in zip(*primaries, strict=True)]
    colours = []
    for colour in _PATCHES:
        light = [
            value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
        ]
        xyz = [sum(a * b for a, b in zip(row, light, strict=True)) for row in _SRGB_TO_XYZ]
        own = _solved(columns, xyz)
        red, green, blue = (round(255 * max(0.0, min(1.0, value)) ** (1 / gamma)) for value in own)
        colours.append((red, green, blue))
    return _patches(tuple(colours)), _profile(primaries, gamma)


def _solved(matrix: list[list[float]], wanted: list[float]) -> list[float]:
    """Cramer's rule for three unknowns."""

    def determinant(m: list[list[float]]) -> float:
        (a, b, c), (d, e, f), (g, h, i) = m
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    whole = determinant(matrix)
    return [
        determinant(
            [[*row[:place], value, *row[place + 1 :]] for row, value in zip(matrix, wanted, strict=True)]
        )
        / whole
        for place in range(3)
    ]


def _coloured() -> Iterator[tuple[str, bytes]]:
    for transfer in ("pq", "hlg"):
        yield f"{transfer}.mp4", _in_high_range(transfer)
    for name in _SPACES:
        picture, profile = _in_space(name)
        for form, options in (
            ("JPEG", {"quality": 95, "subsampling": 0}),
            ("PNG", {}),
            ("TIFF", {}),
            ("WEBP", {"lossless": True}),
        ):
            out = io.BytesIO()
            picture.save(out, form, icc_profile=profile, **options)
            yield f"{name}.{form.lower()}", out.getvalue()
    picture, profile = _in_space("ProPhoto")
    clear = picture.convert("RGBA")
    palette = picture.quantize(8)
    for name, image in (("transparent", clear), ("palette", palette)):
        out = io.BytesIO()
        image.save(out, "PNG", icc_profile=profile)
        yield f"{name}.png", out.getvalue()
    out = io.BytesIO()
    _patches().save(out, "PNG")
    yield "plain.png", out.getvalue()


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
