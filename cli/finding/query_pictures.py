"""A picture file as a query: looked at here, so that a bad one costs nothing, and sent small."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import BinaryIO

from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["MAX_FILE_BYTES", "picture_named", "query_picture"]

MAX_FILE_BYTES = 100_000_000
# What joint models look at: Titan's take 2,048 pixels, and see no more in them than in these.
_MAX_SIDE_PX = 1_024
_SUFFIX = r"\.(jpe?g|png|gif|webp|tiff?|bmp|heic|avif)"
# With a folder: a bare name may be what is sought.
_A_PICTURES_PATH = re.compile(rf"\S*/\S*{_SUFFIX}", re.IGNORECASE)
_MEANS_A_FILE = re.compile(rf".*/.*|.*{_SUFFIX}", re.IGNORECASE | re.DOTALL)


def picture_named(query: str) -> str | None:
    """The picture file that a query names, as ``query_picture`` gives it; ``None`` where it is words.

    A file here that is no picture doesn't take the place of a word that is its name. Raises ``CommandError``
    (exit status 2) for what looks like a picture's path and isn't there, is no picture, or can't be read.
    """
    path = Path(query)
    try:
        is_here = path.is_file()
    except (OSError, ValueError):  # longer than a path may be, or with a character that none has
        return None
    if not is_here:
        if _A_PICTURES_PATH.fullmatch(query):
            raise CommandError(f"{query}: there is no such file", exit_code=EXIT_MISUSE)
        return None
    if not _MEANS_A_FILE.fullmatch(query) and not _is_picture(path):
        return None
    try:
        with path.open("rb") as file:
            return query_picture(file, query)
    except OSError as error:
        raise CommandError(
            f"{query}: the file can't be read ({error.strerror})", exit_code=EXIT_MISUSE
        ) from error


def query_picture(file: BinaryIO, name: str) -> str:
    """The picture as base64 of a JPEG, upright and small; ``name`` is what people call the file.

    Raises ``CommandError`` (exit status 2) for a file that is no picture, empty, damaged or too large.
    """
    # PyAV and Pillow take a second: only where a picture is really searched with.
    from braid.domain.errors import InvalidAssetError
    from braid.media.content.identify import identify
    from braid.media.pictures.stills import image_stills

    size = file.seek(0, 2)
    file.seek(0)
    if not 0 < size <= MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000_000
        said = (
            "is empty; search with a picture or with words"
            if size == 0
            else f"has {size} bytes; a picture to search with has {limit} MB at most"
        )
        raise CommandError(f"{name}: {said}", exit_code=EXIT_MISUSE)
    try:
        media_type = identify(file)
        if not media_type.startswith("image/"):
            raise CommandError(
                f"{name}: is {media_type}, no picture; search with words or with a picture",
                exit_code=EXIT_MISUSE,
            )
        still = image_stills(file, media_type, max_stills=1, max_side_px=_MAX_SIDE_PX).stills[0]
    except InvalidAssetError as error:
        raise CommandError(f"{name}: {error}", exit_code=EXIT_MISUSE) from error
    return base64.b64encode(still.jpeg).decode()


def _is_picture(path: Path) -> bool:
    from braid.domain.errors import InvalidAssetError
    from braid.media.content.identify import identify

    try:
        with path.open("rb") as file:
            return identify(file).startswith("image/")
    except (OSError, InvalidAssetError):
        return False
