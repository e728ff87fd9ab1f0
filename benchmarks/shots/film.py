"""Ten minutes of film whose every change of shot is known: cuts, pans, slides, dissolves and fades."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import av
from PIL import Image, ImageEnhance

from benchmarks.shots import kinds
from benchmarks.shots.kinds import FPS, Kind, Size, encode, page, photo, window

__all__ = ["SECONDS", "SIZE", "STRETCHES", "Change", "changes", "film", "stretch_at", "stretch_pictures"]

SIZE = (1280, 720)
SECONDS = 600
_SHOT_SECONDS = (4.0, 10.0)
# A fade goes through black: so much of it is the old picture, so much black, and the rest the new one.
_FADED_OUT, _FADING_IN = 0.43, 0.57

Shot = Callable[[int], Image.Image]
Blend = Callable[[Image.Image, Image.Image, float], Image.Image]


@dataclass(frozen=True)
class Change:
    """From one shot to the next: in which stretch of the film, and from when to when."""

    stretch: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class _Stretch:
    """A part of the film: what its shots look like, and how one becomes the next."""

    shot: Callable[[int, Size], Shot]
    change_frames: int = 0
    blend: Blend = Image.blend


def _still_camera(number: int, size: Size) -> Shot:
    """A camera that is held, and sways a little."""
    margin = size[1] // 20
    wide = photo(number, (size[0] + 2 * margin, size[1] + 2 * margin))

    def at(frame: int) -> Image.Image:
        x, y = margin * (1 + 0.8 * math.sin(frame / 23)), margin * (1 + 0.8 * math.sin(frame / 31))
        return window(wide, round(x), round(y), size)

    return at


def _pan(crossing_seconds: float) -> Callable[[int, Size], Shot]:
    def shot(number: int, size: Size) -> Shot:
        wide = photo(number, (2 * size[0], size[1]))
        step = size[0] / (crossing_seconds * FPS)

        def at(frame: int) -> Image.Image:
            there = (frame * step) % (2 * size[0])
            return window(wide, round(min(there, 2 * size[0] - there)), 0, size)

        return at

    return shot


def _slide(number: int, size: Size) -> Shot:
    """A page of text with a speaker in the corner."""
    text = page(number, size)
    face = photo(999, (size[0] // 4, size[1] // 4))
    where = (size[0] * 3 // 4 - 8, size[1] * 3 // 4 - 8)

    def at(frame: int) -> Image.Image:
        picture = text.copy()
        picture.paste(face.rotate(6 * math.sin(frame / 7) + 3 * math.sin(frame / 3)), where)
        return picture

    return at


def _through_black(old: Image.Image, new: Image.Image, share: float) -> Image.Image:
    if share < _FADED_OUT:
        return ImageEnhance.Brightness(old).enhance(1 - share / _FADED_OUT)
    return ImageEnhance.Brightness(new).enhance(max(0.0, (share - _FADING_IN) / (1 - _FADING_IN)))


STRETCHES = {
    "cuts": _Stretch(_still_camera),
    "cuts in slow pans": _Stretch(_pan(30.0)),
    "cuts in fast pans": _Stretch(_pan(3.0)),
    "new slides": _Stretch(_slide),
    "dissolves": _Stretch(_still_camera, change_frames=25),
    "fades": _Stretch(_still_camera, change_frames=35, blend=_through_black),
}


def film(folder: Path) -> Path:
    """The film as a file in ``folder``; its stretches are made once, until this module or ``kinds`` changes.

    A group of pictures is ten seconds, or ends where x264 sees a cut: what ffmpeg does unless told otherwise.
    """
    written = b"".join(Path(module).read_bytes() for module in (__file__, kinds.__file__))
    name = f"film-{hashlib.sha256(written).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    parts = [_made(folder / f"{name}-{number}.mp4", stretch) for number, stretch in enumerate(STRETCHES)]
    whole = folder / f"{name}.mp4"
    if not whole.exists():
        begun = whole.with_suffix(".part")
        _join(parts, begun)
        begun.rename(whole)
    return whole


def _made(path: Path, stretch: str) -> Path:
    if not path.exists():
        shown = partial(stretch_pictures, stretch)
        options = {"sc_threshold": "40", "keyint_min": str(FPS)}
        kind = Kind(lambda size, seconds, _: shown(size, seconds), group_seconds=10, options=options)
        data = encode(kind, SIZE, SECONDS)
        begun = path.with_suffix(".part")
        begun.write_bytes(data)
        begun.rename(path)
    return path


def _join(parts: Sequence[Path], path: Path) -> None:
    """Puts films of equal length behind each other, as they are."""
    with av.open(path, "w", format="mp4") as sink:
        stream = None
        for number, part in enumerate(parts):
            with av.open(part) as source:
                pictures = source.streams.video[0]
                stream = stream or sink.add_stream_from_template(pictures)
                assert pictures.time_base is not None  # every demuxed stream has one
                offset = round(number * SECONDS / len(parts) / pictures.time_base)
                for packet in source.demux(pictures):
                    if packet.dts is not None and packet.pts is not None:
                        packet.dts, packet.pts, packet.stream = (
                            packet.dts + offset,
                            packet.pts + offset,
                            stream,
                        )
                        sink.mux(packet)


def changes(seconds: int = SECONDS) -> list[Change]:
    """All changes of a film of that length, in order; what begins a stretch is a cut, and counts to it."""
    return [
        Change(
            stretch,
            _ms(start),
            _ms(start if is_first else start + STRETCHES[stretch].change_frames),
        )
        for stretch, start, is_first in _starts(seconds)
        if start
    ]


def stretch_at(at_ms: int) -> str:
    """The stretch that is shown then."""
    return list(STRETCHES)[min(len(STRETCHES) - 1, at_ms * len(STRETCHES) // (1000 * SECONDS))]


def _starts(seconds: int) -> Iterator[tuple[str, int, bool]]:
    """The frame at which each shot begins to be seen, and whether it is the first of its stretch."""
    length = _length(seconds)
    for number, name in enumerate(STRETCHES):
        chance = random.Random(number)
        first = start = number * length
        while start <= (number + 1) * length - _SHOT_SECONDS[0] * FPS:
            yield name, start, start == first
            start += round(chance.uniform(*_SHOT_SECONDS) * FPS)


def stretch_pictures(name: str, size: Size, seconds: int) -> Iterator[Image.Image]:
    stretch = STRETCHES[name]
    first = list(STRETCHES).index(name)
    starts = [start for of, start, _ in _starts(seconds) if of == name]
    before: tuple[Shot, int] | None = None
    for number, (start, end) in enumerate(pairwise((*starts, (first + 1) * _length(seconds)))):
        shot = stretch.shot(100 * first + number, size)
        for frame in range(start, end):
            picture = shot(frame - start)
            if before is not None and frame - start < stretch.change_frames:
                old, old_start = before
                share = (frame - start + 1) / (stretch.change_frames + 1)
                picture = stretch.blend(old(frame - old_start), picture, share)
            yield picture
        before = shot, start


def _length(seconds: int) -> int:
    """Of a stretch, in frames."""
    return seconds * FPS // len(STRETCHES)


def _ms(frame: int) -> int:
    return frame * 1000 // FPS
