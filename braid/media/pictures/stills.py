"""Images: what they are, whether they are whole, and the stills that stand for them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from PIL import Image, ImageSequence, UnidentifiedImageError

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.domain.evidence.vision import Box
from braid.domain.span import WHOLE, Span
from braid.media.containers.blocks import MAX_READ_BYTES, BlockReader
from braid.media.containers.completeness import missing_bytes
from braid.media.pictures.decoding_limits import DECODER_ERRORS, MAX_PIXELS, check_file_size, check_pixels
from braid.media.pictures.flattening import flattened
from braid.media.pictures.jpeg import MAX_JPEG_BYTES, MAX_SIDE_PX, bytes_each, encode_jpeg, fit
from braid.media.pictures.signature import Signature, signature_of_image
from braid.media.pictures.still import MAX_KEYFRAMES, Still, StillList
from braid.media.pictures.still_colours import CODED_COLOURS, coded_colours, colour_warning
from braid.media.pictures.thinning import thin

__all__ = ["ImageProbe", "image_stills", "picture_part", "probe_image"]

# An animation is looked at until so much of it was decoded: 2,000 frames of a megapixel.
_MAX_ANIMATION_PIXELS = 2_000_000_000
_ANIMATION_STEP_SHARE = 0.05
_DEFAULT_FRAME_MS = 100
_HEAD_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 32 * 1024 * 1024

_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
    "image/avif": ("AVIF",),
    "image/heic": ("HEIF",),
}
_CUT_OFF = "The picture is cut off: its data ends too early. Upload it again."
_VIEWS_OF_ONE = ("MPO", "HEIF")  # their other pictures are views of the first, or come before and after it


@dataclass(frozen=True)
class ImageProbe:
    """A whole, decodable image. Width and height are as shown (turned by its EXIF orientation).

    ``frame_count`` counts an animation's frames or a TIFF's pages.
    """

    width_px: int
    height_px: int
    frame_count: int
    is_animated: bool


def probe_image(file: BinaryIO, media_type: str, *, max_pixels: int = MAX_PIXELS) -> ImageProbe:
    """Reads the header, then decodes the (first) picture to its end.

    Raises InvalidAssetError where the image is damaged, cut off or empty, or declares more than
    ``max_pixels`` (four times as many in a JPEG): that is refused before anything is decoded.
    """
    with _opened(file, media_type, max_pixels) as image:
        frame_count = int(getattr(image, "n_frames", 1))
        width, height = image.size
        if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):
            width, height = height, width
        _shrink_on_load(image, MAX_SIDE_PX)
        image.load()
        is_animated = frame_count > 1 and image.format not in ("TIFF", *_VIEWS_OF_ONE)
        return ImageProbe(width, height, 1 if image.format in _VIEWS_OF_ONE else frame_count, is_animated)


def image_stills(
    file: BinaryIO,
    media_type: str,
    *,
    max_stills: int = MAX_KEYFRAMES,
    max_side_px: int = MAX_SIDE_PX,
    max_pixels: int = MAX_PIXELS,
) -> StillList:
    """The stills of an image: RGB, upright, transparency on white, scaled down to ``max_side_px``.

    A photograph has one, whose span is the whole. A TIFF has one per page, an animation one per frame that
    differs from the one before, at most ``max_stills``; pages that found no place are told in ``warnings``.
    Raises InvalidAssetError as ``probe_image`` does.
    """
    with _opened(file, media_type, max_pixels) as image:
        frame_count = int(getattr(image, "n_frames", 1))
        if image.format == "TIFF" and frame_count > 1:
            return _page_stills(image, frame_count, max_stills, max_side_px, max_pixels)
        if frame_count > 1 and image.format not in _VIEWS_OF_ONE:
            return _animation_stills(image, max_stills, max_side_px, max_pixels)
        _shrink_on_load(image, max_side_px)
        warning = colour_warning(image)
        return StillList((_still_of(flattened(image, max_side_px), WHOLE),), (warning,) if warning else ())


def picture_part(file: BinaryIO, media_type: str, part: Box, *, max_side_px: int = MAX_SIDE_PX) -> Still:
    """The part of an image that a document shows of it, scaled down to ``max_side_px``; of several its first.

    Raises InvalidAssetError as ``probe_image`` does.
    """
    with _opened(file, media_type, MAX_PIXELS) as image:
        picture = flattened(image, max(image.size))
    left, top = int(part.left * picture.width), int(part.top * picture.height)
    right = max(left + 1, round((part.left + part.width) * picture.width))
    bottom = max(top + 1, round((part.top + part.height) * picture.height))
    shown = picture.crop((left, top, right, bottom))
    return _still_of(shown.resize(fit(shown.width, shown.height, max_side_px)), WHOLE)


@contextmanager
def _opened(file: BinaryIO, media_type: str, max_pixels: int) -> Iterator[Image.Image]:
    """The image with its header read and its size checked; decoder errors inside the block are the file's."""
    reader = BlockReader(file)
    try:
        if media_type not in _FORMATS:
            raise InvalidInputError(f"{media_type} is no image type that can be opened")
        if media_type == "image/heic":
            from pi_heif import register_heif_opener  # type: ignore[import-untyped]  # ships no types

            register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
            if missing_bytes(reader, media_type):  # its decoder would leave tiles grey, and say nothing
                raise InvalidAssetError(_CUT_OFF)
        # Pillow has a limit of its own, in a global; ours is checked here and below, frame by frame.
        Image.MAX_IMAGE_PIXELS = None
        formats = _FORMATS[media_type]
        check_file_size(formats[0], reader.size_bytes)
        head = reader.read(_HEAD_BYTES) if formats[0] in ("AVIF", "HEIF", "PNG") else b""
        reader.seek(0)
        with (
            _readable(reader, formats[0]) as readable,
            Image.open(readable, formats=formats) as image,
        ):
            check_pixels(image, max_pixels)
            if coded := coded_colours(head):
                image.info[CODED_COLOURS] = coded
            yield image
    except DECODER_ERRORS as error:
        if reader.error is not None:
            raise reader.error from error
        raise InvalidAssetError(_why(error, media_type)) from error


@contextmanager
def _readable(reader: BlockReader, image_format: str) -> Iterator[BinaryIO]:
    """The file for Pillow: a large TIFF on disk, because libtiff else wants all of it in memory."""
    if image_format != "TIFF" or reader.size_bytes <= _IN_MEMORY_BYTES:
        yield cast(BinaryIO, reader)
        return
    with tempfile.TemporaryFile() as spooled:
        shutil.copyfileobj(reader, spooled, MAX_READ_BYTES)
        spooled.seek(0)
        yield cast(BinaryIO, spooled)


def _why(error: Exception, media_type: str) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"The picture's header is damaged: it can't be opened as {media_type}. Export it again."
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return _CUT_OFF
    return f"The picture is damaged and can't be decoded as {media_type}. Export it again."


def _shrink_on_load(image: Image.Image, max_side_px: int) -> None:
    """Lets the JPEG decoder give a half, a quarter or an eighth where that is still large enough."""
    longest = max(image.size)
    if longest > max_side_px:
        image.draft(None, (image.width * max_side_px // longest, image.height * max_side_px // longest))


def _page_stills(
    image: Image.Image, page_count: int, max_stills: int, max_side_px: int, max_pixels: int
) -> StillList:
    stills = []
    for number in range(min(page_count, max_stills)):
        image.seek(number)
        check_pixels(image, max_pixels)
        span = Span(page=number + 1)
        shown = flattened(image, max_side_px)
        stills.append(_still_of(shown, span, page=number + 1, max_bytes=bytes_each(max_stills)))
    unread = page_count - len(stills)
    warnings = (f"{unread} of {page_count} pages were not looked at",) if unread else ()
    return StillList(tuple(stills), warnings)


def _animation_stills(image: Image.Image, max_stills: int, max_side_px: int, max_pixels: int) -> StillList:
    kept: list[tuple[Still, Signature]] = []
    at_ms, decoded_pixels = 0, 0
    warnings: tuple[str, ...] = ()
    for frame in ImageSequence.Iterator(image):
        frame_pixels = frame.width * frame.height  # a frame may be larger than the first one
        decoded_pixels += frame_pixels
        if frame_pixels > max_pixels or decoded_pixels > _MAX_ANIMATION_PIXELS:
            warnings = (f"the animation was looked at up to {at_ms / 1000:.1f} s",)
            break
        shown = flattened(frame, max_side_px)
        signature = signature_of_image(shown)
        if not kept or kept[-1][1].changed_share(signature) >= _ANIMATION_STEP_SHARE:
            still = _still_of(shown, Span(at_ms, at_ms), at_ms=at_ms, max_bytes=bytes_each(3 * max_stills))
            kept.append((still, signature))
        at_ms += round(frame.info.get("duration") or _DEFAULT_FRAME_MS)
        if len(kept) >= 3 * max_stills:
            kept = _thinned(kept, max_stills, at_ms)
    kept = _thinned(kept, max_stills, at_ms)
    starts = [still.span.start_ms or 0 for still, _ in kept]
    return StillList(
        tuple(
            Still(still.jpeg, still.width_px, still.height_px, Span(start, end), at_ms=still.at_ms)
            for (still, _), start, end in zip(kept, starts, [*starts[1:], at_ms], strict=True)
        ),
        warnings,
    )


def _thinned(
    kept: list[tuple[Still, Signature]], max_stills: int, duration_ms: int
) -> list[tuple[Still, Signature]]:
    return thin(
        kept,
        limit=max_stills,
        max_gap_ms=duration_ms,
        duration_ms=duration_ms,
        at_ms=lambda pair: pair[0].at_ms or 0,
        difference=lambda one, other: one[1].changed_share(other[1]),
    )


def _still_of(
    picture: Image.Image,
    span: Span,
    *,
    at_ms: int | None = None,
    page: int | None = None,
    max_bytes: int = MAX_JPEG_BYTES,
) -> Still:
    jpeg = encode_jpeg(picture, max_bytes=max_bytes)
    return Still(jpeg, picture.width, picture.height, span, at_ms, page)
