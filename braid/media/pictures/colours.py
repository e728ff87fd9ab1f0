"""Colours as a screen shows them: high dynamic range and wide gamuts converted to sRGB by a table.

Analysers and people look at JPEGs, which are taken for sRGB. Formulas: SMPTE ST 2084 (PQ), ITU-R BT.2100 (HLG
with a system gamma of 1.2, for 1000 cd/m²), BT.1886 (a screen's gamma of 2.4); graphics white is 203 cd/m² by
ITU-R BT.2408. Tones up to four fifths of that stay as they are; brighter ones are rolled off towards white.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from itertools import product
from typing import Literal

from PIL import Image, ImageFilter

__all__ = ["Primaries", "Transfer", "to_srgb"]

Primaries = Literal["bt709", "bt2020", "p3", "adobe"]
Transfer = Literal["screen", "pq", "hlg", "srgb", "adobe"]
Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]  # row by row

_WHITE_NITS = 203.0
_PEAK_NITS = 1000.0
_KNEE = 0.8
_TABLE_SIDE = 49
_SIGNAL_STEPS = 16_384
_SCREEN_GAMMA = 2.4
_ADOBE_GAMMA = 563 / 256
# To linear BT.709, whose primaries are sRGB's; white is D65 in all of them.
_TO_BT709: dict[Primaries, Matrix] = {
    "bt709": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "bt2020": ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    "p3": ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
    "adobe": ((1.3984, -0.3984, 0.0), (0.0, 1.0, 0.0), (0.0, -0.0429, 1.0429)),
}


def to_srgb(image: Image.Image, primaries: Primaries, transfer: Transfer) -> Image.Image:
    """An RGB picture of those colours as sRGB."""
    return image.filter(_table(primaries, transfer))


@functools.lru_cache(maxsize=4)
def _table(primaries: Primaries, transfer: Transfer) -> ImageFilter.Color3DLUT:
    red_row, green_row, blue_row = _TO_BT709[primaries]
    is_high_range = transfer in ("pq", "hlg")
    # Pictures of standard range are taken for sRGB as they are; of high range, what a screen would show.
    to_signal = _to_screen if is_high_range or transfer == "screen" else _to_srgb
    signals = [to_signal(step / _SIGNAL_STEPS) for step in range(_SIGNAL_STEPS + 1)]
    lights = [_TO_LIGHT[transfer](step / (_TABLE_SIDE - 1)) for step in range(_TABLE_SIDE)]
    table: list[float] = []
    for blue, green, red in product(lights, repeat=3):  # red changes fastest
        gain = 1.0
        if transfer == "hlg":
            luminance = 0.2627 * red + 0.6780 * green + 0.0593 * blue
            gain = _PEAK_NITS / _WHITE_NITS * luminance**0.2
        mixed = [
            gain * (row[0] * red + row[1] * green + row[2] * blue) for row in (red_row, green_row, blue_row)
        ]
        if is_high_range and (brightest := max(mixed)) > _KNEE:
            scale = _rolled_off(brightest) / brightest
            mixed = [scale * value for value in mixed]
        table += [signals[round(_SIGNAL_STEPS * min(1.0, max(0.0, value)))] for value in mixed]
    return ImageFilter.Color3DLUT(_TABLE_SIDE, table)


def _rolled_off(light: float) -> float:
    if light <= _KNEE:
        return light
    return _KNEE + (1 - _KNEE) * (1 - math.exp(-(light - _KNEE) / (1 - _KNEE)))


def _pq_light(signal: float) -> float:
    """In units of graphics white."""
    power = signal ** (32 / 2523)
    ratio = max(power - 0.8359375, 0.0) / (18.8515625 - 18.6875 * power)
    return float(10_000 / _WHITE_NITS * ratio ** (16384 / 2610))


def _hlg_light(signal: float) -> float:
    """Of the scene, 0 to 1."""
    return (
        signal**2 / 3 if signal <= 0.5 else (math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
    )


def _srgb_light(signal: float) -> float:
    return float(signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4)


def _to_srgb(light: float) -> float:
    return float(12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def _to_screen(light: float) -> float:
    return float(light ** (1 / _SCREEN_GAMMA))


_TO_LIGHT: dict[Transfer, Callable[[float], float]] = {
    "screen": lambda signal: float(signal**_SCREEN_GAMMA),
    "pq": _pq_light,
    "hlg": _hlg_light,
    "srgb": _srgb_light,
    "adobe": lambda signal: float(signal**_ADOBE_GAMMA),
}
