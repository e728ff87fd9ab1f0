"""Changes that take their time: dissolves and fades, also while the camera moves.

Of a dissolve's length every picture is a blend of its first and its last one, and has less contrast than
they have on average; of a fade's, too. What a moving camera shows halfway is another part of the scene, with
contrast of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

from braid.media.pictures.signature import Outline, Signature
from braid.media.shots.blends import blend, distance, likeness

__all__ = ["OTHER_VIEW_LIKENESS", "Look", "RecentLooks"]

OTHER_VIEW_LIKENESS = 0.7  # two outlines that are less alike show different things
_KEPT_MS = 4_000
# How long a gradual change may last: looked at with each of these in between.
_LENGTHS_MS = (500, 1_000, 1_600, 2_400, 3_400)
_FEW_LOOKS = 5
_LEAST_CONTRAST = 1.0  # levels of 255, as a root of a mean square: below it a picture is blank
_LEAST_DISTANCE = 10.0
# Halfway through a dissolve of unlike pictures half of the contrast is left, of a fade less. The less is
# lost, the better must the blend explain what is seen: this much may be left, and so much less per contrast
# above.
_MOST_CONTRAST = 0.85
_MUCH_CONTRAST = 0.7
_MOST_LEFT = 0.42
_CONTRAST_COSTS = 1.5
_HALFWAY = (0.2, 0.8)
_FADED = 0.6


@dataclass(frozen=True, eq=False)
class Look:
    """What a picture looked like, and when."""

    at_ms: int
    signature: Signature


class RecentLooks:
    """The looks of the last seconds, since the last change. Memory: 4 KB each, no frames."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque()

    def add(self, look: Look) -> None:
        """The next look."""
        self._looks.append(look)
        while look.at_ms - self._looks[0].at_ms > _KEPT_MS:
            self._looks.popleft()

    def clear(self) -> None:
        """Forgets all: what comes next has nothing to do with what was."""
        self._looks.clear()

    def restart(self, look: Look) -> None:
        """A change ended at ``look``."""
        self._looks.clear()
        self._looks.append(look)

    def gradual_change(self) -> Look | None:
        """The look from which on one picture became the newest one little by little; None where none did."""
        looks = self._looks
        if len(looks) < _FEW_LOOKS:
            return None
        newest = looks[-1]
        after = newest.signature.outline
        if after.energy < _LEAST_CONTRAST**2 * len(after.levels):
            return None
        times = [look.at_ms for look in looks]
        for length_ms in _LENGTHS_MS:
            if newest.at_ms - times[0] < length_ms:
                return None
            first = bisect_right(times, newest.at_ms - length_ms) - 1
            halfway = bisect_right(times, (times[first] + newest.at_ms) // 2) - 1
            if not first < halfway < len(looks) - 1:
                continue
            before, middle = looks[first].signature, looks[halfway].signature
            if not before.cells.size == middle.cells.size == newest.signature.cells.size:
                continue
            # In this order: most pictures have as much contrast as their neighbours, which is the least work.
            if not _is_halfway(before.outline, middle.outline, after):
                continue
            if likeness(before.outline, after) <= OTHER_VIEW_LIKENESS:
                return looks[first]
        return None

    def pass_a_blend(self, before: Signature, since_ms: int, newest: Look) -> bool:
        """Whether a look between ``since_ms`` and ``newest`` was a blend of ``before`` and that."""
        return any(
            _is_halfway(before.outline, look.signature.outline, newest.signature.outline)
            for look in self._looks
            if since_ms < look.at_ms < newest.at_ms and look.signature.cells.size == before.cells.size
        )


def _is_halfway(before: Outline, middle: Outline, after: Outline) -> bool:
    contrast = middle.energy / max(1.0, (before.energy + after.energy) / 2)
    if contrast > _MOST_CONTRAST or distance(before, after) < _LEAST_DISTANCE:
        return False
    seen = blend(before, middle, after)
    if (
        not seen.is_on_its_way()
        or seen.left + _CONTRAST_COSTS * max(0.0, contrast - _MUCH_CONTRAST) > _MOST_LEFT
    ):
        return False
    return _HALFWAY[0] <= seen.of_after <= _HALFWAY[1] or seen.of_before + seen.of_after < _FADED
