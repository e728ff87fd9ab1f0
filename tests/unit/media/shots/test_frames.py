"""Keyframes: one per slide or shot, at the change, whatever the encoder made of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise

import av
import pytest
from PIL import Image

from braid.domain.errors import InvalidAssetError
from braid.media.pictures.signature import Signature, signature_of_frame
from braid.media.shots.frames import select_keyframes
from tests.unit.media import synthetic as media

FRAME_MS = 1000 / media.FPS
CUTS_MS = [2_000, 5_040, 9_320, 11_000]
DURATION_MS = 14_000


def times(data: bytes, media_type: str = "video/mp4", **options: int) -> list[int]:
    return [still.at_ms for still in select_keyframes(media.opened(data), media_type, **options).stills]


def assert_at(found: list[int], expected: list[int], tolerance_ms: float = FRAME_MS) -> None:
    assert len(found) == len(expected), found
    for one, other in zip(found, expected, strict=True):
        assert abs(one - other) <= tolerance_ms + 1, (found, expected)


@pytest.mark.parametrize(
    "options",
    [
        {"options": {"preset": "ultrafast", "sc_threshold": "0", "keyint_min": "50"}},
        {"options": {"preset": "veryfast", "bf": "3", "b-pyramid": "normal", "sc_threshold": "0"}},
        {"options": {"preset": "veryfast"}, "group_frames": 250},
        {"options": {"preset": "veryfast", "sc_threshold": "0"}, "group_frames": 10_000},
        {"container": "matroska"},
        {"container": "mpegts"},
        {"container": "avi", "codec": "mpeg4", "options": {"qscale": "3"}},
        {"container": "mov", "codec": "mjpeg", "pix_fmt": "yuvj420p"},
        {"container": "webm", "codec": "libvpx-vp9"},
        {"codec": "libx265"},
        {"codec": "libsvtav1"},
        {"options": {"preset": "ultrafast"}, "pix_fmt": "yuv420p10le"},
    ],
    ids=[
        "plain",
        "b-frames",
        "long-groups",
        "one-group",
        "mkv",
        "ts",
        "avi",
        "all-intra",
        "vp9",
        "hevc",
        "av1",
        "10-bit",
    ],
)
def test_each_slide_of_a_talk_gives_one_still_at_the_change(options: dict[str, object]) -> None:
    data = media.video(media.talk(CUTS_MS, DURATION_MS), **options)  # type: ignore[arg-type]
    media_type = {
        "matroska": "video/x-matroska",
        "mpegts": "video/mp2t",
        "avi": "video/x-msvideo",
        "mov": "video/quicktime",
        "webm": "video/webm",
    }.get(str(options.get("container")), "video/mp4")

    found = select_keyframes(media.opened(data), media_type)

    assert_at([still.at_ms or 0 for still in found.stills], [0, *CUTS_MS])
    assert found.warnings == ()
    for number, still in enumerate(found.stills):
        assert media.is_like(still.jpeg, media.slide(number))


def test_spans_meet_and_cover_the_video() -> None:
    found = select_keyframes(media.opened(media.video(media.talk(CUTS_MS, DURATION_MS))), "video/mp4").stills

    spans = [still.span for still in found]
    assert spans[0].start_ms == 0
    assert spans[-1].end_ms == DURATION_MS
    assert all(one.end_ms == other.start_ms for one, other in pairwise(spans))


def test_a_static_video_gives_one_still() -> None:
    assert times(media.video(media.slide(3) for _ in range(20 * media.FPS))) == [0]


def test_variable_frame_rate_keeps_its_own_times() -> None:
    stamps = [0, 40, 400, 2_000, 2_040, 2_080, 5_000, 5_700, 5_740, 9_000, 9_040, 9_080]
    numbers = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    data = media.video((media.slide(number) for number in numbers), times=stamps, group_frames=3)

    assert_at(times(data), [0, 2_000, 5_000, 9_000])


def _dissolve(one: Image.Image, other: Image.Image, frames: int) -> Iterator[Image.Image]:
    for number in range(frames):
        yield Image.blend(one, other, (number + 1) / (frames + 1))


@pytest.mark.parametrize("frames", [6, 12, 25])
def test_a_still_is_never_taken_out_of_a_dissolve(frames: int) -> None:
    one, other = media.slide(0), media.slide(1)
    pictures = [*[one] * 75, *_dissolve(one, other, frames), *[other] * 75]

    found = select_keyframes(media.opened(media.video(pictures)), "video/mp4").stills

    assert len(found) == 2, [still.at_ms for still in found]
    assert media.is_like(found[1].jpeg, other)
    behind_ms = (75 + frames) * FRAME_MS
    assert behind_ms - 3 * FRAME_MS <= found[1].at_ms <= behind_ms + 5 * FRAME_MS
    assert abs((found[1].span.start_ms or 0) - 3_000) <= 600


def test_fades_through_black_leave_no_black_still() -> None:
    black = Image.new("RGB", media.SIZE)
    one, other = media.scene(0), media.scene(1)
    pictures = [
        *[black] * 20,
        *_dissolve(black, one, 15),
        *[one] * 60,
        *_dissolve(one, black, 15),
        *[black] * 10,
        *_dissolve(black, other, 15),
        *[other] * 60,
        *[black] * 20,
    ]

    found = select_keyframes(media.opened(media.video(pictures)), "video/mp4").stills

    assert len(found) == 2, [still.at_ms for still in found]
    assert media.is_like(found[0].jpeg, one)
    assert media.is_like(found[1].jpeg, other)
    assert found[0].span.start_ms == 0


def test_a_video_that_is_all_black_still_gives_a_still() -> None:
    assert len(times(media.video(Image.new("RGB", media.SIZE) for _ in range(100)))) == 1


def test_cuts_between_moving_pictures() -> None:
    wide = [media.scene(number, (480, 180)) for number in range(4)]

    def pan() -> Iterator[Image.Image]:
        for picture in wide:
            for step in range(80):
                yield picture.crop((step * 2, 0, step * 2 + 320, 180))

    assert_at(times(media.video(pan())), [0, 3_200, 6_400, 9_600])


def test_a_speaker_in_the_corner_does_not_hide_or_fake_slide_changes() -> None:
    face = media.scene(9, (80, 50))

    def pictures() -> Iterator[Image.Image]:
        for number, shown in enumerate(media.talk([8_000, 16_000, 22_000], 30_000)):
            picture = shown.copy()
            angle = 8 * ((number % 37) / 18 - 1 if number % 37 < 37 else 0)
            picture.paste(face.rotate(angle, Image.Resampling.BILINEAR), (236, 126))
            yield picture

    found = times(media.video(pictures()))

    for cut in (8_000, 16_000, 22_000):
        assert any(abs(at_ms - cut) <= FRAME_MS + 1 for at_ms in found), found
    assert len(found) <= 7, found


def test_the_cap_keeps_the_whole_length_covered() -> None:
    cuts = [*range(400, 10_000, 400), 20_000, 30_000]
    data = media.video(media.talk(cuts, 40_000, fps=10), fps=10, group_frames=20)

    found = times(data, max_keyframes=8, max_gap_ms=12_000)

    assert len(found) == 8
    assert found[0] == 0
    assert any(19_000 <= at_ms <= 21_000 for at_ms in found)
    assert any(29_000 <= at_ms <= 31_000 for at_ms in found)


def test_a_slow_change_without_a_cut_is_covered() -> None:
    wide = media.scene(2, (1120, 180))
    pictures = (wide.crop((step, 0, step + 320, 180)) for step in range(800))

    found = times(media.video(pictures), max_gap_ms=5_000)

    gaps = [later - earlier for earlier, later in zip(found, [*found[1:], 32_000], strict=True)]
    assert max(gaps) <= 5_000 + 2_000, found  # a group's length later at most
    assert len(found) <= 16


def test_a_cap_that_leaves_a_gap_is_reported_and_a_still_picture_is_none() -> None:
    wide = media.scene(2, (1120, 180))
    moving = media.video(wide.crop((step, 0, step + 320, 180)) for step in range(800))
    resting = media.video((media.slide(3) for _ in range(300)), fps=10, group_frames=20)

    capped = select_keyframes(media.opened(moving), "video/mp4", max_gap_ms=3_000, max_keyframes=3)
    free = select_keyframes(media.opened(moving), "video/mp4", max_gap_ms=3_000)
    still = select_keyframes(media.opened(resting), "video/mp4", max_gap_ms=3_000, max_keyframes=1)

    assert len(capped.stills) == 3
    assert [warning for warning in capped.warnings if "3 keyframes are the limit" in warning]
    assert free.warnings == ()
    assert (len(still.stills), still.warnings) == (1, ())


def test_odd_sizes_and_portrait() -> None:
    size = (181, 321)
    data = media.video(
        media.talk([2_000], 4_000, size=size), pix_fmt="yuv444p", options={"profile": "high444"}
    )

    found = select_keyframes(media.opened(data), "video/mp4").stills

    assert_at([still.at_ms or 0 for still in found], [0, 2_000])
    assert (found[0].width_px, found[0].height_px) == size


def test_large_frames_are_scaled_to_the_given_side() -> None:
    data = media.video(media.talk([], 400, size=(640, 360)))

    still = select_keyframes(media.opened(data), "video/mp4", max_side_px=160).stills[0]

    assert (still.width_px, still.height_px) == (160, 90)
    assert media.picture_of(still.jpeg).size == (160, 90)


def test_a_turned_phone_video_gives_an_upright_still() -> None:
    data = bytearray(media.video(media.slide(1) for _ in range(20)))
    at = data.index(b"tkhd") + 4 + 40  # the display matrix: turn clockwise
    data[at : at + 36] = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)

    (still,) = select_keyframes(media.opened(bytes(data)), "video/mp4").stills

    assert (still.width_px, still.height_px) == (180, 320)
    upright = media.picture_of(still.jpeg).transpose(Image.Transpose.ROTATE_90)
    assert media.is_like(media.image(upright, "PNG"), media.slide(1))


def test_groups_without_a_change_are_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []

    def counted(frame: av.VideoFrame) -> Signature:
        decoded.append(frame.pts)
        return signature_of_frame(frame)

    monkeypatch.setattr("braid.media.shots.video_reader.signature_of_frame", counted)
    data = media.video(media.talk([10_300, 20_700, 31_100, 41_500, 51_900], 60_000))

    found = times(data)

    assert_at(found, [0, 10_300, 20_700, 31_100, 41_500, 51_900])
    assert len(decoded) < 60 * media.FPS / 3


def test_the_file_is_read_once() -> None:
    data = media.video((media.scene(number // 20) for number in range(400)), group_frames=20)
    file = media.CountingFile(data)

    select_keyframes(file, "video/mp4")

    assert file.read_bytes <= 1.1 * len(data) + 512 * 1024  # the index is looked for at the end


def test_damage_in_the_middle_costs_only_what_is_damaged() -> None:
    data = bytearray(media.video(media.talk(CUTS_MS, DURATION_MS), container="mpegts"))
    middle = len(data) // 2
    data[middle : middle + 4_000] = bytes(4_000)

    found = select_keyframes(media.opened(bytes(data)), "video/mp2t")

    assert 3 <= len(found.stills) <= 7


def test_no_pictures_is_the_file_s_fault() -> None:
    sound = media.audio(media.tone(1_000), codec="aac", container="mp4")

    with pytest.raises(InvalidAssetError, match="no moving pictures"):
        select_keyframes(media.opened(sound), "video/mp4")


def test_an_error_of_the_file_object_is_not_the_file_s_fault() -> None:
    class Broken(media.CountingFile):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise ConnectionError("the network went away")
            return super().read(min(size or 0, 2_000))

    with pytest.raises(ConnectionError):
        select_keyframes(Broken(media.video(media.talk([], 8_000))), "video/mp4")


@pytest.mark.parametrize("codec", ["libx264", "libvpx-vp9"])
def test_a_group_too_long_to_be_held_is_seen_to_its_end(codec: str) -> None:
    cuts = [7_000, 23_000, 31_000, 48_000]
    container, media_type = ("webm", "video/webm") if codec == "libvpx-vp9" else ("mp4", "video/mp4")
    options = {"libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"}}.get(
        codec, {"preset": "ultrafast", "sc_threshold": "0"}
    )
    data = media.video(
        media.talk(cuts, 60_000, fps=10),
        fps=10,
        group_frames=10_000,
        codec=codec,
        container=container,
        options=options,
    )

    assert_at(times(data, media_type), [0, *cuts], tolerance_ms=200)


def test_a_steady_camera_movement_is_not_decoded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []

    def counted(frame: av.VideoFrame) -> Signature:
        decoded.append(frame.pts)
        return signature_of_frame(frame)

    monkeypatch.setattr("braid.media.shots.video_reader.signature_of_frame", counted)
    wide = [media.scene(number, (820, 180)) for number in range(3)]
    pictures = (picture.crop((step, 0, step + 320, 180)) for picture in wide for step in range(500))
    data = media.video(pictures, options={"preset": "veryfast", "sc_threshold": "0"})

    found = times(data)

    for cut in (20_000, 40_000):
        assert any(abs(at_ms - cut) <= 2 * FRAME_MS for at_ms in found), found
    assert len(decoded) < 1500 / 3


def test_when_time_runs_out_single_pictures_are_looked_at() -> None:
    data = media.video(media.talk([4_300, 9_100, 14_700, 19_300], 24_000))
    clock = iter(range(100))

    found = select_keyframes(media.opened(data), "video/mp4", deadline_passed=lambda: next(clock) >= 5)

    at_ms = [still.at_ms or 0 for still in found.stills]
    assert_at(at_ms[:3], [0, 4_300, 9_100])
    assert_at(at_ms[3:], [16_000, 20_000])  # the next I-frames behind the cuts
    assert [warning for warning in found.warnings if "00:00:10" in warning]
    assert found.stills[-1].span.end_ms == 24_000


def test_a_film_that_is_late_from_the_start_still_gives_stills() -> None:
    data = media.video((media.scene(number // 100) for number in range(500)), group_frames=50)

    found = select_keyframes(media.opened(data), "video/mp4", deadline_passed=lambda: True)

    assert len(found.stills) == 5
