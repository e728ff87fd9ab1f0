"""Probes: what a file holds, few bytes read, and a reason where it can't be used."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import av
import pytest
from PIL import Image

from braid.domain.errors import InvalidAssetError
from braid.media.containers.probe import probe
from tests.unit.media import synthetic as media

MIB = 1024 * 1024


def film(**options: object) -> bytes:
    return media.video(media.talk([1_000], 2_000), audio=media.tone(2_000), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("container", "media_type"),
    [
        ("mp4", "video/mp4"),
        ("mov", "video/quicktime"),
        ("matroska", "video/x-matroska"),
        ("avi", "video/x-msvideo"),
        ("mpegts", "video/mp2t"),
    ],
)
def test_a_film(container: str, media_type: str) -> None:
    found = probe(media.opened(film(container=container)), media_type)

    assert found.media_type == media_type
    assert found.duration_ms == pytest.approx(2_000, abs=130)
    assert found.video is not None
    assert (found.video.codec, found.video.width_px, found.video.height_px) == ("h264", 320, 180)
    assert found.video.fps == pytest.approx(25, abs=0.1)
    assert found.audio is not None
    assert (found.audio.codec, found.audio.channels, found.audio.sample_rate_hz) == ("aac", 1, 16_000)
    assert found.missing_bytes == 0


@pytest.mark.parametrize(
    ("container", "codec", "given", "expected"),
    [
        ("mp4", "aac", "video/mp4", "audio/mp4"),
        ("mov", "aac", "video/quicktime", "audio/mp4"),
        ("webm", "libopus", "video/webm", "audio/webm"),
        ("matroska", "aac", "video/x-matroska", "audio/x-matroska"),
    ],
)
def test_a_container_with_sound_alone_is_sound(container: str, codec: str, given: str, expected: str) -> None:
    rate = 48_000 if codec == "libopus" else 16_000
    data = media.audio(media.tone(1_500, rate=rate), codec=codec, container=container, rate=rate)

    found = probe(media.opened(data), given)

    assert found.media_type == expected
    assert found.video is None
    assert found.duration_ms == pytest.approx(1_500, abs=80)


def test_a_cover_picture_makes_no_video() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as sink:
        stream = sink.add_stream("aac", rate=16_000, layout="mono")
        cover = sink.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        position = 0
        sink.mux(cover.encode(av.VideoFrame.from_image(media.slide(0, (64, 64)))))
        sink.mux(cover.encode(None))
        for samples in media.tone(1_000):
            sink.mux(stream.encode(media._audio_frame(samples, 16_000, "mono", position)))
            position += len(samples)
        sink.mux(stream.encode(None))

    found = probe(media.opened(out.getvalue()), "audio/mp4")

    assert found.media_type == "audio/mp4"
    assert found.video is None


def test_a_recording_that_does_not_know_its_length() -> None:
    data = media.video(
        media.talk([1_000], 3_000),
        container="webm",
        codec="libvpx-vp9",
        container_options={"live": "1"},
    )

    assert probe(media.opened(data), "video/webm").duration_ms == pytest.approx(3_000, abs=60)


@pytest.mark.parametrize(("container", "codec"), [("webm", "libvpx-vp9"), ("matroska", "libx264")])
def test_a_large_recording_without_a_stated_length_is_read_at_its_end(container: str, codec: str) -> None:
    data = media.video(
        (media.scene(number // 10) for number in range(250)),
        container=container,
        codec=codec,
        container_options={"live": "1"},
    )
    first_cluster = data.index(b"\x1f\x43\xb6\x75")
    # The live stream's clusters are where they were from the end; between them lies a void element.
    gap = 100 * MIB
    void = b"\xec\x01" + (gap - 9).to_bytes(7, "big")
    parts = {0: data[:first_cluster] + void, first_cluster + gap: data[first_cluster:]}
    file = media.SparseFile(len(data) + gap, parts)

    found = probe(file, "video/webm" if container == "webm" else "video/x-matroska")  # type: ignore[arg-type]

    assert found.duration_ms == pytest.approx(10_000, abs=60)
    assert sum(length for _, length in file.reads) <= 4 * MIB


def _moved_index_film(size: int) -> tuple[dict[int, bytes], int]:
    """An mp4 of ``size`` bytes: its pictures at the start, then zeros, its index at the very end."""
    data = film()
    at, boxes = 0, {}
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        boxes[name] = (at, data[at : at + length])
        at += length
    moov = boxes[b"moov"][1]
    mdat_at, mdat = boxes[b"mdat"]
    # The long form of the box's length takes eight bytes more, so the pictures begin where they did.
    assert data[mdat_at - 8 : mdat_at - 4] == struct.pack(">I", 8)
    head = data[: mdat_at - 8] + struct.pack(">I4sQ", 1, b"mdat", size - len(moov) - mdat_at + 8) + mdat[8:]
    return {0: head, size - len(moov): moov}, size


def test_a_large_mp4_with_its_index_at_the_end() -> None:
    parts, size = _moved_index_film(2_000 * MIB)
    file = media.SparseFile(size, parts)

    found = probe(file, "video/mp4")  # type: ignore[arg-type]

    assert found.duration_ms == pytest.approx(2_000, abs=130)
    assert found.missing_bytes == 0
    assert len(file.reads) <= 4
    assert sum(length for _, length in file.reads) <= 4 * MIB


@pytest.mark.slow
@pytest.mark.parametrize("container", ["mp4", "matroska", "webm"])
def test_the_rest_of_a_film_is_not_read(container: str) -> None:
    codec = "libvpx-vp9" if container == "webm" else "libx264"
    pictures = (Image.effect_noise((640, 360), 90).convert("RGB") for _ in range(60))
    options = {"qp": "16", "preset": "ultrafast"} if codec == "libx264" else {"cpu-used": "8", "b": "60M"}
    data = media.video(pictures, container=container, codec=codec, options=options)
    file = media.CountingFile(data)

    probe(file, {"mp4": "video/mp4", "matroska": "video/x-matroska", "webm": "video/webm"}[container])

    assert len(data) > 5 * MIB
    assert len(file.reads) <= 4
    assert file.read_bytes <= 4 * MIB


def test_cut_off_before_the_index() -> None:
    data = film()

    with pytest.raises(InvalidAssetError, match="cut off"):
        probe(media.opened(data[: len(data) // 2]), "video/mp4")


def test_no_index_at_all() -> None:
    data = film()
    mdat = data.index(b"mdat") - 4
    (length,) = struct.unpack_from(">I", data, mdat)

    with pytest.raises(InvalidAssetError, match="no index"):
        probe(media.opened(data[: mdat + length]), "video/mp4")


@pytest.mark.parametrize(
    ("container", "media_type", "options"),
    [
        ("mp4", "video/mp4", {"movflags": "faststart"}),
        ("matroska", "video/x-matroska", {}),
        ("avi", "video/x-msvideo", {}),
    ],
)
def test_a_cut_off_end_is_noticed(
    container: str, media_type: str, options: dict[str, str], tmp_path: Path
) -> None:
    data = film(container=container, container_options=options, path=tmp_path / "film")

    found = probe(media.opened(data[: len(data) * 2 // 3]), media_type)

    assert found.missing_bytes == pytest.approx(len(data) / 3, abs=len(data) / 10)


def test_damaged_pictures_are_named() -> None:
    data = bytearray(media.video((media.scene(number) for number in range(20)), container="mp4"))
    start = data.index(b"mdat") + 4
    (length,) = struct.unpack_from(">I", data, start - 8)
    data[start : start - 8 + length] = b"\xff" * (length - 8)

    with pytest.raises(InvalidAssetError, match=r"picture track \(h264\) can't be decoded"):
        probe(media.opened(bytes(data)), "video/mp4")


@pytest.mark.parametrize(
    "media_type", ["video/mp4", "video/webm", "audio/mpeg", "audio/wav", "video/mp2t", "audio/ogg"]
)
def test_rubbish_is_refused(media_type: str) -> None:
    with pytest.raises(InvalidAssetError):
        probe(media.opened(b"\x00\x01rubbish" * 500), media_type)


def test_no_time_at_all() -> None:
    wav = media.audio(iter(()), codec="pcm_s16le", container="wav")

    with pytest.raises(InvalidAssetError):
        probe(media.opened(wav), "audio/wav")


def test_a_turned_phone_video_is_shown_upright() -> None:
    data = bytearray(media.video(media.talk([1_000], 2_000)))
    at = data.index(b"tkhd") + 4 + 40  # version 0: the matrix comes after 40 bytes
    data[at : at + 36] = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)

    found = probe(media.opened(bytes(data)), "video/mp4")

    assert found.video is not None
    assert (found.video.width_px, found.video.height_px) == (180, 320)
