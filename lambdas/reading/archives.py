"""Office documents are zip files: their parts, read without trusting the sizes that they declare."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from domain.errors import InvalidAssetError
from lambdas.media.blocks import BlockReader

__all__ = ["Archive", "open_archive"]

# A novel is 3 MB of markup; what unpacks to more than this is no document that people read.
_MAX_PART_BYTES = 64 * 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class Archive:
    """The parts of an opened office document by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = tuple(archive.namelist())

    def read(self, name: str) -> bytes:
        """A part's bytes. Raises ``InvalidAssetError`` for one that is absent, damaged or a bomb."""
        try:
            with self._archive.open(name) as part:
                data = part.read(_MAX_PART_BYTES + 1)
        except KeyError as error:
            raise InvalidAssetError(f"The document has no {name}: it is damaged. Save it again.") from error
        except _DAMAGED as error:
            raise InvalidAssetError(
                f"The document's {name} is damaged or encrypted. Save it again."
            ) from error
        if len(data) > _MAX_PART_BYTES:
            raise InvalidAssetError(
                f"The document's {name} unpacks to more than {_MAX_PART_BYTES // 1024 // 1024} MB."
                " Split the document and upload its parts."
            )
        return data


@contextmanager
def open_archive(file: BinaryIO) -> Iterator[Archive]:
    """Opens an office document. Raises ``InvalidAssetError`` where it is damaged."""
    try:
        archive = zipfile.ZipFile(cast(BinaryIO, BlockReader(file)))
    except _DAMAGED as error:
        raise InvalidAssetError("The office document is damaged or cut off. Save it again.") from error
    with archive:
        yield Archive(archive)
