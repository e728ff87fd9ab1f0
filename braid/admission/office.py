"""Office files are zip files: whether one is whole, and how much it would unpack to."""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.zip_directory import open_zip

__all__ = ["check_office"]

# The text of a thousand pages takes some 10 MB; pictures inside are not unpacked.
_MAX_XML_BYTES = 200 * 1024 * 1024
_TEXT_PARTS = (".xml", ".rels")
_ODT_MANIFEST = "META-INF/manifest.xml"
_MAX_MANIFEST_BYTES = 1024 * 1024


def check_office(file: BinaryIO) -> int:
    """How many bytes of text it unpacks to, told by its directory.

    Raises ``InvalidAssetError`` for a damaged, protected or exploding file.
    """
    reader = BlockReader(file)
    try:
        with open_zip(reader) as archive:
            parts = archive.infolist()
            is_protected = any(part.flag_bits & 0x1 for part in parts) or _is_encrypted_odt(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error) as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError(
            "The document is damaged or cut off and can't be opened. Save it again and upload that."
        ) from error
    if is_protected:
        raise InvalidAssetError("The document is protected by a password. Save it without one.")
    xml_bytes = sum(part.file_size for part in parts if part.filename.lower().endswith(_TEXT_PARTS))
    if xml_bytes > _MAX_XML_BYTES:
        raise InvalidAssetError(
            f"The document would unpack to {xml_bytes / 1024**2:,.0f} MiB of text, more than any real"
            " document has. Save it as PDF and upload that."
        )
    return xml_bytes


def _is_encrypted_odt(archive: zipfile.ZipFile) -> bool:
    """OpenDocument encrypts its parts one by one and says so in its manifest, not in the zip directory."""
    if _ODT_MANIFEST not in archive.namelist():
        return False
    with archive.open(_ODT_MANIFEST) as manifest:
        return b"encryption-data" in manifest.read(_MAX_MANIFEST_BYTES)
