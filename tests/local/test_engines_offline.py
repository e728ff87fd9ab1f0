"""No engine of pictures or speech needs a network: they run with every connection refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.local.drawings import encoded, slide

REPOSITORY = Path(__file__).resolve().parents[2]

SCRIPT = """
import socket, sys
from pathlib import Path

def refuse(*args, **keywords):
    raise AssertionError(f"an engine reached for the network: {args}")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse

from local.engines.pictures import codes
from local.engines.pictures import documents
from local.engines.pictures import faces
from local.engines.pictures import image_properties
from local.engines.pictures import ocr
from local.engines.speech import recognition as speech
from local.engines.speech import sphinx as speech_sphinx
data = Path(sys.argv[1]).read_bytes()
assert documents.read_document(data).lines[0].text == "Read me offline"
assert ocr.find_text(data)
assert faces.find_faces(data) == []
assert codes.find_qr_codes(data) == []
assert image_properties.measure(data).whole.colours
speech_sphinx._decoder()
speech._whisper()

from local.engines.speech import voice
from local.weights.optional import is_installed
if is_installed("voice"):
    assert voice.speak("Read me offline.")
"""


def test_engines_run_with_every_connection_refused(tmp_path: Path) -> None:
    picture = tmp_path / "slide.png"
    picture.write_bytes(encoded(slide(["Read me offline"])))
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(picture)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
