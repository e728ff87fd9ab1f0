"""Whether a picture is on its way from one shot to the next: a blend of what was before and what comes after.

A dissolve shows both shots at once, a fade one of them with less contrast. Either is a sum of the two and of
one even tone. A picture of a moving camera, or of another shot, is not: of it much is left that neither
explains.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from braid.media.pictures.signature import Outline

__all__ = ["Blend", "blend", "distance", "likeness"]

_LEAST_LEVELS = 3.0  # of 255, on average: what differs by less is the same picture
_MOST_LEFT = 0.4
_MOST_OWN_LEFT = 0.6
_ARRIVED = 0.93
_MOST_CONTRAST = 1.1


@dataclass(frozen=True)
class Blend:
    """How a picture is put together from two others: the share of each, how far it is from the nearer one
    (levels of 255, on average), and how much of that distance (``left``) and of its own contrast
    (``own_left``) the blend leaves unexplained, 0 to 1."""

    of_before: float
    of_after: float
    distance: float
    left: float
    own_left: float

    def is_on_its_way(self, most_left: float = _MOST_LEFT) -> bool:
        """Whether the picture is neither of the two, and nothing but a blend of them or a fading one of
        them."""
        return (
            self.distance >= _LEAST_LEVELS
            and self.left <= most_left
            and self.own_left <= _MOST_OWN_LEFT
            and self.of_after <= _ARRIVED
            and self.of_before + self.of_after <= _MOST_CONTRAST
        )


def blend(before: Outline | None, picture: Outline, after: Outline) -> Blend:
    """What ``picture`` takes of ``before`` and ``after``, without what is the same all over; all have one
    shape."""
    of_before, of_after = _shares(before, picture, after)
    left = picture.energy + of_after**2 * after.energy - 2 * of_after * picture.product(after)
    nearest = distance(picture, after)
    if before is not None:
        left += of_before**2 * before.energy - 2 * of_before * picture.product(before)
        left += 2 * of_before * of_after * before.product(after)
        nearest = min(nearest, distance(picture, before))
    unexplained = math.sqrt(max(0.0, left) / len(picture.levels))
    contrast = math.sqrt(picture.energy / len(picture.levels))
    own_left = unexplained / contrast if contrast >= _LEAST_LEVELS else 0.0
    return Blend(of_before, of_after, nearest, unexplained / nearest if nearest else 1.0, own_left)


def distance(one: Outline, other: Outline) -> float:
    """How much two outlines differ, in levels of 255: the root of the mean square."""
    squares = one.energy + other.energy - 2 * one.product(other)
    squares += len(one.levels) * (one.mean - other.mean) ** 2
    return math.sqrt(max(0.0, squares) / len(one.levels))


def likeness(one: Outline, other: Outline) -> float:
    """How much both show the same, however bright or pale: 1 for the same, about 0 for unlike pictures."""
    norm = math.sqrt(one.energy * other.energy)
    return one.product(other) / norm if norm else 0.0


def _shares(before: Outline | None, picture: Outline, after: Outline) -> tuple[float, float]:
    """The least squares' shares, none of them negative."""
    alone = picture.product(after) / after.energy if after.energy else 0.0
    if before is None or not before.energy:
        return 0.0, max(0.0, alone)
    other_alone = picture.product(before) / before.energy
    both = before.product(after)
    determinant = before.energy * after.energy - both**2
    if determinant > 1e-6 * before.energy * after.energy:
        with_before, with_after = picture.product(before), picture.product(after)
        of_before = (with_before * after.energy - with_after * both) / determinant
        of_after = (with_after * before.energy - with_before * both) / determinant
        if of_before >= 0 and of_after >= 0:
            return of_before, of_after
    # One of them alone: the one that explains more.
    if max(0.0, alone) ** 2 * after.energy >= max(0.0, other_alone) ** 2 * before.energy:
        return 0.0, max(0.0, alone)
    return max(0.0, other_alone), 0.0
