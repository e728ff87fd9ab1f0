"""Recordings of others with their words, from folders outside of the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evaluation.speech.recordings import Recording, Samples
from local.engines.speech import sound

__all__ = ["real_recordings", "recordings_beside_their_words"]

# Below BRAID_TEST_DATA; what is said in each is published with it, or was written down by ear.
_TRUTHS = {
    "localstack/en-gb.wav": (
        "Hello, my name is Stephen Fry. I was born in London and I've been in the entertainment business"
        " since, well, I suppose about 1981."
    ),
    "localstack/en-us_video.mp4": (
        "The Nile is one of the most vital, diverse, and contentious river systems in the world."
    ),
    "localstack/multi-speaker.wav": (
        "Hey, I am using LocalStack. Yeah, it's a great tool to emulate the cloud services."
    ),
    "whisper/jfk.flac": (
        "And so my fellow Americans ask not what your country can do for you, ask what you can do for your"
        " country."
    ),
    "content-localization-on-aws/sample-audio.m4a": "The quick brown fox jumped over the lazy dog.",
}
_FOLDER_SETTING = "BRAID_SPEECH_RECORDINGS"


def real_recordings() -> Iterator[Recording]:
    """Those in the folder of real material; none where it isn't set."""
    folder = Path(os.environ.get("BRAID_TEST_DATA", "")) / "media-audio"
    for name, text in _TRUTHS.items():
        if (folder / name).is_file():
            yield Recording(name, _samples(folder / name), text)


def recordings_beside_their_words() -> Iterator[Recording]:
    """``NAME.wav`` beside ``NAME.txt`` in the folder that BRAID_SPEECH_RECORDINGS names; none without it."""
    chosen = os.environ.get(_FOLDER_SETTING)
    for file in sorted(Path(chosen).glob("*.wav")) if chosen else []:
        words = file.with_suffix(".txt")
        if words.is_file():
            yield Recording(file.stem, _samples(file), words.read_text("utf-8"))


def _samples(file: Path) -> Samples:
    with file.open("rb") as media:
        return np.asarray(sound.decode(media).samples[:] / 32768, np.float32)
