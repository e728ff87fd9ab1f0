"""Small files of which no two are the same: texts, tables, pictures, and seconds of speech of a sample."""

from __future__ import annotations

import io
import json
import random
import wave
from functools import cache
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

__all__ = ["KINDS", "write_file"]

_SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "talk.mp4"
_PLACES = ("Berlin", "Lisbon", "Oslo", "Quito", "Kyoto", "Dublin")
_THINGS = ("kettles", "lamps", "tickets", "chairs", "letters", "bicycles")
_RATE_HZ = 16_000
_SPEECH_SECONDS = 3


def _sentences(rng: random.Random) -> str:
    return (
        f"The meeting is in {rng.choice(_PLACES)} on the {rng.randint(2, 28)}th of March. "
        f"Anna brings {rng.randint(2, 900)} {rng.choice(_THINGS)}, and {rng.randint(2, 90)} people come."
    )


def _text(rng: random.Random) -> bytes:
    return _sentences(rng).encode()


def _table(rng: random.Random) -> bytes:
    rows = [f"{thing},{rng.randint(1, 99)},{rng.choice(_PLACES)}" for thing in _THINGS]
    return "\n".join(["thing,number,place", *rows]).encode()


def _json(rng: random.Random) -> bytes:
    return json.dumps({"note": _sentences(rng), "number": rng.randint(1, 10_000)}).encode()


def _picture(rng: random.Random) -> bytes:
    picture = Image.new("RGB", (320, 240), tuple(rng.randint(120, 255) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 90, 140, 210), fill=tuple(rng.randint(0, 200) for _ in range(3)))
    draw.text((30, 20), f"{rng.choice(_PLACES)} {rng.randint(10, 99)}", "black", ImageFont.load_default(40))
    body = io.BytesIO()
    picture.save(body, "JPEG")
    return body.getvalue()


def _speech(rng: random.Random) -> bytes:
    sound = _sound_of_the_sample()
    samples = _RATE_HZ * _SPEECH_SECONDS
    first = rng.randrange(len(sound) // 2 - samples)
    body = io.BytesIO()
    with wave.open(body, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(_RATE_HZ)
        written.writeframes(sound[2 * first : 2 * (first + samples)])
    return body.getvalue()


@cache
def _sound_of_the_sample() -> bytes:
    """16-bit samples, mono, at 16 kHz."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE_HZ)
    with av.open(str(_SAMPLE)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return b"".join(frame.to_ndarray().tobytes() for frame in frames)


KINDS = {
    "text": (".txt", _text),
    "table": (".csv", _table),
    "json": (".json", _json),
    "picture": (".jpg", _picture),
    "speech": (".wav", _speech),
}


def write_file(folder: Path, name: str, kind: str, seed: int) -> Path:
    """A file of one of ``KINDS``, whose content ``seed`` decides."""
    suffix, content = KINDS[kind]
    path = folder / f"{name}{suffix}"
    path.write_bytes(content(random.Random(seed)))  # not for secrets
    return path
