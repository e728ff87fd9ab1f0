"""Colour spaces the other way round: sRGB's colours in the numbers of other spaces, and ICC profiles."""

from __future__ import annotations

import math
import struct

__all__ = ["SPACES", "hlg", "in_space", "pq", "profile", "wide_light"]


def pq(light: float) -> float:
    """SMPTE ST 2084 of light in units of 203 cd/m²."""
    power = (light * 203 / 10_000) ** (2610 / 16384)
    return float(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32))


def hlg(red: float, green: float, blue: float) -> list[float]:
    """ITU-R BT.2100 HLG of a screen's light, in units of 203 cd/m², on a screen of 1000 cd/m²."""
    display = [value * 0.203 for value in (red, green, blue)]
    luminance = 0.2627 * display[0] + 0.6780 * display[1] + 0.0593 * display[2]
    scene = [value * luminance ** (-1 / 6) if luminance else 0.0 for value in display]
    return [
        math.sqrt(3 * value)
        if value <= 1 / 12
        else 0.17883277 * math.log(12 * value - 0.28466892) + 0.55991073
        for value in scene
    ]


def wide_light(colour: tuple[int, int, int]) -> list[float]:
    """A screen's light in BT.2020's primaries."""
    light = [(value / 255) ** 2.4 for value in colour]
    return [sum(a * b for a, b in zip(row, light, strict=True)) for row in _TO_BT2020]


_TO_BT2020 = ((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))


def profile(primaries: tuple[tuple[float, float, float], ...], gamma: float) -> bytes:
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
SPACES = {
    "Adobe RGB": (((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)), 2.2),
    "Display P3": (((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)), 2.2),
    "ProPhoto": (((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249)), 1.8),
}


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


def in_space(name: str, colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """An sRGB colour in the numbers of one of ``SPACES``."""
    primaries, gamma = SPACES[name]
    columns = [list(row) for row in zip(*primaries, strict=True)]
    light = [
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
    ]
    xyz = [sum(a * b for a, b in zip(row, light, strict=True)) for row in _SRGB_TO_XYZ]
    own = _solved(columns, xyz)
    red, green, blue = (round(255 * max(0.0, min(1.0, value)) ** (1 / gamma)) for value in own)
    return red, green, blue
