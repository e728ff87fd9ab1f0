"""HEIC pictures, which FFmpeg decodes and Pillow doesn't."""

from __future__ import annotations

from av.video.frame import VideoFrame
from PIL import Image

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.container import open_container
from braid.media.pictures.frame_image import frame_image

__all__ = ["open_heic"]


def open_heic(reader: BlockReader, max_pixels: int) -> Image.Image:
    """The picture of a HEIC file as RGB.

    Raises InvalidAssetError where it is damaged, too large, or put together of tiles (as iPhones do it).
    """
    with open_container(reader, "image/heic") as container:
        streams = container.streams.video
        sizes = {(stream.width, stream.height) for stream in streams}
        if not streams or (len(streams) > 1 and len(sizes) == 1):
            raise InvalidAssetError(
                "This HEIC picture is put together of tiles, which can't be read yet. Export it as JPEG."
            )
        largest = max(streams, key=lambda stream: stream.width * stream.height)
        if largest.width * largest.height > max_pixels:
            raise InvalidAssetError(
                f"The picture declares {largest.width:,} × {largest.height:,} pixels; at most"
                f" {max_pixels / 1e6:,.0f} million are decoded. Scale it down and upload that."
            )
        for frame in container.decode(largest):
            assert isinstance(frame, VideoFrame)
            return frame_image(frame)
    raise InvalidAssetError("The picture holds no image data. Export it again, for example as JPEG.")
