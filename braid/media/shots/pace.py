"""Which decoded pictures are looked at while all of them are decoded.

To look at a picture takes a fifth of what it takes to decode a small one. A new picture is a big packet, so
where most packets are small it is enough to look ten times a second, and at what the big ones show.
"""

from __future__ import annotations

from itertools import pairwise

from braid.media.shots.glance import NEW_PICTURE_SHARE
from braid.media.shots.video_reader import PacketGroup

__all__ = ["Pace"]

_LOOK_MS = 100


class Pace:
    """Knows the big packets of the group being decoded and of the one before, whose pictures come late."""

    def __init__(self) -> None:
        self._start_bytes = 0
        self._big: set[int] = set()
        self._big_before: set[int] = set()
        self._looked_ms = -_LOOK_MS
        self._passed = 0

    def expect(self, group: PacketGroup) -> None:
        """The next packets to be decoded."""
        if not group.is_continuation:
            self._start_bytes = group.packets[0].size
        shown = sorted((packet.pts, packet.size) for packet in group.packets if packet.pts is not None)
        least = NEW_PICTURE_SHARE * self._start_bytes
        self._big, self._big_before = {pts for pts, size in shown if size >= least}, self._big
        # And what was shown just before, to see how much changed from one to the other.
        self._big |= {pts for (pts, _), (_, size) in pairwise(shown) if size >= least}

    def is_worth_a_look(self, at_ms: int, pts: int | None, *, is_settled: bool) -> bool:
        """Whether the picture may tell anything; while a change is under way each one does."""
        is_due = not is_settled or at_ms - self._looked_ms >= _LOOK_MS or at_ms < self._looked_ms
        if is_due or pts is None or pts in self._big or pts in self._big_before:
            return True
        self._passed += 1
        return False

    def looked(self, at_ms: int) -> int:
        """That a picture was looked at; how many frames it stands for, itself included."""
        frames, self._passed, self._looked_ms = self._passed + 1, 0, at_ms
        return frames
