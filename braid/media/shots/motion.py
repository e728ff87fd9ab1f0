"""What moves in a video all the time: where, and how much. What stands out from it is a change.

Beside a slide there is a speaker in a corner, or an animated logo. The cells in which something moves again
and again are learnt as restless and left out, so that one new line of text stands out from a waving hand.
Where the whole picture moves nothing would be left; there a change must stand out by its size.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from PIL import Image, ImageFilter

from braid.media.pictures.signature import Difference, Signature, above
from braid.media.shots.blends import distance, likeness

__all__ = ["RestlessCells", "UsualMotion"]

_LARGE_SHARE = 0.05  # in a picture in which much moves
_CERTAIN_SHARE = 0.5  # so much at once is a change, however much moves
_HISTORY = 45
_KNOWN = 6

# Between outlines, in levels of 255.
_CUT_DISTANCE = 8.0
_USUAL_DISTANCE = 4.0
_CUT_RATIO = 3.0
_CUT_LIKENESS = 0.6

# A cell is restless when it moved in six looks in a row, or in a quarter of them for long. A dissolve of a
# second, at four looks a second, is over before that.
_LEARNING_RATE = 0.05
_RESTLESS_LEVEL = 60


class RestlessCells:
    """Learns where something moves from pairs of pictures."""

    def __init__(self) -> None:
        self._activity: Image.Image | None = None
        self.cells: Image.Image | None = None  # 255 where it is restless; None while nothing is known

    def learn(self, before: Signature, after: Signature, *, looks: int = 1) -> None:
        """Takes where something changed as usual; it counts as so many ``looks``."""
        if before.cells.size != after.cells.size:
            return
        changed = before.changed_cells(after)
        if self._activity is None or self._activity.size != changed.size:
            self._activity = Image.new("L", changed.size)
        self._activity = Image.blend(self._activity, changed, 1 - (1 - _LEARNING_RATE) ** looks)
        # Their neighbours too: what moves a little more next time crosses the cell's border.
        self.cells = above(self._activity, _RESTLESS_LEVEL - 1).filter(ImageFilter.MaxFilter(3))

    def forget(self) -> None:
        """After a cut other things move, elsewhere."""
        self._activity = self.cells = None


class UsualMotion:
    """Learns how much changes between two pictures when nothing but the usual happens.

    ``ratio`` is how far a change must stand out from the usual, ``least_share`` how big it must be where
    nothing moves, ``unknown_share`` while too little is known.
    """

    def __init__(self, *, ratio: float, least_share: float, unknown_share: float) -> None:
        self._ratio = ratio
        self._least_share = least_share
        self._unknown_share = unknown_share
        self._shares: deque[float] = deque(maxlen=_HISTORY)
        self._calm_shares: deque[float] = deque(maxlen=_HISTORY)

    def stands_out(self, difference: Difference, *, times: int = 1) -> bool:
        """Whether more changed than usual: over the whole picture, or in the cells that usually rest.

        ``times`` as much is usual where so many frames were passed over.
        """
        share = difference.share
        if share < self._least_share:
            return False
        if len(self._shares) < _KNOWN:
            return share >= self._unknown_share
        usual = times * median(self._shares)
        if share >= max(_LARGE_SHARE, min(self._ratio * usual, max(_CERTAIN_SHARE, 2 * usual))):
            return True
        usual_calm = times * median(self._calm_shares) if len(self._calm_shares) >= _KNOWN else usual
        return difference.calm_share >= max(self._least_share, self._ratio * usual_calm)

    @property
    def usual(self) -> float:
        """The usual share; 0 while too little is known."""
        return median(self._shares) if len(self._shares) >= _KNOWN else 0.0

    @property
    def usual_calm(self) -> float:
        """The usual share of what isn't restless; 0 while too little is known."""
        shares = self._calm_shares if len(self._calm_shares) >= _KNOWN else self._shares
        return median(shares) if len(shares) >= _KNOWN else 0.0

    def learn(self, difference: Difference, *, part: float = 1.0, weight: int = 1) -> None:
        """Takes ``part`` of what changed as usual; ``weight`` counts it several times."""
        self._shares.extend([part * difference.share] * weight)
        self._calm_shares.extend([part * difference.calm_share] * weight)

    def forget_calm(self) -> None:
        """Which cells are calm is no longer known."""
        self._calm_shares.clear()


class Cuts:
    """Tells cuts from a camera's steps by outlines, which differ little while it moves."""

    def __init__(self) -> None:
        self._distances: deque[float] = deque(maxlen=_HISTORY)

    def is_cut(self, before: Signature, after: Signature, *, is_big_step: bool) -> bool:
        """Whether two pictures in a row show different things, the second of another shot: farther from the
        first than usual, unless it is known otherwise that the step was big."""
        if before.cells.size != after.cells.size:
            return False
        step = distance(before.outline, after.outline)
        usual = median(self._distances) if len(self._distances) >= _KNOWN else _USUAL_DISTANCE
        self._distances.append(step)
        if step < max(_CUT_DISTANCE, _CUT_RATIO * usual) and not is_big_step:
            return False
        return likeness(before.outline, after.outline) <= _CUT_LIKENESS
