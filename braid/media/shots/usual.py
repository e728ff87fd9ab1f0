"""What is usual in a video so far: from one look to the next, over half a second, and where."""

from __future__ import annotations

from collections import deque

from braid.media.pictures.signature import Difference, Signature
from braid.media.shots.gradual import Look
from braid.media.shots.motion import Cuts, RestlessCells, UsualMotion

__all__ = ["Usual"]

# Shares of changed cells.
_STEP_SHARE = 0.006  # from one frame to the next, where nothing moves
_DRIFTED_SHARE = 0.015  # over the window
_FIRST_CUT_SHARE = 0.01  # before anything is known of the video's motion
_NEVER = 1.1
_CUT_RATIO = 5.0  # from one frame to the next
_DRIFT_RATIO = 3.0  # over the window: dissolves and fades
# The camera moves where so much usually differs over the window: also beside what is restless.
_MOVING_SHARE = 0.03
_CAMERA_SHARE = 0.08
_WINDOW_MS = 500
_LOOK_MS = 250  # how often it is learnt where something moves
_FEW = 6


class Usual:
    """Learns from each look. Memory: half a second of signatures."""

    def __init__(self) -> None:
        self.steps = UsualMotion(ratio=_CUT_RATIO, least_share=_STEP_SHARE, unknown_share=_FIRST_CUT_SHARE)
        self.drifts = UsualMotion(ratio=_DRIFT_RATIO, least_share=_DRIFTED_SHARE, unknown_share=_NEVER)
        self.restless = RestlessCells()
        self.cuts = Cuts()
        self._window: deque[Look] = deque()
        self._looked_ms = 0

    @property
    def is_moving(self) -> bool:
        """Whether the camera moves, or all before it."""
        return self.drifts.usual_calm >= _MOVING_SHARE and self.drifts.usual >= _CAMERA_SHARE

    @property
    def window_start(self) -> Look:
        """What was seen half a second ago, or when the last change ended."""
        return self._window[0]

    def difference(self, before: Signature, after: Signature) -> Difference:
        """How much changed, in all and beside what moves all the time."""
        return before.difference(after, self.restless.cells)

    def learn(self, look: Look, step: Difference, frames: int) -> Difference | None:
        """Takes what changed as usual; ``step`` is what did since the last look, ``frames`` ago.

        Gives what changed over the window, if that was looked at: where all moves it is enough to know that
        now and then, and where it moves isn't worth knowing.
        """
        self._window.append(look)
        while len(self._window) > 2 and look.at_ms - self._window[1].at_ms >= _WINDOW_MS:
            self._window.popleft()
        start, is_due, is_moving = self._window[0], look.at_ms - self._looked_ms >= _LOOK_MS, self.is_moving
        drift = self.difference(start.signature, look.signature) if is_due or not is_moving else None
        # Every frame counts, changes too: what is usual is a median, which single changes don't move.
        self.steps.learn(step, part=1 / frames)
        if drift is not None and look.at_ms - start.at_ms >= _WINDOW_MS * 0.8:
            self.drifts.learn(drift)
        if is_due:
            self._looked_ms = look.at_ms
            if not is_moving:
                self.restless.learn(start.signature, look.signature)
        return drift

    def learn_jump(self, before: Look, after: Look) -> None:
        """Takes what changed between two looks at a distance, with no change between them, as usual."""
        difference = self.difference(before.signature, after.signature)
        # What moved from end to end moved by less over the window, and by far less from frame to frame.
        self.steps.learn(difference, part=1 / 8, weight=_FEW)
        self.drifts.learn(difference, part=1 / 2, weight=_FEW)
        looks = min((after.at_ms - before.at_ms) // _LOOK_MS, _FEW)
        self.restless.learn(before.signature, after.signature, looks=looks)

    def restart(self, look: Look) -> None:
        """A change ended at ``look``."""
        self._window.clear()
        self._window.append(look)

    def forget_places(self) -> None:
        """In another scene other things move, elsewhere."""
        self.restless.forget()
        self.steps.forget_calm()
        self.drifts.forget_calm()
