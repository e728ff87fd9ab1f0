"""Short clips with sound and pictures, cut from real recordings, all different."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

__all__ = ["cut_clips"]

_SECONDS = 3
_FRAMES_PER_SECOND = 8
_SIZE = (320, 180)
_RATE_HZ = 16_000
_CHUNK = 1024


def cut_clips(
    videos: Sequence[Path], sounds: Sequence[Path], folder: Path, *, count: int, seed: int
) -> list[Path]:
    """``count`` clips of three seconds: pictures of one of ``videos``, sound of one of ``sounds``."""
    pictures = [frames for path in videos if len(frames := list(_frames(path))) > _wanted_frames()]
    heard = [samples for path in sounds if len(samples := _samples(path)) > _SECONDS * _RATE_HZ]
    clips = []
    for number in range(count):
        rng = random.Random(seed + number)
        frames, samples = rng.choice(pictures), rng.choice(heard)
        first = rng.randrange(len(frames) - _wanted_frames())
        begin = rng.randrange(len(samples) - _SECONDS * _RATE_HZ)
        path = folder / f"clip-{number:03}.mp4"
        _write(
            path,
            frames[first : first + _wanted_frames()],
            samples[begin : begin + _SECONDS * _RATE_HZ],
        )
        clips.append(path)
    return clips


def _wanted_frames() -> int:
    return _SECONDS * _FRAMES_PER_SECOND


def _frames(path: Path) -> Iterator[np.ndarray]:
    """Small pictures, ``_FRAMES_PER_SECOND`` of them a second."""
    with av.open(str(path)) as container:
        due = 0.0
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= due:
                due += 1 / _FRAMES_PER_SECOND
                yield frame.reformat(*_SIZE, "rgb24").to_ndarray()


def _samples(path: Path) -> np.ndarray:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE_HZ)
    with av.open(str(path)) as container:
        parts = [
            part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)
        ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _write(path: Path, frames: Sequence[np.ndarray], samples: np.ndarray) -> None:
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=_FRAMES_PER_SECOND, options={"preset": "ultrafast"})
        video.width, video.height = _SIZE
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=_RATE_HZ, layout="mono")
        for picture in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(video.encode(None))
        for begin in range(0, len(samples), _CHUNK):
            sound = av.AudioFrame.from_ndarray(samples[None, begin : begin + _CHUNK], "s16", "mono")
            sound.sample_rate, sound.pts, sound.time_base = _RATE_HZ, begin, Fraction(1, _RATE_HZ)
            container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
