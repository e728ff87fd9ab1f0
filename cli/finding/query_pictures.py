"""A picture file as a query: looked at here, so that a bad one costs nothing, and sent small."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["is_picture_file", "query_picture"]

_MAX_FILE_BYTES = 100_000_000
# What joint models look at: Titan's take 2,048 pixels, and see no more in them than in these.
_MAX_SIDE_PX = 1_024
# With a folder: a bare name may be what is sought.
_A_PICTURES_PATH = re.compile(r"\S*/\S*\.(jpe?g|png|gif|webp|tiff?|bmp|heic|avif)", re.IGNORECASE)


def is_picture_file(query: str) -> bool:
    """Whether a query names a file that is here, rather than being words.

    Raises ``CommandError`` (exit status 2) for what looks like the path of a picture that isn't there.
    """
    try:
        is_here = Path(query).is_file()
    except (OSError, ValueError):  # longer than a path may be, or with a character that none has
        return False
    if not is_here and _A_PICTURES_PATH.fullmatch(query):
        raise CommandError(f"{query}: there is no such file", exit_code=EXIT_MISUSE)
    return is_here


def query_picture(path: Path) -> str:
    """The picture as base64 of a JPEG, upright and small.

    Raises ``CommandError`` (exit status 2) for a file that is no picture, empty, damaged or too large.
    """
    # PyAV and Pillow take a second: only where a picture is really searched with.
    from braid.domain.errors import InvalidAssetError
    from braid.media.content.identify import identify
    from braid.media.pictures.stills import image_stills

    size = path.stat().st_size
    if not 0 < size <= _MAX_FILE_BYTES:
        limit = _MAX_FILE_BYTES // 1_000_000
        said = (
            "is empty; search with a picture or with words"
            if size == 0
            else f"has {size} bytes; a picture to search with has {limit} MB at most"
        )
        raise CommandError(f"{path}: {said}", exit_code=EXIT_MISUSE)
    try:
        with path.open("rb") as file:
            media_type = identify(file)
            if not media_type.startswith("image/"):
                raise CommandError(
                    f"{path}: is {media_type}, no picture; search with words or with a picture",
                    exit_code=EXIT_MISUSE,
                )
            still = image_stills(file, media_type, max_stills=1, max_side_px=_MAX_SIDE_PX).stills[0]
    except InvalidAssetError as error:
        raise CommandError(f"{path}: {error}", exit_code=EXIT_MISUSE) from error
    return base64.b64encode(still.jpeg).decode()
