"""One still for each change of shot, cut or gradual, while the camera moves; none for what is no change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PIL import Image, ImageEnhance

from braid.media.shots.frames import select_keyframes
from tests.unit.media import synthetic as media

FPS = media.FPS
SECONDS = 3  # of each shot, beside the change
Blend = Callable[[Image.Image, Image.Image, float], Image.Image]


def view(number: int, frame: int, *, step: float = 0.5) -> Image.Image:
    """What a camera sees of a scene while it pans by ``step`` pixels a frame."""
    left = round(100 + frame * step)
    return media.scene(number, (900, 180)).crop((left, 0, left + 320, 180))


def through(tone: str) -> Blend:
    """A fade to one tone, and from it to the other picture."""

    def fade(old: Image.Image, new: Image.Image, share: float) -> Image.Image:
        even = Image.new("RGB", old.size, tone)
        if share < 0.5:
            return Image.blend(old, even, share / 0.5)
        return Image.blend(even, new, (share - 0.5) / 0.5)

    return fade


def film(blend: Blend, change_frames: int) -> Iterator[Image.Image]:
    """Two shots, three seconds of each in front of and behind the change."""
    for frame in range(SECONDS * FPS):
        yield view(0, frame)
    for frame in range(change_frames):
        old, new = view(0, SECONDS * FPS + frame), view(1, frame)
        yield blend(old, new, (frame + 1) / (change_frames + 1))
    for frame in range(SECONDS * FPS):
        yield view(1, change_frames + frame)


@pytest.mark.parametrize("change_ms", [400, 1_000, 2_000])
@pytest.mark.parametrize(
    "blend", [Image.blend, through("black"), through("white")], ids=["dissolve", "black", "white"]
)
def test_a_gradual_change_in_a_pan_gives_one_settled_still(blend: Blend, change_ms: int) -> None:
    pictures = list(film(blend, change_ms * FPS // 1000))
    data = media.video(pictures, group_frames=250)

    found = select_keyframes(media.opened(data), "video/mp4").stills

    assert len(found) == 2, [(still.span.start_ms, still.at_ms) for still in found]
    began_ms, at_ms = found[1].span.start_ms or 0, found[1].at_ms or 0
    assert 1000 * SECONDS - 500 <= began_ms <= 1000 * SECONDS + change_ms
    assert media.is_like(found[1].jpeg, view(1, at_ms * FPS // 1000 - SECONDS * FPS), tolerance=12.0)


@pytest.mark.parametrize("step", [0.5, 2.0])
def test_a_camera_that_pans_gives_one_still(step: float) -> None:
    data = media.video((view(2, frame, step=step) for frame in range(8 * FPS)), group_frames=250)

    found = select_keyframes(media.opened(data), "video/mp4").stills

    assert len(found) == 1, [still.at_ms for still in found]


def test_flashes_give_no_stills() -> None:
    def pictures() -> Iterator[Image.Image]:
        for frame in range(8 * FPS):
            picture = view(3, frame, step=0.5)
            is_flash = any(0 <= frame - at < 3 for at in (60, 130))
            yield ImageEnhance.Brightness(picture).enhance(4.0) if is_flash else picture

    found = select_keyframes(media.opened(media.video(pictures(), group_frames=250)), "video/mp4").stills

    assert len(found) == 1, [still.at_ms for still in found]


def test_quick_cuts_in_a_pan_are_all_found() -> None:
    starts = [0, 75, 95, 115, 140, 160, 235]
    pictures = (
        view(number, frame)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], 300], strict=True))
        for frame in range(start, end)
    )

    found = select_keyframes(media.opened(media.video(pictures, group_frames=250)), "video/mp4").stills

    assert len(found) == len(starts), [still.at_ms for still in found]
    for still, start in zip(found, starts, strict=True):
        assert abs((still.at_ms or 0) - start * 1000 / FPS) <= 130


def test_a_film_that_fades_out_ends_with_its_last_shot() -> None:
    def pictures() -> Iterator[Image.Image]:
        for frame in range(6 * FPS):
            faded = min(1.0, max(0, frame - 4 * FPS) / FPS)
            yield Image.blend(view(4, frame), Image.new("RGB", media.SIZE), faded)

    found = select_keyframes(media.opened(media.video(pictures(), group_frames=250)), "video/mp4").stills

    assert [still.at_ms for still in found] == [0]
