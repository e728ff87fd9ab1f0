"""A page drawn as a JPEG, with what is filled into its form."""

from __future__ import annotations

import pypdfium2
from PIL import Image

from braid.domain.errors import InvalidAssetError
from braid.domain.span import Span
from braid.media.pictures.jpeg import encode_jpeg
from braid.media.pictures.still import Still

__all__ = ["PAGE_SIDE_PX", "rendered"]

PAGE_SIDE_PX = 2000  # 170 dpi on A4: OCR reads 8 point type, and the JPEG stays far below a megabyte


def rendered(page: pypdfium2.PdfPage, number: int, max_side_px: int, max_bytes: int) -> Still:
    """The picture of ``page``, turned as it is read, its longer side ``max_side_px``.

    Raises InvalidAssetError where it can't be drawn.
    """
    longest = max(page.get_size())
    if longest <= 0:
        raise InvalidAssetError(f"Page {number} of the PDF has no size. Export it again.")
    try:
        bitmap = page.render(scale=max_side_px / longest, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise InvalidAssetError(f"Page {number} of the PDF can't be drawn. Export it again.") from error
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    jpeg = encode_jpeg(picture, max_bytes=max_bytes)
    return Still(jpeg, picture.width, picture.height, Span(page=number), page=number)
