"""Real files, sound and broken: each gives a valid result or says why not."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from braid.domain.errors import InvalidAssetError
from braid.media.containers.probe import probe
from braid.media.content.identify import AUDIO_TYPES, IMAGE_TYPES, PDF, VIDEO_TYPES, identify
from braid.media.pages import extract_pages, probe_pdf, render_page
from braid.media.pictures.jpeg import MAX_JPEG_BYTES, MAX_SIDE_PX
from braid.media.pictures.quality import measure_quality
from braid.media.pictures.still import Still
from braid.media.pictures.stills import image_stills, probe_image
from braid.media.shots.frames import select_keyframes
from braid.media.sound.audio import extract_audio
from braid.media.sound.loudness import measure_loudness
from tests.unit.media import synthetic as media

KINDS = ("audio", "video", "image", "image-ocr", "document", "malformed")


def _look(path: Path) -> str:
    """Puts a file through everything that is meant for it; its media type."""
    with path.open("rb") as file:
        media_type = identify(file)
        if media_type in IMAGE_TYPES:
            probed = probe_image(file, media_type)
            assert probed.width_px > 0
            for still in image_stills(file, media_type).stills:
                _check(still)
        elif media_type == PDF:
            count = probe_pdf(file).page_count
            pages = list(extract_pages(file))
            assert [page.page for page in pages] == list(range(1, count + 1))
            for page in pages:
                for line in page.lines:
                    assert 0 <= line.begin_offset < line.end_offset <= len(page.text)
                    assert 0 <= line.box.left <= 1
                    assert 0 <= line.box.top <= 1
            _check(render_page(file, 1))
        elif media_type in VIDEO_TYPES | AUDIO_TYPES:
            found = probe(file, media_type)
            assert found.duration_ms > 0
            media_type = found.media_type
            if found.video:
                stills = select_keyframes(file, media_type).stills
                assert stills
                for still in stills:
                    _check(still)
                assert stills[-1].span.end_ms == pytest.approx(found.duration_ms, abs=150)
            if found.audio:
                out = io.BytesIO()
                extracted = extract_audio(file, media_type, lambda _: nullcontext(out))
                assert extracted.duration_ms == pytest.approx(found.duration_ms, abs=400)
                assert identify(out) == extracted.media_type
                assert measure_loudness(file, media_type).measured_ms > 0
    return media_type


def _check(still: Still) -> None:
    picture = media.picture_of(still.jpeg)
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert picture.size == (still.width_px, still.height_px)
    assert max(picture.size) <= MAX_SIDE_PX
    assert len(still.jpeg) <= MAX_JPEG_BYTES
    assert measure_quality(still.jpeg).sharpness >= 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_understood_or_refused_with_a_reason(kind: str, shared_data: Path) -> None:
    refused = {}
    files = sorted(path for path in (shared_data / f"media-{kind}").rglob("*") if path.is_file())
    assert files
    for path in files:
        try:
            _look(path)
        except InvalidAssetError as error:
            refused[path.name] = str(error)
    expected = {
        "image": {"hopper.ico", "zero_width.gif"},
        "document": {"005-libreoffice-writer-password__libreoffice-writer-password.pdf"},
    }
    assert all(len(reason) < 400 and reason.endswith(".") for reason in refused.values())
    if kind != "malformed":
        assert refused.keys() == expected.get(kind, set())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Pillow/broken.png", "damaged"),
        ("Pillow/broken_data_stream.png", "damaged"),
        ("Pillow/truncated_image.png", "cut off"),
        ("Pillow/truncated_jpeg.jpg", "cut off"),
        ("Pillow/decompression_bomb.gif", "million"),
        ("derived/truncated-head.mp4", "cut off"),
        ("derived/truncated.jpg", "cut off"),
        ("derived/zero-byte.mp4", "empty"),
        ("pocketsphinx/bad.wav", "damaged|no duration"),
    ],
)
def test_what_is_broken_is_refused_for_the_right_reason(name: str, words: str, shared_data: Path) -> None:
    with pytest.raises(InvalidAssetError, match=words):
        _look(shared_data / "media-malformed" / name)


@pytest.mark.parametrize(
    "function",
    [
        lambda file: select_keyframes(file, "video/mp4"),
        lambda file: probe(file, "video/mp4"),
        lambda file: extract_audio(file, "video/mp4", lambda _: nullcontext(io.BytesIO())),
        lambda file: measure_loudness(file, "video/mp4"),
        lambda file: probe_image(file, "image/png"),
        lambda file: image_stills(file, "image/tiff"),
        lambda file: list(extract_pages(file)),
    ],
)
def test_no_decoder_s_exception_leaves(function: Callable[[io.BytesIO], object], shared_data: Path) -> None:
    """Files of one kind given to the reader of another, and rubbish."""
    for path in sorted((shared_data / "media-malformed").rglob("*")):
        if path.is_file():
            try:
                function(io.BytesIO(path.read_bytes()))
            except InvalidAssetError:
                continue
