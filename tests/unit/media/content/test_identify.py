"""What a file is by its content, whatever it is called."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.media.content.encoding import decode_text, detect_encoding, read_text
from braid.media.content.identify import AUDIO_TYPES, IMAGE_TYPES, TEXT_TYPES, VIDEO_TYPES, identify
from tests.unit.media import synthetic as media

SECOND = 1_000


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def sound(codec: str, container: str, **options: object) -> bytes:
    rate = int(options.get("rate", 16_000))  # type: ignore[call-overload]
    return media.audio(media.tone(SECOND, rate=rate), codec=codec, container=container, rate=rate)


@pytest.mark.parametrize(
    ("container", "codec", "expected"),
    [
        ("mp4", "libx264", "video/mp4"),
        ("mov", "libx264", "video/quicktime"),
        ("matroska", "libx264", "video/x-matroska"),
        ("webm", "libvpx-vp9", "video/webm"),
        ("avi", "mpeg4", "video/x-msvideo"),
        ("mpegts", "libx264", "video/mp2t"),
    ],
)
def test_video_containers(container: str, codec: str, expected: str) -> None:
    data = media.video(media.talk([], 400), container=container, codec=codec)

    assert identify(media.opened(data)) == expected
    assert expected in VIDEO_TYPES


@pytest.mark.parametrize(
    ("codec", "container", "rate", "expected"),
    [
        ("libmp3lame", "mp3", 16_000, "audio/mpeg"),
        ("libmp3lame", "mp3", 44_100, "audio/mpeg"),
        ("pcm_s16le", "wav", 16_000, "audio/wav"),
        ("flac", "flac", 16_000, "audio/flac"),
        ("libopus", "ogg", 48_000, "audio/ogg"),
        ("aac", "ipod", 16_000, "audio/mp4"),
        ("aac", "adts", 16_000, "audio/aac"),
        ("libopencore_amrnb", "amr", 8_000, "audio/amr"),
        ("pcm_s16be", "aiff", 16_000, "audio/aiff"),
    ],
)
def test_sound_containers(codec: str, container: str, rate: int, expected: str) -> None:
    assert identify(media.opened(sound(codec, container, rate=rate))) == expected
    assert expected in AUDIO_TYPES


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("AVIF", "image/avif"),
    ],
)
def test_image_formats(form: str, expected: str) -> None:
    assert identify(media.opened(media.image(media.slide(0), form))) == expected
    assert expected in IMAGE_TYPES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Just a sentence, and another one, as people write them.\nThe end, really, of it.\n", "text/plain"),
        ("# Title\n\nA paragraph.\n", "text/markdown"),
        ("Read [this](https://example.org) and\n\n- one\n- two\n", "text/markdown"),
        ("name,price\nbread,2.50\nmilk,1.20\n", "text/csv"),
        ("name;price\nbread;2,50\nmilk;1,20\n", "text/csv"),
        ('"a, b",c\n"d",e\n', "text/csv"),
        ("Dear Ann, hello\nBest wishes, Bob\n", "text/plain"),
        ('{"a": [1, 2]}', "application/json"),
        ("[1, 2, 3]\n", "application/json"),
        ("{not json}", "text/plain"),
        ("<!DOCTYPE html><html><body>x</body></html>", "text/html"),
        ("<!-- note -->\n<html><p>x</p></html>", "text/html"),
        ("<p>A fragment</p>", "text/html"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n", "text/vtt"),
        ("WEBVTT", "text/vtt"),
        ("WEBVTTX\n", "text/plain"),
        ("1\n00:00:00,000 --> 00:00:01,000\nHi\n", "application/x-subrip"),
        ("1\r\n00:00:00,000 --> 00:00:01,000\r\nHi\r\n", "application/x-subrip"),
        ('<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>', "application/ttml+xml"),
        ('<?xml version="1.0"?>\n<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"/>', "application/ttml+xml"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_kinds_of_text(text: str, expected: str, encoding: str) -> None:
    assert identify(media.opened(text.encode(encoding))) == expected
    assert expected in TEXT_TYPES


def test_a_long_json_is_told_by_its_beginning() -> None:
    data = b'{"items": [' + b'{"value": 12345},' * 20_000 + b"{}]}"

    assert identify(media.opened(data)) == "application/json"


def test_a_text_whose_head_ends_inside_a_character() -> None:
    data = ("a" * 65_535 + "é" * 40_000).encode()

    assert identify(media.opened(data)) == "text/plain"


@pytest.mark.parametrize(
    ("part", "suffix"),
    [
        ("word__document.xml", "wordprocessingml.document"),
        ("ppt__presentation.xml", "presentationml.presentation"),
        ("xl__workbook.xml", "spreadsheetml.sheet"),
    ],
)
def test_office_documents(part: str, suffix: str) -> None:
    assert identify(media.opened(zipped(**{"a": "x" * 200_000, part: "<x/>"}))).endswith(suffix)


def test_open_document_and_pdf() -> None:
    odt = zipped(mimetype="application/vnd.oasis.opendocument.text")

    assert identify(media.opened(odt)) == "application/vnd.oasis.opendocument.text"
    assert identify(media.opened(b"\n\n%PDF-1.7\n\x00\xff")) == "application/pdf"


def test_an_mp3_behind_a_large_id3_tag() -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 8, 0, 0]) + bytes(8 << 14)

    assert identify(media.opened(tag + sound("libmp3lame", "mp3"))) == "audio/mpeg"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t", "white space"),
        (bytes(range(256)) * 20, "no supported type"),
        (bytes(4_000), "no supported type"),
        (b"8BPS\x00\x01" + bytes(100), "Photoshop"),
        (b"MZ\x90\x00" + bytes(100), "program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (zipped(readme="hello"), "zip"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        ("החנות פתוחה משמונה בבוקר.".encode("cp1255") * 20, "UTF-8"),
    ],
)
def test_what_is_refused_says_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(InvalidAssetError, match=words):
        identify(media.opened(data))


def test_a_text_called_jpg_is_a_text_and_few_bytes_are_read() -> None:
    file = media.CountingFile(b"plain words, no picture at all. " * 100_000)

    assert identify(file) == "text/plain"
    assert file.read_bytes <= 64 * 1024


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_text_survives_its_encodings(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode_text(text.encode(encoding)) == text


@given(st.binary(max_size=3_000))
def test_any_bytes_are_identified_or_refused(data: bytes) -> None:
    known = VIDEO_TYPES | AUDIO_TYPES | IMAGE_TYPES | TEXT_TYPES
    try:
        media_type = identify(media.opened(data))
    except InvalidAssetError:
        return
    assert media_type in known or media_type.startswith("application/")


@given(st.binary(max_size=400))
def test_a_detected_encoding_reads_the_bytes(data: bytes) -> None:
    encoding = detect_encoding(data)

    if encoding is not None:
        read = read_text(data)
        assert read.encoding == encoding
        assert read.damage or data.decode(encoding) == read.text


def test_western_text_without_utf_8_is_read_as_windows_1252() -> None:
    assert decode_text("Café, naïve – 5 €".encode("cp1252")) == "Café, naïve – 5 €"


def test_identify_needs_no_decoder() -> None:
    code = (
        "import sys; import braid.media.content.identify;"
        "print([name for name in ('av', 'PIL', 'pypdfium2', 'numpy') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_stray_control_character_becomes_a_space_and_is_named(encoding: str) -> None:
    read = read_text("Zwölf Monate\x0bund ein Tag".encode(encoding))

    assert read.text == "Zwölf Monate und ein Tag"
    assert "a control character (U+000B as character 13)" in (read.damage or "")


def test_many_control_characters_make_no_text() -> None:
    with pytest.raises(InvalidAssetError, match="can't be recognised"):
        read_text(b"ab\x01\x02\x03" * 50)


def test_damaged_utf_8_keeps_its_whole_letters() -> None:
    data = bytearray("Ärger über schöne Grüße, täglich öfter für Übermütige. ".encode() * 3)
    data[data.index("ö".encode()) + 1] = 0x20
    read = read_text(bytes(data))

    assert read.encoding == "utf-8"
    assert read.text.count("\ufffd") == 1
    assert "Ärger über sch" in read.text
    assert "1 of its characters are damaged" in (read.damage or "")


def test_a_replacement_character_that_was_written_is_no_damage() -> None:
    assert read_text("ein \ufffd im Text".encode()).damage is None


@pytest.mark.parametrize("encoding", ["shift_jis", "koi8-r", "euc-kr"])
def test_letters_of_other_alphabets_never_become_western_ones(encoding: str) -> None:
    words = {"shift_jis": "ひらがなです", "koi8-r": "русский язык", "euc-kr": "한국어 문장"}[encoding]

    with pytest.raises(InvalidAssetError, match="It is no UTF-8 from byte 61 on"):
        read_text(b"plain words" * 5 + b"     " + words.encode(encoding))
