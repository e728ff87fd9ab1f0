"""Opens zip files without trusting how long their directory says it is."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, cast

from braid.media.containers.blocks import BlockReader

__all__ = ["open_zip"]

# The directory of ten thousand parts takes 2 MB; zipfile would hold gigabytes of one, a kilobyte a part.
_MAX_DIRECTORY_BYTES = 8 * 1024 * 1024


def open_zip(reader: BlockReader) -> zipfile.ZipFile:
    """Raises what zipfile raises; ``BadZipFile`` also for a directory that is longer than any document's."""
    with reader.limited(_MAX_DIRECTORY_BYTES):
        return zipfile.ZipFile(cast(BinaryIO, reader))
