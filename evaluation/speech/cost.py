"""Hears one recording in a process of its own and prints what that took, as JSON.

python -m evaluation.speech.cost FILE
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from local.engines.speech import recognition as speech

_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


def main(file: Path) -> None:
    """Loads the engine and hears the file, speakers included."""
    began = time.monotonic()
    heard = speech.transcribe(file, languages=("en",), max_speakers=10)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = heard.channels[0].duration_seconds
    print(
        json.dumps(
            {
                "media_seconds": seconds,
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "wall_seconds": time.monotonic() - began,
                "peak_bytes": used.ru_maxrss * _UNIT,
            }
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m evaluation.speech.cost", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", type=Path, help="a recording")
    given: Path = parser.parse_args().file
    if not given.is_file():
        parser.error(f"there is no file {given}")
    main(given)
