"""Office files are zip files: whether one is whole, and how much it would unpack to."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, cast

from domain.errors import InvalidAssetError
from lambdas.media.blocks import BlockReader

__all__ = ["check_office"]

# The text of a thousand pages takes some 10 MB; pictures inside are not unpacked.
_MAX_XML_BYTES = 200 * 1024 * 1024
_TEXT_PARTS = (".xml", ".rels")


def check_office(file: BinaryIO) -> None:
    """Reads the directory only. Raises ``InvalidAssetError`` for a damaged, protected or exploding file."""
    reader = BlockReader(file)
    try:
        with zipfile.ZipFile(cast(BinaryIO, reader)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError(
            "The document is damaged or cut off and can't be opened. Save it again and upload that."
        ) from error
    if any(part.flag_bits & 0x1 for part in parts):
        raise InvalidAssetError("The document is protected by a password. Save it without one.")
    xml_bytes = sum(part.file_size for part in parts if part.filename.lower().endswith(_TEXT_PARTS))
    if xml_bytes > _MAX_XML_BYTES:
        raise InvalidAssetError(
            f"The document would unpack to {xml_bytes / 1024 / 1024:,.0f} MB of text, more than any has."
            " Save it as PDF and upload that."
        )
