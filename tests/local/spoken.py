"""Speech for tests, from ffmpeg's flite voices: the truth is known, and nothing is checked in."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

SENTENCES = (
    "The quarterly numbers are better than we expected."
    " Sales in europe grew by twelve percent and the cost of production fell for the third time this year."
)


def spoken(
    folder: Path, text: str, name: str = "speech.wav", *, voice: str = "rms", pause: float = 0.0
) -> Path:
    """A file with the text spoken after ``pause`` seconds of silence; the test is skipped without flite."""
    needs_flite()
    target = folder / name
    command = [
        "ffmpeg",
        "-y",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        f"flite=text='{text}':voice={voice}",
    ]
    if pause:
        command += ["-af", f"adelay={round(pause * 1000)}"]
    subprocess.run([*command, str(target)], check=True)
    return target


def needs_flite() -> None:
    """Skips the test where ffmpeg can't speak."""
    if not has_flite():
        pytest.skip("no speech to recognise: ffmpeg with flite isn't installed")


@cache
def has_flite() -> bool:
    """Whether ffmpeg is here and speaks."""
    if shutil.which("ffmpeg") is None:
        return False
    filters = subprocess.run(
        ["ffmpeg", "-hide_banner", "-filters"], capture_output=True, text=True, check=True
    )
    return " flite " in filters.stdout
