"""Unpacks the zip archive on standard input into the folder that is named, with the modes of its files."""

from __future__ import annotations

import io
import os
import sys
import zipfile


def main(target: str) -> None:
    """Modes are kept as AWS keeps them: a layer's programs can be run."""
    with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as archive:
        for entry in archive.infolist():
            path = archive.extract(entry, target)
            if mode := (entry.external_attr >> 16) & 0o7777:
                os.chmod(path, mode)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        sys.exit(f"{'OSError' if isinstance(error, OSError) else 'BadZipFile'}: {error}")
