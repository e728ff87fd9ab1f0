"""Office documents are zip files: their parts, read without trusting what they declare about themselves."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from lxml import etree

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.zip_directory import open_zip
from lambdas.reading.markup.xml import Element, attribute, check_declarations, parse_xml

__all__ = ["Package", "Relationship", "open_package"]

# A novel is 3 MB of markup, a sheet of 100,000 rows some 60 MB; three hundred slides have 3,000 parts.
_MAX_PARTS = 10_000
_MAX_PART_BYTES = 128 * 1024 * 1024
_MAX_PICTURE_BYTES = 64 * 1024 * 1024
_MAX_MARKUP_BYTES = 200 * 1024 * 1024
# Sheets of numbers shrink to a thirtieth. A part that is small anyway may be as dull as it likes.
_MAX_RATIO = 200
_SMALL_BYTES = 16 * 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_MARKUP = (".xml", ".rels")
# "Strict" files name the same things by other addresses, which the libraries don't know.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"


@dataclass(frozen=True)
class Relationship:
    """What a part refers to: the last word of the relationship's type, and the part's name."""

    kind: str
    target: str


class Package:
    """The parts of an opened office document by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._unpacked_bytes: dict[str, int] = {}
        self._is_bomb = False
        self.names = tuple(archive.namelist())

    def read(self, name: str) -> bytes:
        """A part's bytes, in the ordinary namespaces. Raises ``InvalidAssetError`` for one that is absent,
        damaged, encrypted or a bomb."""
        try:
            packed_bytes = self._archive.getinfo(name).compress_size
            with self._archive.open(name) as part:
                data = part.read(_MAX_PART_BYTES + 1)
        except KeyError as error:
            raise InvalidAssetError(f"The document has no {name}: it is damaged. Save it again.") from error
        except _DAMAGED as error:
            raise InvalidAssetError(
                f"The document's {name} is damaged or encrypted. Save it again."
            ) from error
        self._unpacked_bytes[name] = len(data)
        is_dull = len(data) > _SMALL_BYTES and len(data) > _MAX_RATIO * max(1, packed_bytes)
        if len(data) > _MAX_PART_BYTES or sum(self._unpacked_bytes.values()) > _MAX_MARKUP_BYTES or is_dull:
            self._is_bomb = True
            raise InvalidAssetError(
                f"The document's {name} unpacks to more than any document that people read."
                " Split the document and upload its parts."
            )
        return _STRICT.sub(_TRANSITIONAL, data) if b"purl.oclc.org" in data else data

    def markup(self, name: str) -> Element:
        """A part's root element. Raises as ``read`` and ``parse_xml`` do."""
        return parse_xml(self.read(name))

    def find_markup(self, name: str) -> Element | None:
        """A part's root element, ``None`` where that part alone is absent or damaged.

        Raises ``InvalidAssetError`` for a bomb.
        """
        try:
            return self.markup(name)
        except InvalidAssetError:
            if self._is_bomb:
                raise
            return None

    def picture(self, name: str) -> bytes | None:
        """A picture's bytes, ``None`` for one that is absent, damaged or far too large."""
        try:
            with self._archive.open(name) as part:
                data = part.read(_MAX_PICTURE_BYTES + 1)
        except (KeyError, *_DAMAGED):
            return None
        return data if len(data) <= _MAX_PICTURE_BYTES else None

    def relationships(self, name: str) -> dict[str, Relationship]:
        """What the part called ``name`` (the package itself: ``""``) refers to inside of the file, by id."""
        folder, _, base = name.rpartition("/")
        listing = posixpath.join(folder, "_rels", f"{base}.rels")
        if listing not in self.names:
            return {}
        found = {}
        for item in self.markup(listing):
            target = _target(folder, attribute(item, "Target") or "")
            if attribute(item, "TargetMode") != "External" and target in self.names:
                kind = (attribute(item, "Type") or "").rpartition("/")[2]
                found[attribute(item, "Id") or ""] = Relationship(kind, target)
        return found

    def related(self, name: str, kind: str) -> list[str]:
        """The parts of one kind that the part called ``name`` refers to."""
        return [item.target for item in self.relationships(name).values() if item.kind == kind]

    def markup_alone(self) -> BinaryIO:
        """The document as a file in memory for libraries that load all of it: pictures, sound and macros are
        empty, what isn't text is left out, and references lead to parts that exist."""
        target = io.BytesIO()
        kept = [name for name in dict.fromkeys(self.names) if not name.startswith("docProps/")]
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name in kept:
                data = b""
                if name.lower().endswith(_MARKUP):
                    data = self.read(name)
                    check_declarations(data)
                    if name.endswith(".rels"):
                        data = _existing_references(data, name, frozenset(kept))
                archive.writestr(name, data)
        target.seek(0)
        return target


@contextmanager
def open_package(file: BinaryIO) -> Iterator[Package]:
    """Opens an office document. Raises ``InvalidAssetError`` where it is damaged or has too many parts."""
    reader = BlockReader(file)
    try:
        archive = open_zip(reader)
    except _DAMAGED as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError("The office document is damaged or cut off. Save it again.") from error
    with archive:
        if len(archive.filelist) > _MAX_PARTS:
            raise InvalidAssetError(
                f"The document has {len(archive.filelist):,} parts, more than any needs. Save it as PDF."
            )
        yield Package(archive)


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _existing_references(data: bytes, name: str, kept: frozenset[str]) -> bytes:
    """The relationships that lead somewhere: producers leave some to pictures that they dropped."""
    root = parse_xml(data)
    folder = posixpath.dirname(posixpath.dirname(name))
    for item in list(root):
        is_inside = attribute(item, "TargetMode") != "External"
        if is_inside and _target(folder, attribute(item, "Target") or "") not in kept:
            root.remove(item)
    return cast(bytes, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
