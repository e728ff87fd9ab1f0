"""Videos of known kinds, made on the spot: what keyframe selection is measured with."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import av
from av.video.stream import VideoStream
from PIL import Image, ImageChops, ImageDraw, ImageFont

__all__ = ["FPS", "KINDS", "Kind", "Size", "cut_frames", "encode", "page", "photo", "window"]

FPS = 25
GROUP_SECONDS = 2
Size = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """How a video looks and is encoded. ``cuts_per_minute`` are evenly spread, never on a group's border.

    ``least_ratio`` is how many times as fast as decoding every frame keyframe selection must be, at 640×360.
    """

    pictures: Callable[[Size, int, int], Iterator[Image.Image]]
    cuts_per_minute: int = 6
    codec: str = "libx264"
    container: str = "mp4"
    media_type: str = "video/mp4"
    pix_fmt: str = "yuv420p"
    group_seconds: float = GROUP_SECONDS
    options: Mapping[str, str] = field(default_factory=dict)
    least_ratio: float | None = None


def cut_frames(seconds: int, cuts_per_minute: int) -> list[int]:
    """The frames at which another picture begins."""
    count = seconds * cuts_per_minute // 60
    step = seconds * FPS / (count + 0.37) if count else 0.0
    return [round((number + 0.87) * step) for number in range(count)]


def encode(kind: Kind, size: Size, seconds: int) -> bytes:
    """The video as a file's bytes."""
    out = io.BytesIO()
    group = round(kind.group_seconds * FPS)
    options = {
        "libx264": {"preset": "veryfast", "crf": "23", "sc_threshold": "0", "keyint_min": str(group)},
        "mjpeg": {},
    }.get(kind.codec, {})
    with av.open(out, "w", format=kind.container) as sink:
        stream = sink.add_stream(kind.codec, rate=FPS, options={**options, **kind.options})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, kind.pix_fmt
        stream.codec_context.gop_size = group
        for number, picture in enumerate(kind.pictures(size, seconds, kind.cuts_per_minute)):
            frame: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]  # as PyAV has it
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return out.getvalue()


def slides(size: Size, seconds: int, cuts_per_minute: int) -> Iterator[Image.Image]:
    """Pages of text that don't move."""
    for _, shot in _shots(seconds, cuts_per_minute):
        yield from _times(shot.length, page(shot.number, size))


def talk(size: Size, seconds: int, cuts_per_minute: int) -> Iterator[Image.Image]:
    """Pages of text with a speaker in the corner, who never stands still."""
    face = photo(999, (size[0] // 4, size[1] // 4))
    where = (size[0] * 3 // 4 - 8, size[1] * 3 // 4 - 8)
    for at, shot in _shots(seconds, cuts_per_minute):
        text = page(shot.number, size)
        for number in range(shot.length):
            picture = text.copy()
            swing = 6 * math.sin((at + number) / 7) + 3 * math.sin((at + number) / 3)
            picture.paste(face.rotate(swing, Image.Resampling.BILINEAR), where)
            yield picture


def fast_pan(size: Size, seconds: int, cuts_per_minute: int) -> Iterator[Image.Image]:
    """A camera that crosses a picture's width in three seconds, to and fro."""
    return _pan(size, seconds, cuts_per_minute, crossing_seconds=3.0)


def slow_pan(size: Size, seconds: int, cuts_per_minute: int) -> Iterator[Image.Image]:
    """A camera that crosses a picture's width in half a minute, to and fro."""
    return _pan(size, seconds, cuts_per_minute, crossing_seconds=30.0)


def handheld(size: Size, seconds: int, cuts_per_minute: int) -> Iterator[Image.Image]:
    """A hand that trembles, and a sensor's noise on everything."""
    chance = random.Random(7)
    noise = [Image.effect_noise((size[0] + 64, size[1] + 64), 10).convert("RGB") for _ in range(3)]
    margin = size[1] // 10
    for at, shot in _shots(seconds, cuts_per_minute):
        wide = photo(shot.number, (size[0] + 2 * margin, size[1] + 2 * margin))
        for number in range(shot.length):
            moment = at + number
            x = margin * (1 + 0.6 * math.sin(moment / 11) + 0.2 * math.sin(moment / 2.3))
            y = margin * (1 + 0.6 * math.sin(moment / 17) + 0.2 * math.sin(moment / 3.1))
            picture = window(wide, round(x), round(y), size)
            grain = window(noise[moment % 3], chance.randrange(64), chance.randrange(64), size)
            yield ImageChops.add(picture, grain, 1, -128)


def _pan(size: Size, seconds: int, cuts_per_minute: int, *, crossing_seconds: float) -> Iterator[Image.Image]:
    step = size[0] / (crossing_seconds * FPS)
    for _, shot in _shots(seconds, cuts_per_minute):
        wide = photo(shot.number, (size[0] * 2, size[1]))
        for number in range(shot.length):
            there = (number * step) % (2 * size[0])
            yield window(wide, round(min(there, 2 * size[0] - there)), 0, size)


@dataclass(frozen=True)
class _Shot:
    number: int
    length: int


def _shots(seconds: int, cuts_per_minute: int) -> Iterator[tuple[int, _Shot]]:
    starts = [0, *cut_frames(seconds, cuts_per_minute), seconds * FPS]
    for number, start in enumerate(starts[:-1]):
        yield start, _Shot(number, starts[number + 1] - start)


def _times(count: int, picture: Image.Image) -> Iterator[Image.Image]:
    return (picture for _ in range(count))


def window(wide: Image.Image, x: int, y: int, size: Size) -> Image.Image:
    """What a camera of that size sees of a wider picture."""
    return wide.crop((x, y, x + size[0], y + size[1]))


def page(number: int, size: Size) -> Image.Image:
    """A chapter's heading over lines of words, black on white."""
    chance = random.Random(number)
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    draw.text(
        (size[0] // 16, size[1] // 14), f"Chapter {number}", "navy", ImageFont.load_default(size[1] // 9)
    )
    for line in range(8):
        words = " ".join(chance.choice(["alpha", "gamma", "delta", "omega"]) for _ in range(5))
        place = (size[0] // 12, size[1] // 4 + line * size[1] // 12)
        draw.text(place, words, "black", ImageFont.load_default(size[1] // 18))
    return picture


def photo(number: int, size: Size) -> Image.Image:
    """Shapes of all sizes in random colours over a soft texture: what a photograph is to an encoder."""
    chance = random.Random(1000 + number)
    picture = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y, r = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(4, size[1] // 4)
        draw.ellipse((x - r, y - r, x + r, y + r), tuple(chance.randrange(256) for _ in range(3)))
    texture = Image.effect_noise((size[0] // 2, size[1] // 2), 40).resize(size).convert("RGB")
    return ImageChops.add(picture, texture, 1, -128)


# Keyframes are promised 1.4 times as fast in groups of two seconds with six cuts a minute at most.
_PROMISED = 1.4
# The ends of all groups of a slow pan differ: at 640×360 it swings between 1.28 and 1.42, at 1280×720 around
# 1.45. What is held is what a busy machine measures too.
_SLOW_PAN = 1.15
# Elsewhere nothing may be slower. Measured at 1.01 and more; the tolerance is for a busy machine.
_NOT_SLOWER = 0.9
KINDS: Mapping[str, Kind] = {
    "slides": Kind(slides, least_ratio=_PROMISED),
    "talk": Kind(talk, least_ratio=_PROMISED),
    "fast pan": Kind(fast_pan, least_ratio=_PROMISED),
    "slow pan": Kind(slow_pan, least_ratio=_SLOW_PAN),
    "handheld": Kind(handheld, least_ratio=_PROMISED),
    "encoder's cuts": Kind(fast_pan, options={"sc_threshold": "40"}, group_seconds=2),
    "dense cuts": Kind(slow_pan, cuts_per_minute=30, least_ratio=_NOT_SLOWER),
    "all intra": Kind(
        fast_pan,
        codec="mjpeg",
        container="mov",
        media_type="video/quicktime",
        pix_fmt="yuvj420p",
        least_ratio=_NOT_SLOWER,
    ),
    "one long group": Kind(slow_pan, group_seconds=3600, least_ratio=_NOT_SLOWER),
    "no B frames": Kind(handheld, cuts_per_minute=30, options={"bf": "0"}, least_ratio=_NOT_SLOWER),
    "ten-second groups": Kind(handheld, group_seconds=10),
}
