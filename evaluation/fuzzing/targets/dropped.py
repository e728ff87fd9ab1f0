"""What reads files that somebody drops: recordings, pictures, documents, captions, posts."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import BinaryIO

from braid.admission.examination import examine
from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.admission.posts import blocks_of, post_of
from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.captions.captions import read_vtt
from braid.domain.captions.subrip import read_srt
from braid.domain.posts.chunks import lines_of
from braid.domain.posts.post import read_csv_header
from braid.domain.profile.sections.gates import GatePlan
from braid.media.content.encoding import decode_text
from braid.media.content.identify import (
    DOCX,
    IMAGE_TYPES,
    JSON_LINES,
    MAIL,
    ODT,
    PDF,
    PPTX,
    VIDEO_TYPES,
    XLSX,
    identify,
)  # fmt: skip
from braid.media.pages import extract_pages
from braid.media.pictures.drafts import small_jpeg
from braid.media.pictures.stills import image_stills
from braid.media.pictures.training_pictures import training_picture
from braid.media.shots.frames import select_keyframes
from braid.media.sound.audio import extract_audio
from evaluation.fuzzing.seeds import archives, from_repository, pictures, recordings, sample
from evaluation.fuzzing.target import Form, Target, of_text
from lambdas.reading.readers import read_member

__all__ = ["DROPPED"]

_LIMITS = Limits(
    max_object_bytes=10**9,
    max_duration_seconds=3_600,
    max_pages=100,
    max_text_characters=10**7,
    max_image_pixels=50_000_000,
)
_MOST_CHARACTERS = 10_000


def _through_admission(data: bytes) -> None:
    """As a file goes: admitted by content, then what takes pictures, sound and pages out of it."""
    file = io.BytesIO(data)
    examined = examine(
        file, name="file", size_bytes=len(data), limits=_LIMITS, plan=GatePlan(), gates=GateLog()
    )
    if Modality.VISION in examined.modalities and examined.media_type in VIDEO_TYPES:
        select_keyframes(file, examined.media_type)
    elif examined.media_type in IMAGE_TYPES:
        image_stills(file, examined.media_type)
    elif examined.media_type == PDF:
        list(extract_pages(file))
    if Modality.SPEECH in examined.modalities:
        extract_audio(file, examined.media_type, lambda _: nullcontext(io.BytesIO()))


def _read_as(media_type: str, data: bytes) -> None:
    member = Member("file", "main", "bucket", "key", "v1", len(data), media_type, (Modality.TEXT,))
    read_member(member, io.BytesIO(data))


def _posts(data: bytes, *, is_csv: bool) -> None:
    columns: tuple[str, ...] = ()
    for line in lines_of(blocks_of(io.BytesIO(data), 0, len(data)), is_csv=is_csv):
        if is_csv and not columns:
            header = read_csv_header(line.raw or b"")
            if isinstance(header, str):
                return
            columns = header
        else:
            post_of(line, columns, _MOST_CHARACTERS)


def _identified(data: bytes) -> None:
    file: BinaryIO = io.BytesIO(data)
    identify(file)


_MARKDOWN = (
    b"# Mug\n\n* 350 ml\n* **19** euros\n\n| size | price |\n|---|---|\n| S | 1 |\n\n"
    b"> [a](b) `c`\n\n```\nx\n```\n"
)
_HTML = (
    b"<!doctype html><html lang=en><head><title>t</title><meta charset=utf-8><style>p{}</style></head><body>"
    b"<h1>A</h1><p hidden>b</p><table><tr><th>c</th><td colspan=2>d</td></tr></table><ul><li>e</ul>"
    b"<select><option selected>f</select><input value=g><svg><text>h</text></svg></body></html>"
)
_MAIL = (
    b"From: =?utf-8?q?A?= <a@example.com>\r\nTo: b@example.com\r\nSubject: =?iso-8859-1?b?SGk=?=\r\n"
    b"Date: Sun, 29 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHello =C3=A9\r\n--x\r\nContent-Type: text/html\r\n"
    b"\r\n"
    b"<p>Hi</p>\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nside\r\n--x--\r\n"
)
_VTT = (
    b"WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\nNOTE by hand\n\n"
    b"1\n00:01.000 --> 00:02.500 align:start line:0\n"
    b"<v Ann>Hello <i>there</i>\n\n00:00:03.000 --> 00:00:04.000\nnext &amp; last\n"
)
_SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<i>Hello</i>\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000\r\n- né\r\n"
).encode()
_TTML = (
    b'<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" '
    b'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="en" ttp:frameRate="25" ttp:tickRate="10">'
    b'<body><div><p begin="1s" end="00:00:02:12">a<br/>b</p>'
    b'<p begin="30t" dur="500ms"><span begin="0.1s">c</span></p></div></body></tt>'
)
_CSV = b'name;price;"since"\n"a ""b""";1,50;2026-01-02\nc;;\n\n"two\nlines";-3;x\n'
_JSON = b'{"a": [1, {"b": null, "c": "d"}], "e": {"f": true, "g": 1.5e3}, "h": [[1, 2], [3]]}'
_JSON_LINES = b'{"id": 1, "text": "a"}\n{"id": "two", "text": "b", "lang": "de", "context": "c"}\n\n[1]\n'
_POSTS_CSV = b'id,text,lang\n1,"a ""b"", c",en\n2,"two\nlines",\n'
_OF_TEXT: dict[str, tuple[str, Sequence[bytes]]] = {
    "plain-text": (
        "text/plain",
        [b"One.\n\nTwo two.\n", "Ärger über Öl\n".encode("cp1252"), "a\nб".encode("utf-16")],
    ),
    "markdown": ("text/markdown", [_MARKDOWN]),
    "html": ("text/html", [_HTML]),
    "csv": ("text/csv", [_CSV, b"a,b\n1,2\n3,4\n", b"a\tb\n1\t2\n"]),
    "json": ("application/json", [_JSON]),
    "json-lines": (JSON_LINES, [_JSON_LINES]),
    "webvtt": ("text/vtt", [_VTT]),
    "subrip": ("application/x-subrip", [_SRT]),
    "ttml": ("application/ttml+xml", [_TTML]),
    "mail": (MAIL, [_MAIL]),
}
_OFFICE = {"docx": DOCX, "xlsx": XLSX, "pptx": PPTX, "odt": ODT}


def _given(seeds: Sequence[bytes]) -> Callable[[], Sequence[bytes]]:
    return lambda: seeds


def _archive(extension: str) -> Callable[[], Sequence[bytes]]:
    return lambda: [archives()[extension]]


def _anything() -> list[bytes]:
    texts = [seed for _, seeds in _OF_TEXT.values() for seed in seeds]
    return [*recordings(), *pictures(), *archives().values(), *texts]


DROPPED: tuple[Target, ...] = (
    Target("content-type", Form.BYTES, _identified, _anything),
    Target("recordings", Form.BYTES, _through_admission, recordings),
    Target("pictures", Form.BYTES, _through_admission, pictures),
    Target("pdf", Form.TEXT, _through_admission, lambda: [sample("rental.pdf")]),
    *(
        Target(name, Form.JSON if name == "json" else Form.TEXT, partial(_read_as, media_type), _given(seeds))
        for name, (media_type, seeds) in _OF_TEXT.items()
    ),
    *(
        Target(extension, Form.ZIP, partial(_read_as, media_type), _archive(extension))
        for extension, media_type in _OFFICE.items()
    ),
    Target("encodings", Form.BYTES, decode_text, lambda: _OF_TEXT["plain-text"][1]),
    Target("posts", Form.TEXT, partial(_posts, is_csv=False), lambda: [_JSON_LINES]),
    Target("posts-csv", Form.TEXT, partial(_posts, is_csv=True), lambda: [_POSTS_CSV]),
    Target("webvtt-captions", Form.TEXT, of_text(read_vtt), lambda: [_VTT], (ValueError,)),
    Target("subrip-captions", Form.TEXT, of_text(read_srt), lambda: [_SRT], (ValueError,)),
    Target("reference-pictures", Form.BYTES, lambda data: small_jpeg(data, longest_side=32), pictures),
    Target("training-pictures", Form.BYTES, training_picture, pictures),
    Target("sample-pictures", Form.BYTES, _through_admission, from_repository("samples/products/*/*.jpg")),
)
