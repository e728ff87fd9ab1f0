"""What a file is, by its content and never by its name. No decoder of media is needed.

A container such as mp4 may hold a film or only its sound: what it holds is decided by the probe, which
corrects ``video/mp4`` to ``audio/mp4`` and the like.
"""

from __future__ import annotations

import struct
import zipfile
from typing import BinaryIO

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.zip_directory import open_zip
from braid.media.content.encoding import detect_encoding
from braid.media.content.mail_headers import is_mail
from braid.media.content.text_types import JSON_LINES, text_type

__all__ = [
    "AUDIO_TYPES",
    "DOCX",
    "IMAGE_TYPES",
    "JSON_LINES",
    "MAIL",
    "ODT",
    "PDF",
    "PPTX",
    "TEXT_TYPES",
    "VIDEO_TYPES",
    "XLSX",
    "identify",
]

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
MAIL = "message/rfc822"  # of saved pages (mht) too

VIDEO_TYPES = frozenset(
    {
        "video/mp4",
        "video/quicktime",
        "video/x-matroska",
        "video/webm",
        "video/x-msvideo",
        "video/mp2t",
        "video/ogg",
    }
)
AUDIO_TYPES = frozenset(
    {
        "audio/mpeg",
        "audio/wav",
        "audio/flac",
        "audio/ogg",
        "audio/mp4",
        "audio/webm",
        "audio/x-matroska",
        "audio/aac",
        "audio/amr",
        "audio/aiff",
        "audio/mp2t",
        "audio/x-msvideo",
    }
)
IMAGE_TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/tiff",
        "image/bmp",
        "image/avif",
        "image/heic",
    }
)
TEXT_TYPES = frozenset(
    {
        "text/plain",
        "text/markdown",
        "text/html",
        "text/csv",
        "text/vtt",
        "application/json",
        JSON_LINES,
        "application/x-subrip",
        "application/ttml+xml",
    }
)

_HEAD_BYTES = 64 * 1024

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
)
_RIFF_FORMS = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}
_QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_AUDIO_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# What is recognised only to be refused in words that help.
_UNSUPPORTED = (
    (b"8BPS", "a Photoshop file", "Export it as PNG or JPEG"),
    (b"\x00\x00\x01\x00", "an icon", "Export it as PNG"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture", "Export it as PNG or JPEG"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture", "Export it as PNG or JPEG"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture", "Export it as PNG or JPEG"),
    (b"\xff\x0a", "a JPEG XL picture", "Export it as PNG or JPEG"),
    (b"{\\rtf", "a rich text file", "Save it as docx or PDF"),
    (b"%!PS", "a PostScript file", "Save it as PDF"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Outlook message, or an office file in the old format or with a password",
        "Save it without a password as docx, xlsx, pptx or PDF, a message as eml",
    ),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file", "Convert it to mp4 or mp3"),
    (b"FLV\x01", "a Flash video", "Convert it to mp4"),
    (b"\x00\x00\x01\xba", "an MPEG program stream", "Convert it to mp4"),
    (b"MThd", "a MIDI file", "Render it to mp3 or wav"),
    (b"Rar!", "an archive", "Unpack it and upload what is in it"),
    (b"7z\xbc\xaf", "an archive", "Unpack it and upload what is in it"),
    (b"\x1f\x8b", "a compressed file", "Unpack it and upload what is in it"),
    (b"MZ", "a Windows program", "Upload the media or document itself"),
    (b"\x7fELF", "a program", "Upload the media or document itself"),
)


def identify(file: BinaryIO) -> str:
    """The media type of ``file`` by content: one of the ``*_TYPES`` above, PDF, MAIL or an
    office type.

    Reads 64 KiB at the start, and of a zip file its directory at the end. Raises InvalidAssetError where
    the file is empty or of no type that can be analysed; a damaged file of a known type passes here.
    """
    reader = BlockReader(file, block_bytes=_HEAD_BYTES)
    head = reader.read(_HEAD_BYTES)
    if not head:
        raise InvalidAssetError("The file is empty (0 bytes). Upload it again.")
    media_type = _by_signature(head) or _by_container(head) or _by_frames(head, reader)
    if media_type:
        return media_type
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(reader)
    if b"%PDF-" in head[:1024]:  # the reader of PDFs allows for as much in front of it
        return PDF
    for signature, what, advice in _UNSUPPORTED:
        if head.startswith(signature):
            raise InvalidAssetError(f"This is {what}, which can't be analysed. {advice} and upload that.")
    if is_mail(head):
        return MAIL
    is_whole = reader.size_bytes <= len(head)
    encoding = detect_encoding(head, is_whole=is_whole)
    if encoding is None:
        raise InvalidAssetError(
            "The file's content is of no supported type: neither a known media or document format nor"
            " readable text. If it is a text, save it as UTF-8; else convert it to mp4, mp3, JPEG or PDF."
        )
    text = head.decode(encoding, errors="ignore")  # a character may be cut at the end of the head
    if not text.strip():
        raise InvalidAssetError("The file holds nothing but white space. Upload one with content.")
    return text_type(text, is_whole=is_whole)


def _by_signature(head: bytes) -> str | None:
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:2] == b"BM" and len(head) >= 26:
        (header_bytes,) = struct.unpack_from("<I", head, 14)
        return "image/bmp" if header_bytes in (12, 16, 40, 52, 56, 64, 108, 124) else None
    return None


def _by_container(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _RIFF_FORMS.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"\x42\x82\x84webm" in head[:4096] else "video/x-matroska"
    if head[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"
    if head[4:8] == b"ftyp":
        return _iso_type(head)
    if head[4:8] in _QUICKTIME_ATOMS:
        return "video/quicktime"
    return None


def _iso_type(head: bytes) -> str:
    (box_bytes,) = struct.unpack_from(">I", head)
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(16, min(box_bytes, len(head) - 3), 4)} | {major}
    if brands & {b"avif", b"avis"}:
        return "image/avif"
    if major in _HEIF_BRANDS:
        return "image/heic"
    if major == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if major in _AUDIO_BRANDS else "video/mp4"


def _by_frames(head: bytes, reader: BlockReader) -> str | None:
    """Formats without a header: MPEG audio (perhaps behind an ID3 tag) and MPEG transport streams."""
    for packet_bytes, start in ((188, 0), (192, 4), (204, 0)):
        positions = range(start, min(len(head), start + 5 * packet_bytes), packet_bytes)
        if len(positions) >= 3 and all(head[position] == 0x47 for position in positions):
            return "video/mp2t"
    if head[:3] == b"ID3" and len(head) >= 10:
        reader.seek(10 + _synchsafe(head[6:10]))
        behind = reader.read(_HEAD_BYTES)
        if behind.startswith(b"fLaC"):
            return "audio/flac"
        return _mpeg_audio_type(behind) or "audio/mpeg"
    return _mpeg_audio_type(head)


def _synchsafe(four_bytes: bytes) -> int:
    """ID3's integer of four times seven bits."""
    value = 0
    for byte in four_bytes:
        value = value << 7 | (byte & 0x7F)
    return value


_MPEG1_LAYER3_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_LAYER3_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mpeg_audio_type(head: bytes) -> str | None:
    """``audio/mpeg`` or ``audio/aac`` if a frame starts at the first byte and another one right behind it."""
    if len(head) < 8 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:  # ADTS: layer is 0, the frame's length stands in its header
        frame_bytes = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        following = head[frame_bytes : frame_bytes + 2]
        is_frame = frame_bytes >= 7 and (
            len(following) < 2 or (following[0] == 0xFF and following[1] & 0xF6 == 0xF0)
        )
        return "audio/aac" if is_frame else None
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return None
    kbps = (_MPEG1_LAYER3_KBPS if version == 3 else _MPEG2_LAYER3_KBPS)[bitrate]
    frame_bytes = (144 if version == 3 else 72) * kbps * 1000 // _MPEG_RATES[version][rate] + (
        head[2] >> 1 & 1
    )
    following = head[frame_bytes : frame_bytes + 2]
    is_frame = len(following) < 2 or (following[0] == 0xFF and following[1] & 0xFE == head[1] & 0xFE)
    return "audio/mpeg" if is_frame else None


_ZIP_PARTS = (("word/document.xml", DOCX), ("ppt/presentation.xml", PPTX), ("xl/workbook.xml", XLSX))


def _zip_type(reader: BlockReader) -> str:
    try:
        with open_zip(reader) as archive:
            names = set(archive.namelist())
            for part, media_type in _ZIP_PARTS:
                if part in names:
                    return media_type
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 256:
                declared = archive.read("mimetype").decode("ascii", errors="replace").strip()
                if declared == ODT:
                    return ODT
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, RuntimeError) as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError(
            "The file is a damaged or incomplete zip or office file. Save it again and upload that."
        ) from error
    raise InvalidAssetError(
        "This is a zip file that is no docx, pptx, xlsx or odt document. Unpack it and upload what is in it."
    )
