"""What is said of who finds where shots begin: each change once, and nothing else."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from benchmarks.shots.film import SECONDS, STRETCHES, Change, changes, stretch_pictures
from benchmarks.shots.kinds import FPS
from benchmarks.shots.scenes import Found, found_in

_SIZE = (160, 90)
_CUT = Change("cuts", 20_000, 20_000)
_FADE = Change("fades", 550_000, 551_400)


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_what_is_named_near_a_change_or_within_it_is_found() -> None:
    found = found_in([19_600, 551_800], [_CUT, _FADE])

    assert found["cuts"] == found["fades"] == Found(1, 1, 0)
    assert found["whole film"] == Found(2, 2, 0)


def test_what_is_named_elsewhere_is_false_where_it_is() -> None:
    found = found_in([19_400, 552_000], [_CUT, _FADE])

    assert found["cuts"] == found["fades"] == Found(1, 0, 1)


def test_a_change_that_is_named_twice_is_found_once() -> None:
    found = found_in([550_000, 551_000], [_FADE])

    assert found["fades"] == Found(1, 1, 1)
    assert found["fades"].f1 == 2 / 3


def test_nothing_found_is_no_f1() -> None:
    assert found_in([], [_CUT])["whole film"].f1 == 0


@pytest.mark.slow
def test_the_film_changes_where_it_says() -> None:
    seconds = 60
    frames = [it for stretch in STRETCHES for it in stretch_pictures(stretch, _SIZE, seconds)]

    assert len(frames) == seconds * FPS
    for change in changes(seconds):
        before = frames[change.start_ms * FPS // 1000 - 1]
        assert difference(before, frames[change.end_ms * FPS // 1000]) > 10, change


def test_every_stretch_of_the_whole_film_has_enough_changes() -> None:
    known = changes()
    assert all(found.changes >= 12 for found in found_in([], known).values())
    assert max(change.end_ms for change in known) < 1000 * SECONDS
