"""Images: one still or several, always RGB, upright and bounded; bombs and damage refused."""

from __future__ import annotations

import io
import random
import struct

import pytest
from PIL import Image, ImageChops, ImageCms, ImageFilter, ImageStat

from braid.domain.errors import InvalidAssetError
from braid.domain.span import WHOLE
from braid.media.pictures.flattening import flattened
from braid.media.pictures.jpeg import MAX_JPEG_BYTES, encode_jpeg
from braid.media.pictures.quality import measure_quality
from braid.media.pictures.stills import image_stills, probe_image
from evaluation.phone_pictures import heic
from tests.unit.media import synthetic as media

SLIDE = media.slide(0)


def one_still(data: bytes, media_type: str) -> Image.Image:
    (still,) = image_stills(media.opened(data), media_type).stills
    picture = media.picture_of(still.jpeg)
    assert picture.mode == "RGB"
    assert picture.size == (still.width_px, still.height_px)
    assert still.span == WHOLE
    return picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_every_format_gives_the_same_picture(form: str) -> None:
    data = media.image(SLIDE, form)

    picture = one_still(data, f"image/{form.lower()}")

    assert media.is_like(media.image(picture, "PNG"), SLIDE)
    probed = probe_image(media.opened(data), f"image/{form.lower()}")
    assert (probed.width_px, probed.height_px, probed.frame_count) == (320, 180, 1)
    assert not probed.is_animated


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = SLIDE.convert("L")
    picture = {
        "I;16": lambda: Image.frombytes(
            "I;16", grey.size, b"".join(bytes((level, level)) for level in grey.tobytes())
        ),
        "I": lambda: grey.convert("I").point(lambda value: value * 257 + 0),
        "F": lambda: grey.convert("F"),
    }.get(mode, lambda: SLIDE.convert(mode))()

    shown = one_still(media.image(picture, "TIFF"), "image/tiff")

    assert media.is_like(
        media.image(shown.convert("L").convert("RGB"), "PNG"), grey.convert("RGB"), tolerance=9
    )


def test_transparency_lies_on_white() -> None:
    picture = Image.new("RGBA", (60, 40), (255, 0, 0, 0))

    assert one_still(media.image(picture, "PNG"), "image/png").getpixel((30, 20)) == (255, 255, 255)


def test_a_photo_is_turned_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn clockwise
    data = media.image(SLIDE, "JPEG", exif=exif, quality=95)

    shown = one_still(data, "image/jpeg")

    assert shown.size == (180, 320)
    assert media.is_like(media.image(shown.transpose(Image.Transpose.ROTATE_90), "PNG"), SLIDE)
    probed = probe_image(media.opened(data), "image/jpeg")
    assert (probed.width_px, probed.height_px) == (180, 320)


def test_a_photo_of_a_phone_is_put_together_of_its_tiles() -> None:
    data = heic(SLIDE)

    assert media.is_like(media.image(one_still(data, "image/heic"), "PNG"), SLIDE)
    probed = probe_image(media.opened(data), "image/heic")
    assert (probed.width_px, probed.height_px, probed.frame_count, probed.is_animated) == (320, 180, 1, False)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_photo_of_a_phone_is_turned_as_it_was_held(turned: int) -> None:
    data = heic(SLIDE, turned=turned)

    shown = one_still(data, "image/heic")

    assert media.is_like(media.image(shown.rotate(turned, expand=True), "PNG"), SLIDE)
    probed = probe_image(media.opened(data), "image/heic")
    assert (probed.width_px, probed.height_px) == shown.size


def test_the_colours_of_a_phone_become_srgb() -> None:
    red = Image.new("RGB", (128, 128), (200, 30, 30))

    plain = one_still(heic(red), "image/heic").getpixel((64, 64))
    converted = one_still(heic(red, profile=swapped_profile()), "image/heic").getpixel((64, 64))

    assert isinstance(plain, tuple)
    assert isinstance(converted, tuple)
    assert plain[0] > plain[2]
    assert converted[2] > converted[0], "the profile says that the first channel is blue"


def swapped_profile() -> bytes:
    """sRGB's profile with the places of red's and blue's primaries exchanged, under another name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "ours".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_photo_of_a_phone_is_refused(share: float) -> None:
    data = heic(media.scene(3))
    cut = data[: int(len(data) * share)]

    for function in (probe_image, image_stills):
        with pytest.raises(InvalidAssetError, match=r"Upload it again|Export it again"):
            function(media.opened(cut), "image/heic")


def test_a_photo_of_a_phone_may_declare_too_many_pixels() -> None:
    data = heic(SLIDE)
    declared = data.replace(struct.pack(">II", *SLIDE.size), struct.pack(">II", 30_000, 30_000))
    declared = declared.replace(struct.pack(">HH", *SLIDE.size), struct.pack(">HH", 30_000, 30_000))

    for function in (probe_image, image_stills):
        with pytest.raises(InvalidAssetError, match="million are decoded"):
            function(media.opened(declared), "image/heic")


def test_a_large_photo_is_scaled_down() -> None:
    data = media.image(media.scene(1, (5_000, 3_000)), "JPEG")

    (still,) = image_stills(media.opened(data), "image/jpeg", max_side_px=1_000).stills

    assert (still.width_px, still.height_px) == (1_000, 600)


@pytest.mark.slow
def test_a_picture_that_compresses_badly_stays_below_the_limit() -> None:
    noise = Image.frombytes("RGB", (2_400, 2_000), random.Random(0).randbytes(2_400 * 2_000 * 3))

    assert len(encode_jpeg(noise)) <= MAX_JPEG_BYTES
    assert len(encode_jpeg(noise, max_bytes=100_000)) <= 100_000


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_a_still_per_change(form: str) -> None:
    frames = [media.scene(0)] * 4 + [media.scene(1)] * 4 + [media.scene(2)] * 2
    # Encoders join equal frames; what counts is when the picture changes.
    data = media.image(frames[0], form, save_all=True, append_images=frames[1:], duration=200)

    found = image_stills(media.opened(data), f"image/{form.lower()}").stills

    assert [still.at_ms for still in found] == [0, 800, 1_600]
    assert [(still.span.start_ms, still.span.end_ms) for still in found] == [
        (0, 800),
        (800, 1_600),
        (1_600, 2_000),
    ]
    assert probe_image(media.opened(data), f"image/{form.lower()}").is_animated


def test_the_pages_of_a_tiff() -> None:
    pages = [media.slide(number) for number in range(5)]
    data = media.image(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    found = image_stills(media.opened(data), "image/tiff", max_stills=3)

    assert [still.page for still in found.stills] == [1, 2, 3]
    assert all(media.is_like(still.jpeg, page) for still, page in zip(found.stills, pages, strict=False))
    assert found.warnings == ("2 of 5 pages were not looked at",)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    for data, media_type in [
        (media.png_header(100_000, 100_000), "image/png"),
        (media.image(Image.new("1", (20_000, 20_000)), "TIFF", compression="group4"), "image/tiff"),
    ]:
        with pytest.raises(InvalidAssetError, match="million are decoded"):
            probe_image(media.opened(data), media_type)
        with pytest.raises(InvalidAssetError, match="million are decoded"):
            image_stills(media.opened(data), media_type)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF"])  # Pillow fills up a GIF
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_image_is_refused(form: str, share: float) -> None:
    data = media.image(media.scene(3), form)
    cut = data[: int(len(data) * share)]

    for function in (probe_image, image_stills):
        with pytest.raises(InvalidAssetError, match=r"Upload it again|Export it again"):
            function(media.opened(cut), f"image/{form.lower()}")


def test_an_error_of_the_file_object_is_not_the_file_s_fault() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the network went away")

    with pytest.raises(OSError, match="the network went away"):
        probe_image(Failing(media.image(SLIDE, "PNG")), "image/png")


def test_sharpness_falls_with_every_blur() -> None:
    for picture in (media.scene(4, (1_200, 800)), media.slide(1, (1_200, 800))):
        values = [
            measure_quality(encode_jpeg(picture.filter(ImageFilter.GaussianBlur(radius)))).sharpness
            for radius in (0, 1, 2, 4, 8, 16, 32)
        ]
        assert values == sorted(values, reverse=True)
        assert values[0] > 10
        assert values[-1] < 2


def test_brightness_contrast_and_blankness() -> None:
    picture = media.scene(5)
    darker = picture.point(lambda value: value * 0.5 + 0)

    assert measure_quality(encode_jpeg(darker)).brightness < measure_quality(encode_jpeg(picture)).brightness
    assert measure_quality(encode_jpeg(darker)).contrast < measure_quality(encode_jpeg(picture)).contrast
    black = measure_quality(encode_jpeg(Image.new("RGB", (400, 300))))
    white = measure_quality(encode_jpeg(Image.new("RGB", (400, 300), "white")))
    slide = measure_quality(encode_jpeg(SLIDE))
    assert (black.is_blank, black.is_black, black.brightness) == (True, True, 0)
    assert (white.is_blank, white.is_black, white.brightness) == (True, False, 1)
    assert not slide.is_blank


@pytest.mark.slow
@pytest.mark.parametrize(("form", "limit"), [("WEBP", 16_500_000), ("AVIF", 18_857_142)])
def test_what_needs_more_memory_may_have_fewer_pixels(form: str, limit: int) -> None:
    side = int(limit**0.5) + 2
    data = media.image(Image.new("RGB", (side, side), "teal"), form, quality=1)

    with pytest.raises(InvalidAssetError, match=f"of this kind of {form}"):
        probe_image(media.opened(data), f"image/{form.lower()}")


@pytest.mark.slow
def test_a_progressive_photo_may_have_fewer_pixels_than_another() -> None:
    picture = Image.new("RGB", (7_000, 7_000), "teal")

    assert probe_image(media.opened(media.image(picture, "JPEG")), "image/jpeg").width_px == 7_000
    with pytest.raises(InvalidAssetError, match="of this kind of JPEG"):
        probe_image(media.opened(media.image(picture, "JPEG", progressive=True)), "image/jpeg")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1_003, 777), (9_001, 1_834), (1_400, 6_000)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "I;16"])
def test_a_picture_flattened_in_bands_is_the_one_flattened_whole(mode: str, size: tuple[int, int]) -> None:
    picture = media.scene(8, size)
    if mode == "RGBA":
        picture.putalpha(media.scene(9, size).convert("L"))
    elif mode == "I;16":
        grey = picture.convert("L")
        picture = Image.frombytes("I;16", size, b"".join(bytes((level, level)) for level in grey.tobytes()))
    else:
        picture = picture.convert(mode)

    flat = (grey if mode == "I;16" else picture).convert("RGB")
    if mode == "RGBA":
        flat = Image.alpha_composite(Image.new("RGBA", size, "white"), picture).convert("RGB")
    scale = 500 / max(size)
    expected = flat.resize((round(size[0] * scale), round(size[1] * scale)), Image.Resampling.LANCZOS)

    difference = ImageChops.difference(flattened(picture, 500), expected)

    # Pillow rounds between its two passes, and takes the cheaper one first.
    assert max(high for _, high in difference.getextrema()) <= 6
    assert max(ImageStat.Stat(difference).mean) < 0.2


@pytest.mark.parametrize(
    ("size", "shown"), [((16, 20), (80, 100)), ((60, 500), (80, 667)), ((20, 2_000), (41, 4_096))]
)
def test_a_small_picture_is_enlarged_so_that_it_can_be_looked_at(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    picture = one_still(media.image(media.scene(1, size), "PNG"), "image/png")

    assert picture.size == shown


def test_a_large_tiff_is_read_from_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("braid.media.pictures.stills._IN_MEMORY_BYTES", 1_000)
    pages = [media.slide(number) for number in range(3)]
    data = media.image(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")

    found = image_stills(media.opened(data), "image/tiff").stills

    assert all(media.is_like(still.jpeg, page) for still, page in zip(found, pages, strict=True))


def test_a_file_that_its_decoder_would_hold_whole_may_not_be_too_long() -> None:
    file = media.SparseFile(500 * 1024 * 1024, {0: media.image(SLIDE, "TIFF")})

    with pytest.raises(InvalidAssetError, match="of a TIFF at most 470 MB"):
        probe_image(file, "image/tiff")  # type: ignore[arg-type]
