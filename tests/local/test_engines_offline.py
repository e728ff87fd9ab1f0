"""No engine of pictures, texts or speech needs a network: they run with every connection refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local.weights import is_fetched, path
from tests.local.drawings import encoded, slide
from tests.local.spoken import SENTENCES, has_flite, spoken

REPOSITORY = Path(__file__).resolve().parents[2]

SCRIPT = """
import os, socket, sys
from pathlib import Path

reached = []

def refuse(*args, **keywords):
    reached.append(args)
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

from local.engines.pictures import bridge, explicit, labels
from local.engines.text import embeddings, entities, key_phrases, sentiment
from local.weights import is_fetched
if is_fetched("labels"):
    assert labels.label_probabilities(data) is not None
if is_fetched("labels") and is_fetched("sentences"):
    from local.engines.errors import CannotDeriveError
    try:
        bridge.embed_picture(data)
    except CannotDeriveError:
        pass  # a slide shows nothing that has a name
if is_fetched("explicit"):
    assert 0 <= explicit.explicit_probability(data) <= 1
if is_fetched("sentences"):
    assert embeddings.embed(["Read me offline."]).shape == (1, 384)
    assert sentiment.sentiment("Lovely.")
    assert key_phrases.key_phrases("The quarterly numbers are better.")
assert entities.entities("Dr. Ada Lovelace lived in London.")
if Path(sys.argv[2]).exists():
    heard = speech.transcribe(Path(sys.argv[2]), max_speakers=2)
    assert "numbers" in [word.text for word in heard.channels[0].words()]

# What a model's publisher would be asked for, by its name or for a file that is missing.
from local.engines.errors import EngineMissingError
for named in ("large-v3", "models/whisper-large", sys.argv[3]):
    os.environ["BRAID_WHISPER_MODEL"] = named
    try:
        speech.loaded_engine()
    except EngineMissingError as error:
        assert named in str(error)
    else:
        raise AssertionError(f"{named} was taken for a model")

from local.engines.speech import voice
from local.weights.optional import is_installed
if is_installed("voice"):
    assert voice.speak("Read me offline.")
assert not reached, "an engine went on without what it had reached for"
"""


@pytest.fixture
def without_tokenizer(tmp_path: Path) -> Path:
    """A model without the file that faster-whisper asks the network for."""
    model = tmp_path / "model"
    model.mkdir()
    for file in ("model.bin", "config.json", "vocabulary.txt"):
        if is_fetched("whisper-base"):
            (model / file).symlink_to(path("whisper-base", file))
        else:
            (model / file).touch()
    return model


def test_engines_run_with_every_connection_refused(tmp_path: Path, without_tokenizer: Path) -> None:
    picture = tmp_path / "slide.png"
    picture.write_bytes(encoded(slide(["Read me offline"])))
    # Where ffmpeg can't speak, nothing is heard, and all else runs.
    talk = spoken(tmp_path, SENTENCES) if has_flite() else tmp_path / "none"
    run(picture, talk, without_tokenizer)


def run(picture: Path, talk: Path, model: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(picture), str(talk), str(model)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
