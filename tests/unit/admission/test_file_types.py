"""Every file type that is listed as taken: recognised by content whatever its name, and admitted."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from braid.admission.examination import examine
from braid.admission.examined import Examined, Limits
from braid.admission.gates import GateLog
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.sections.gates import GatePlan
from braid.media.content.identify import DOCX, ODT, PDF, PPTX, XLSX
from evaluation.phone_pictures import heic
from tests.unit.media import synthetic as media

SPEECH, VISION, TEXT = Modality.SPEECH, Modality.VISION, Modality.TEXT
LIMITS = Limits(
    max_object_bytes=10**9,
    max_duration_seconds=3600,
    max_pages=100,
    max_text_characters=10**7,
    max_image_pixels=50_000_000,
)


def examined(data: bytes, name: str, plan: GatePlan | None = None) -> tuple[Examined, GateLog]:
    gates = GateLog()
    found = examine(
        io.BytesIO(data),
        name=name,
        size_bytes=len(data),
        limits=LIMITS,
        plan=plan or GatePlan(),
        gates=gates,
    )
    return found, gates


def film(container: str, codec: str = "libx264", *, has_sound: bool = True) -> bytes:
    sound = media.tone(1_000) if has_sound else None
    return media.video(
        itertools.islice((media.scene(1) for _ in itertools.count()), 25),
        codec=codec,
        container=container,
        audio=sound,
    )


def sound(codec: str, container: str, rate: int = 16_000) -> bytes:
    return media.audio(media.tone(1_000, rate=rate), codec=codec, container=container, rate=rate)


def picture(form: str, **options: object) -> bytes:
    return media.image(media.scene(2), form, **options)


def pictures(form: str, **options: object) -> bytes:
    more = [media.scene(number) for number in (3, 4)]
    return media.image(media.scene(2), form, save_all=True, append_images=more, **options)


def package(*parts: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for part in parts:
            archive.writestr(part, "<x>words</x>")
    return out.getvalue()


TTML = '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="0s">Hi</p></body></tt>'
FILES: dict[str, tuple[Callable[[], bytes], str, tuple[Modality, ...]]] = {
    "mp4": (lambda: film("mp4"), "video/mp4", (SPEECH, VISION)),
    "mov": (lambda: film("mov"), "video/quicktime", (SPEECH, VISION)),
    "mkv": (lambda: film("matroska"), "video/x-matroska", (SPEECH, VISION)),
    "webm": (lambda: film("webm", "libvpx-vp9", has_sound=False), "video/webm", (VISION,)),
    "avi": (lambda: film("avi", "mpeg4"), "video/x-msvideo", (SPEECH, VISION)),
    "mpeg-ts": (lambda: film("mpegts"), "video/mp2t", (SPEECH, VISION)),
    "mp3": (lambda: sound("libmp3lame", "mp3"), "audio/mpeg", (SPEECH,)),
    "wav": (lambda: sound("pcm_s16le", "wav"), "audio/wav", (SPEECH,)),
    "flac": (lambda: sound("flac", "flac"), "audio/flac", (SPEECH,)),
    "ogg": (lambda: sound("flac", "ogg"), "audio/ogg", (SPEECH,)),
    "opus": (lambda: sound("libopus", "ogg", 48_000), "audio/ogg", (SPEECH,)),
    "m4a": (lambda: sound("aac", "ipod"), "audio/mp4", (SPEECH,)),
    "aac": (lambda: sound("aac", "adts"), "audio/aac", (SPEECH,)),
    "amr": (lambda: sound("libopencore_amrnb", "amr", 8_000), "audio/amr", (SPEECH,)),
    "aiff": (lambda: sound("pcm_s16be", "aiff"), "audio/aiff", (SPEECH,)),
    "jpeg": (lambda: picture("JPEG"), "image/jpeg", (VISION,)),
    "png": (lambda: picture("PNG"), "image/png", (VISION,)),
    "gif": (lambda: picture("GIF"), "image/gif", (VISION,)),
    "animated gif": (lambda: pictures("GIF", duration=200), "image/gif", (VISION,)),
    "webp": (lambda: picture("WEBP"), "image/webp", (VISION,)),
    "animated webp": (lambda: pictures("WEBP", duration=200), "image/webp", (VISION,)),
    "tiff": (lambda: picture("TIFF"), "image/tiff", (VISION,)),
    "multi-page tiff": (lambda: pictures("TIFF"), "image/tiff", (VISION,)),
    "bmp": (lambda: picture("BMP"), "image/bmp", (VISION,)),
    "avif": (lambda: picture("AVIF"), "image/avif", (VISION,)),
    "heic": (lambda: heic(media.scene(1, (800, 600)), tile_px=256), "image/heic", (VISION,)),
    "pdf": (lambda: media.pdf([[(50, 100, "Words on a page")]]), PDF, (VISION, TEXT)),
    "docx": (lambda: package("word/document.xml"), DOCX, (TEXT,)),
    "pptx": (lambda: package("ppt/presentation.xml"), PPTX, (TEXT,)),
    "xlsx": (lambda: package("xl/workbook.xml"), XLSX, (TEXT,)),
    "odt": (lambda: package("content.xml", mimetype=ODT), ODT, (TEXT,)),
    "txt": (lambda: "Größere Wörter in einem Satz.".encode(), "text/plain", (TEXT,)),
    "md": (lambda: b"# A title\n\nA paragraph.\n", "text/markdown", (TEXT,)),
    "html": (lambda: b"<!DOCTYPE html><html><body><p>Words</p></body></html>", "text/html", (TEXT,)),
    "csv": (lambda: b"name,price\nbread,2.50\nmilk,1.20\n", "text/csv", (TEXT,)),
    "json": (lambda: b'{"name": "bread", "price": 2.5}', "application/json", (TEXT,)),
    "vtt": (lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi there\n", "text/vtt", (TEXT,)),
    "srt": (
        lambda: b"1\n00:00:00,000 --> 00:00:01,000\nHi there\n",
        "application/x-subrip",
        (TEXT,),
    ),
    "ttml": (TTML.encode, "application/ttml+xml", (TEXT,)),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_listed_type_is_admitted_for_what_it_is(kind: str) -> None:
    make, media_type, modalities = FILES[kind]
    for name in ("file", "file.xyz"):
        found, gates = examined(make(), name)
        assert found.media_type == media_type
        assert found.modalities == modalities
        assert {gate.outcome for gate in gates.gates} <= {"pass", "warn"}
        assert next(gate for gate in gates.gates if gate.name == "type").value == media_type


@pytest.mark.parametrize("kind", FILES)
def test_a_wrong_name_is_told_and_counts_for_nothing(kind: str) -> None:
    make, media_type, _ = FILES[kind]
    wrong = "file.png" if not media_type.startswith("image/") else "file.mp3"
    found, gates = examined(make(), wrong)
    assert found.media_type == media_type
    (told,) = [gate for gate in gates.gates if gate.name == "type"]
    assert told.outcome == "warn"


def test_heic_and_real_files_of_other_makers(shared_data: Path) -> None:
    expected = {
        "media-image/Pillow/hopper.heif": "image/heic",
        "media-image/Pillow/exif.avif": "image/avif",
        "media-image-ocr/tesseract-ocr_test/phototest.tif": "image/tiff",
        "media-image/Pillow/iss634.gif": "image/gif",
        "media-audio/localstack/en-gb.amr": "audio/amr",
        "media-audio/localstack/en-gb.webm": "audio/webm",
        "media-audio/content-localization-on-aws/sample-audio.m4a": "audio/mp4",
        "media-document/project-lakechain/fixture.docx": DOCX,
        "media-document/project-lakechain/fixture2.xlsx": XLSX,
        "media-image-ocr/tesseract-ocr_test/segmodeimg.odt": ODT,
    }
    for path, media_type in expected.items():
        found, gates = examined((shared_data / path).read_bytes(), "file")
        assert found.media_type == media_type, path
        assert not [gate for gate in gates.gates if gate.outcome == "reject"]


def reasons(gates: GateLog) -> dict[str, str]:
    return {gate.name: gate.reason or "" for gate in gates.gates if gate.outcome == "warn"}


def test_a_control_character_in_a_text_is_told_and_read_as_a_space() -> None:
    found, gates = examined(b"A text that ends as DOS ended it.\n\x1a", "a.txt")
    assert found.media_type == "text/plain"
    assert "U+001A as character 35" in reasons(gates)["encoding"]


def test_utf_8_cut_inside_a_character_stays_utf_8() -> None:
    found, gates = examined(("Ünïcödé wörds, " * 20).encode()[:-4] + b"\xc3", "a.txt")
    assert found.media_type == "text/plain"
    assert "1 of its characters are damaged" in reasons(gates)["encoding"]


def test_an_encoding_that_fails_after_the_first_bytes_is_refused() -> None:
    body = b"plain words\n" * 8_000 + "これはひらがなです。".encode("shift_jis") * 500
    with pytest.raises(InvalidAssetError, match=r"no UTF-8 from byte 96,001 on .* Save it as UTF-8"):
        examined(body, "a.txt")


def test_a_black_and_a_blurred_video_are_told_not_refused() -> None:
    black = media.video(itertools.repeat(Image.new("RGB", (320, 180)), 50))
    _, gates = examined(black, "a.mp4")
    assert "black all over" in reasons(gates)["contrast"]
    blurred = media.scene(3).resize((5, 3)).resize((320, 180), Image.Resampling.BICUBIC)
    _, gates = examined(media.video(itertools.repeat(blurred, 50)), "a.mp4")
    assert "in focus" in reasons(gates)["sharpness"]
    _, gates = examined(media.video(itertools.repeat(media.scene(3), 50)), "a.mp4")
    assert not reasons(gates)


def test_a_video_that_begins_black_is_not_black() -> None:
    pictures = [Image.new("RGB", (320, 180))] * 50 + [media.scene(3)] * 150
    _, gates = examined(media.video(pictures), "a.mp4")
    assert not reasons(gates)


def test_an_encrypted_odt_is_refused() -> None:
    out = io.BytesIO(package("content.xml", mimetype=ODT))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<m:encryption-data m:checksum='x'/>")
    with pytest.raises(InvalidAssetError, match="protected by a password"):
        examined(out.getvalue(), "a.odt")
