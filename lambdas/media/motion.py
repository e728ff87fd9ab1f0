"""What moves in a video all the time: where, and how much. What stands out from it is a change.

Beside a slide there is a speaker in a corner, or an animated logo. The cells in which something moves again
and again are learnt as restless and left out, so that one new line of text stands out from a waving hand.
Where the whole picture moves nothing would be left; there a change must stand out by its size.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from PIL import Image, ImageFilter

from lambdas.media.signature import Signature

__all__ = ["Motion"]

# Shares of changed cells. A new line of text on a slide changes 1 to 3 %, a new slide 5 % and more,
# a cut 40 % and more; a page number or a cursor changes less than 0.3 %.
_SMALL_SHARE = 0.006  # where nothing moves
_LARGE_SHARE = 0.05  # in a picture in which much moves
_CERTAIN_SHARE = 0.5  # so much at once is a change, however much moves
_HISTORY = 45
_KNOWN = 6

# A cell is restless when it moved in six looks in a row, or in a quarter of them for long. A dissolve of a
# second, at four looks a second, is over before that.
_LEARNING_RATE = 0.05
_RESTLESS_LEVEL = 60
_RESTLESS_TABLE = [0] * _RESTLESS_LEVEL + [255] * (256 - _RESTLESS_LEVEL)


class Motion:
    """Learns from pairs of pictures between which nothing but the usual happened.

    ``ratio`` is how far a change must stand out from the usual, ``unknown_share`` how big it must be while
    too little is known.
    """

    def __init__(self, *, ratio: float, unknown_share: float) -> None:
        self._ratio = ratio
        self._unknown_share = unknown_share
        self._shares: deque[float] = deque(maxlen=_HISTORY)
        self._calm_shares: deque[float] = deque(maxlen=_HISTORY)
        self._activity: Image.Image | None = None
        self.restless: Image.Image | None = None

    def stands_out(self, before: Signature, after: Signature) -> bool:
        """Whether more changed than usual: over the whole picture, or in the cells that usually rest."""
        share = before.changed_share(after)
        if share < _SMALL_SHARE:
            return False
        if len(self._shares) < _KNOWN:
            return share >= self._unknown_share
        usual = median(self._shares)
        if share >= max(_LARGE_SHARE, min(self._ratio * usual, max(_CERTAIN_SHARE, 2 * usual))):
            return True
        calm_share = before.changed_share(after, self.restless)
        usual_calm = median(self._calm_shares) if len(self._calm_shares) >= _KNOWN else usual
        return calm_share >= max(_SMALL_SHARE, self._ratio * usual_calm)

    def learn_share(self, before: Signature, after: Signature, *, part: float = 1.0, weight: int = 1) -> None:
        """Takes ``part`` of how much changed as usual; ``weight`` counts it several times."""
        self._shares.extend([part * before.changed_share(after)] * weight)
        self._calm_shares.extend([part * before.changed_share(after, self.restless)] * weight)

    def learn_place(self, before: Signature, after: Signature, *, looks: int = 1) -> None:
        """Takes where something changed as usual; it counts as so many ``looks``."""
        if before.cells.size != after.cells.size:
            return
        cells = before.changed_cells(after)
        if self._activity is None or self._activity.size != cells.size:
            self._activity = Image.new("L", cells.size)
        self._activity = Image.blend(self._activity, cells, 1 - (1 - _LEARNING_RATE) ** looks)
        # Their neighbours too: what moves a little more next time crosses the cell's border.
        self.restless = self._activity.point(_RESTLESS_TABLE).filter(ImageFilter.MaxFilter(3))

    def forget_places(self) -> None:
        """After a cut other things move, elsewhere."""
        self._activity = self.restless = None
        self._calm_shares.clear()
