"""A picture reduced to what tells shots apart: a coarse grid of brightness and colour.

A slide that changes one line of text changes a few dozen of the grid's cells by much; noise and
compression change all cells by little. So pictures are compared by the share of cells that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import mul
from typing import Any

from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from PIL import Image, ImageChops, ImageStat

__all__ = ["Difference", "Outline", "Signature", "above", "signature_of_frame", "signature_of_image"]

_CELLS = 64  # along the longer side; half as many for colour
_GREY = 128  # of a colour difference: none
_COARSER = 4  # an outline's cell is as long as so many
_SAMPLES = 4  # rows read of each cell
_CHANGED_LEVELS = 14  # of 255: a cell that differs by less is the same cell, coded anew
_MOVED_LEVELS = 5  # a cell on its way: what a dissolve of a second does to it in a tenth of a second
_BLANK_STDDEV = 3.0
_PLANAR_8_BIT = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})


@dataclass(frozen=True)
class Difference:
    """The share of cells (0 to 1) that differ: of all, and counting only those that usually rest."""

    share: float
    calm_share: float


@dataclass(frozen=True, eq=False)
class Outline:
    """What is left of a picture on a grid four times as coarse, where a camera's sway hardly shows: how much
    each cell's brightness differs from their mean, and how much of each colour it has. What is even and grey
    has no levels, and blends of pictures are blends of their outlines.
    """

    levels: tuple[float, ...]
    mean: float  # brightness, 0 to 255

    @cached_property
    def energy(self) -> float:
        """The sum of the squared levels: 0 of a picture that is all one tone."""
        return self.product(self)

    def product(self, other: Outline) -> float:
        """The inner product of both's levels; both have the same shape."""
        total: float = sum(map(mul, self.levels, other.levels))
        return total


@dataclass(frozen=True, eq=False)
class Signature:
    """Brightness above, the two colour differences below, in one grey picture of some 3,500 cells."""

    cells: Image.Image
    luma_height: int

    def difference(self, other: Signature, restless: Image.Image | None = None) -> Difference:
        """How many cells differ visibly, and how many of those that aren't ``restless`` (255).

        All of them between pictures of different shapes.
        """
        if self.cells.size != other.cells.size:
            return Difference(1.0, 1.0)
        levels = ImageChops.difference(self.cells, other.cells)
        share = self._share(levels, _CHANGED_LEVELS)
        if restless is None or share == 0 or restless.size != levels.size:
            return Difference(share, share)
        return Difference(share, self._share(ImageChops.subtract(levels, restless), _CHANGED_LEVELS))

    def changed_share(self, other: Signature) -> float:
        """The share of cells (0 to 1) that differ visibly."""
        return self.difference(other).share

    def moved_share(self, other: Signature, restless: Image.Image | None = None) -> float:
        """The share of cells that differ by anything, ``restless`` ones left out: 0 where all is at rest."""
        if self.cells.size != other.cells.size:
            return 1.0
        levels = ImageChops.difference(self.cells, other.cells)
        if restless is not None and restless.size == levels.size:
            levels = ImageChops.subtract(levels, restless)
        return self._share(levels, _MOVED_LEVELS)

    def changed_cells(self, other: Signature) -> Image.Image:
        """Which cells differ visibly: 255 where they do, else 0. Both pictures have the same shape."""
        return above(ImageChops.difference(self.cells, other.cells), _CHANGED_LEVELS - 1)

    def _share(self, levels: Image.Image, at_least: int) -> float:
        return sum(levels.histogram()[at_least:]) / (self.cells.width * self.cells.height)

    def palette_distance(self, other: Signature) -> float:
        """How much of the picture has other tones (0 to 1), wherever they are: motion changes them little."""
        ours, theirs = self._palette(), other._palette()
        return sum(abs(one - two) for one, two in zip(ours, theirs, strict=True)) / 2

    def _palette(self) -> list[float]:
        """The share of cells of each of 16 tones of brightness, and of each of 2 times 16 of colour."""
        colour = self.cells.crop((0, self.luma_height, *self.cells.size))
        half = colour.width // 2
        planes = (self._luma, colour.crop((0, 0, half, colour.height)), colour.crop((half, 0, *colour.size)))
        tones = []
        for plane in planes:
            histogram = plane.histogram()
            total = 3 * plane.width * plane.height
            tones += [sum(histogram[tone : tone + 16]) / total for tone in range(0, 256, 16)]
        return tones

    @cached_property
    def outline(self) -> Outline:
        """The same still coarser, as numbers to calculate with."""
        coarse = self.cells.reduce(_COARSER)
        cells = coarse.tobytes()
        count = coarse.width * max(1, self.luma_height // _COARSER)
        mean = sum(cells[:count]) / count
        return Outline(
            (*[level - mean for level in cells[:count]], *[level - _GREY for level in cells[count:]]), mean
        )

    @property
    def brightness(self) -> float:
        """The mean brightness (0 to 255)."""
        return ImageStat.Stat(self._luma).mean[0]

    @property
    def is_blank(self) -> bool:
        """Whether the brightness is the same all over: black, white, or any one tone."""
        return ImageStat.Stat(self._luma).stddev[0] < _BLANK_STDDEV

    @property
    def _luma(self) -> Image.Image:
        return self.cells.crop((0, 0, self.cells.width, self.luma_height))


def above(picture: Image.Image, level: int) -> Image.Image:
    """255 where a grey picture is brighter than ``level``, else 0; ten times as fast as its own point()."""
    return ImageChops.subtract(picture, _even(picture.size, level), scale=1 / 256)


@lru_cache(maxsize=8)
def _even(size: tuple[int, int], level: int) -> Image.Image:
    return Image.new("L", size, level)


def signature_of_frame(frame: VideoFrame) -> Signature:
    """The signature of a decoded video frame, as it is stored (not turned upright)."""
    if frame.format.name not in _PLANAR_8_BIT:
        frame = frame.reformat(format="yuv420p", threads=1)
    size = _grid(frame.width, frame.height)
    half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
    luma, blue, red = frame.planes[:3]
    return _joined(_reduced(luma, size), _reduced(blue, half), _reduced(red, half))


def signature_of_image(image: Image.Image) -> Signature:
    """The signature of an RGB picture."""
    size = _grid(image.width, image.height)
    half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
    luma, blue, red = image.convert("YCbCr").resize(size, Image.Resampling.BOX, reducing_gap=2).split()
    return _joined(luma, blue.resize(half, Image.Resampling.BOX), red.resize(half, Image.Resampling.BOX))


def _grid(width: int, height: int) -> tuple[int, int]:
    longest = max(width, height)
    return max(1, round(width * _CELLS / longest)), max(1, round(height * _CELLS / longest))


def _reduced(plane: VideoPlane, size: tuple[int, int]) -> Image.Image:
    """A plane's cells. It is read in place and some of its rows only: to read all of it, or to scale it with
    swscale, takes longer than to decode a frame of a talk."""
    every = max(1, plane.height // (size[1] * _SAMPLES))
    rows = (plane.width, plane.height // every)
    buffer: Any = plane  # Pillow's stubs know no buffer protocol below Python 3.12
    view = Image.frombuffer("L", rows, buffer, "raw", "L", plane.line_size * every, 1)
    cells = view.reduce((max(1, rows[0] // size[0]), max(1, rows[1] // size[1])))
    return cells if cells.size == size else cells.resize(size, Image.Resampling.BOX)


def _joined(luma: Image.Image, blue: Image.Image, red: Image.Image) -> Signature:
    cells = Image.new("L", (blue.width + red.width, luma.height + blue.height))
    cells.paste(luma, (0, 0))
    cells.paste(blue, (0, luma.height))
    cells.paste(red, (blue.width, luma.height))
    return Signature(cells, luma.height)
