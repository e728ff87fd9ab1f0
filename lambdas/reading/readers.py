"""Which reader reads which media type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO

from braid.domain.asset.admission import Member
from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.media.content.encoding import decode_text
from braid.media.content.identify import DOCX, JSON_LINES, MAIL, ODT, PDF, PPTX, XLSX
from lambdas.reading.blocks import Extract
from lambdas.reading.captions.cues import read_subrip, read_webvtt
from lambdas.reading.captions.ttml import read_ttml
from lambdas.reading.markup.html import read_html
from lambdas.reading.markup.mail import read_mail
from lambdas.reading.markup.markdown import read_markdown
from lambdas.reading.office.opendocument import read_odt
from lambdas.reading.office.word import read_docx
from lambdas.reading.plain_text import read_plain_text
from lambdas.reading.tables.csv_json import read_csv, read_json, read_json_lines

__all__ = ["READABLE_TYPES", "read_member"]

# The text of a library fits in here; beyond it the file is data, and reading it would cost more than it says.
_MAX_TEXT_BYTES = 64 * 1024 * 1024


def _read_slides(file: BinaryIO) -> Extract:
    # What this imports takes as long as everything else in the step: only who brings slides waits for it.
    from lambdas.reading.office.slides import read_pptx

    return read_pptx(file)


def _read_sheets(file: BinaryIO) -> Extract:
    from lambdas.reading.office.sheets import read_xlsx  # likewise

    return read_xlsx(file)


_OF_TEXT: Mapping[str, Callable[[str], Extract]] = {
    "text/plain": read_plain_text,
    "text/markdown": read_markdown,
    "text/html": read_html,
    "text/csv": read_csv,
    "text/vtt": read_webvtt,
    "application/json": read_json,
    JSON_LINES: read_json_lines,
    "application/x-subrip": read_subrip,
}
_OF_FILES: Mapping[str, Callable[[BinaryIO], Extract]] = {
    DOCX: read_docx,
    PPTX: _read_slides,
    XLSX: _read_sheets,
    ODT: read_odt,
    MAIL: lambda file: read_mail(_whole(file)),
    "application/ttml+xml": lambda file: read_ttml(_whole(file)),
}
READABLE_TYPES = frozenset(_OF_TEXT) | frozenset(_OF_FILES) | {PDF}


def read_member(member: Member, file: BinaryIO) -> Extract:
    """The text of a member that isn't a PDF.

    Raises ``InvalidAssetError`` where it can't be read, in words for the person who made it.
    """
    if member.media_type in _OF_FILES:
        return _OF_FILES[member.media_type](file)
    if member.media_type in _OF_TEXT:
        return _OF_TEXT[member.media_type](_newlines(decode_text(_whole(file))))
    raise InvalidInputError(f"'{member.name}' is {member.media_type}, which has no reader")


def _whole(file: BinaryIO) -> bytes:
    data = file.read(_MAX_TEXT_BYTES + 1)
    if len(data) > _MAX_TEXT_BYTES:
        raise InvalidAssetError(
            f"The text is larger than {_MAX_TEXT_BYTES // 1024 // 1024} MiB. Split it and upload its parts."
        )
    return data


def _newlines(text: str) -> str:
    """Line ends as line feeds, so that offsets don't depend on the machine that the text was written on.

    ``CR CR LF``, which a text-mode save on Windows makes of ``CR LF``, is one line end too.
    """
    return re.sub(r"\r+\n|\r", "\n", text)
