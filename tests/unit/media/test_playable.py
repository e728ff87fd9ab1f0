"""A made video plays at once, and making it so needs no library that the media layer lacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from braid.domain.errors import InvalidAssetError
from braid.media.containers.playable import make_playable
from local.engines.drawing.video import video

REPOSITORY = Path(__file__).resolve().parents[3]
_WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from braid.media.containers.playable import make_playable
made = make_playable(open(sys.argv[1], "rb").read())
is_in_front = made.body.index(b"moov") < made.body.index(b"mdat")
print(made.width, made.height, made.duration_ms, len(made.looks), is_in_front)
"""


def test_it_is_made_without_numpy(tmp_path: Path) -> None:
    file = tmp_path / "made.mp4"
    file.write_bytes(video("x", seconds=1, width=320, height=180, first=None, last=None, loops=False))
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_NUMPY, str(file)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert done.stdout.split() == ["320", "180", "1000", "3", "True"], done.stderr


@pytest.mark.parametrize("body", [b"", b"not a video", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_video_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidAssetError, match="no video that can be played"):
        make_playable(body)
