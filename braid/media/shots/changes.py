"""Where a video's picture changes: cuts, dissolves and new slides.

Pure logic over signatures. A new shot begins where the picture changes by more than this video's usual
motion, and is represented by the first picture after that which stays as it is, so that no keyframe is
taken out of the middle of a dissolve. A picture that is all one tone is waited out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from PIL import Image

from braid.media.pictures.signature import Difference, Signature
from braid.media.shots.motion import RestlessCells, UsualMotion

__all__ = ["NEAR_DUPLICATE_SHARE", "Picture", "Shot", "ShotDetector"]

FrameT = TypeVar("FrameT")

# Shares of changed cells. A new line of text on a slide changes 1 to 3 %, a new slide 3 % and more,
# a cut 40 % and more; a page number or a cursor changes less than 0.3 %.
NEAR_DUPLICATE_SHARE = 0.005
_STEP_SHARE = 0.006  # from one frame to the next, where nothing moves
_AT_REST_SHARE = 0.004
_FADING_LEVELS = 3.0  # of 255 in a tenth of a second: a fade of two seconds
_SCENE_SHARE = 0.3  # what makes a shot of a picture that never came to rest
_SCENE_PALETTE = 0.2
_ABRUPT_SHARE = 0.1
_DRIFTED_SHARE = 0.015  # over the window, or since the last shot
_FIRST_CUT_SHARE = 0.01  # before anything is known of the video's motion
_NEVER = 1.1
_CUT_RATIO = 5.0  # from one frame to the next
_DRIFT_RATIO = 3.0  # over the window: dissolves and fades
_WINDOW_MS = 500
_LOOK_MS = 250  # how often it is learnt where something moves
_AT_REST_MS = 100
_MAX_TRANSITION_MS = 1500
_FEW = 6


@dataclass(frozen=True, eq=False)
class Picture(Generic[FrameT]):
    """A decoded picture: when it is shown, what it looks like in short, and itself."""

    at_ms: int
    signature: Signature
    frame: FrameT


@dataclass(frozen=True, eq=False)
class Shot(Generic[FrameT]):
    """A keyframe candidate: the first picture at rest of what began at ``start_ms``."""

    start_ms: int
    picture: Picture[FrameT]


class ShotDetector(Generic[FrameT]):
    """Takes pictures in order of time and gives a candidate for each shot; within a shot that slowly becomes
    something else, one per ``max_gap_ms``.

    ``observe`` takes frames that follow each other; ``jump`` takes a picture that follows the last one at a
    distance and is known to look like it, because what lies between wasn't decoded. A shot is given a few
    frames after it began. Memory: half a second of signatures and three pictures.
    """

    def __init__(self, *, max_gap_ms: int) -> None:
        self._max_gap_ms = max_gap_ms
        self._last_shot: Picture[FrameT] | None = None
        self._previous: Picture[FrameT] | None = None
        self._blank: Picture[FrameT] | None = None
        self._steps = UsualMotion(ratio=_CUT_RATIO, least_share=_STEP_SHARE, unknown_share=_FIRST_CUT_SHARE)
        self._drifts = UsualMotion(ratio=_DRIFT_RATIO, least_share=_DRIFTED_SHARE, unknown_share=_NEVER)
        self._restless = RestlessCells()
        self._window: deque[tuple[int, Signature]] = deque()  # no frames: those are large
        self._looked_ms = 0
        # While a change is under way: when it began, how big its steps were, and the picture that would stand
        # for the shot if it came to rest there.
        self._changing_since_ms: int | None = 0
        self._is_behind_cut = False
        self._biggest_step = 0.0
        self._anchor: Picture[FrameT] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether no change is under way."""
        return self._changing_since_ms is None

    @property
    def restless(self) -> Image.Image | None:
        """Where something moves all the time (255), so far as is known."""
        return self._restless.cells

    def observe(self, picture: Picture[FrameT], *, frames: int = 1) -> Iterator[Shot[FrameT]]:
        """The next frame of an unbroken sequence, or the last of so many ``frames``."""
        self._move_window(picture)
        began_ms, before = self._window[0]
        step = self._difference((self._previous or picture).signature, picture.signature)
        drift = self._difference(before, picture.signature)
        # Every frame counts, changes too: what is usual is a median, which single changes don't move.
        self._steps.learn(step, part=1 / frames)
        if picture.at_ms - began_ms >= _WINDOW_MS * 0.8:
            self._drifts.learn(drift)
        if picture.at_ms - self._looked_ms >= _LOOK_MS:
            self._looked_ms = picture.at_ms
            self._restless.learn(before, picture.signature)
        if self._changing_since_ms is not None:
            yield from self._settle(picture, step.share)
        elif self._steps.stands_out(step, times=frames):
            self._begin_change(picture, since_ms=picture.at_ms, cut_step=step.share)
        elif self._drifts.stands_out(drift):
            self._begin_change(picture, since_ms=began_ms, cut_step=0.0)
        else:
            yield from self._cover(picture)
        self._previous = picture

    def jump(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """A picture at a distance that looks like the one before it: nothing changed in between."""
        if self._previous is not None:
            difference = self._difference(self._previous.signature, picture.signature)
            # What moved from end to end moved by less over the window, and by far less from frame to frame.
            self._steps.learn(difference, part=1 / 8, weight=_FEW)
            self._drifts.learn(difference, part=1 / 2, weight=_FEW)
            looks = min((picture.at_ms - self._previous.at_ms) // _LOOK_MS, _FEW)
            self._restless.learn(self._previous.signature, picture.signature, looks=looks)
        self._restart_window(picture)
        if self._changing_since_ms is not None:
            if self._anchor is not None:
                yield from self._accept(self._anchor, at_least=NEAR_DUPLICATE_SHARE)
            else:
                self._hold(picture)
        if self._changing_since_ms is None:
            yield from self._cover(picture)
        self._previous = picture

    def leap(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """A picture at a distance of which it isn't known what lies between: a shot where it shows more than
        a moved detail of the last one."""
        self._restart_window(picture)
        if picture.signature.is_blank:
            self._blank = self._blank or picture
        else:
            self._changing_since_ms = picture.at_ms
            yield from self._accept(picture, at_least=_DRIFTED_SHARE)
        self._previous = picture

    def finish(self) -> Iterator[Shot[FrameT]]:
        """What was still settling when the video ended; a blank picture only where there was no other."""
        if self._changing_since_ms is not None and self._anchor is not None:
            yield from self._give_up_waiting(self._anchor)
        if self._last_shot is None and self._blank is not None:
            yield from self._accept(self._blank, at_least=0.0)

    def _begin_change(self, picture: Picture[FrameT], *, since_ms: int, cut_step: float) -> None:
        self._changing_since_ms = since_ms
        self._is_behind_cut = cut_step > 0
        self._biggest_step = cut_step
        self._hold(picture)

    def _settle(self, picture: Picture[FrameT], step: float) -> Iterator[Shot[FrameT]]:
        anchor, biggest_step = self._anchor, self._biggest_step
        is_clean_cut = self._is_behind_cut and step <= biggest_step / 3
        self._is_behind_cut = False
        self._biggest_step = max(biggest_step, step)
        if anchor is None or picture.signature.is_blank:
            self._hold(picture)
        elif is_clean_cut:
            # One big step, then a small one. The first picture behind the cut is the shot's.
            yield from self._accept(anchor, at_least=NEAR_DUPLICATE_SHARE)
        elif not self._is_at_rest(anchor, picture, step):
            self._hold(picture)
            if picture.at_ms - self._since() >= _MAX_TRANSITION_MS:
                yield from self._give_up_waiting(picture)
        elif picture.at_ms - anchor.at_ms >= _AT_REST_MS:
            yield from self._accept(anchor, at_least=_DRIFTED_SHARE)

    def _is_at_rest(self, anchor: Picture[FrameT], picture: Picture[FrameT], step: float) -> bool:
        """Whether nothing moves since ``anchor``, or so much less than in the change that this is over."""
        if self._biggest_step >= _ABRUPT_SHARE and step <= self._biggest_step / 3:
            return True
        if self._last_shot is None:
            # A video may begin in the midst of motion; waited for is only the end of a fade-in.
            return abs(anchor.signature.brightness - picture.signature.brightness) <= _FADING_LEVELS
        moved = anchor.signature.moved_share(picture.signature, self._restless.cells)
        return moved <= _AT_REST_SHARE

    def _give_up_waiting(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """What never came to rest is a shot if it shows other things than the last one, and else motion."""
        last = self._last_shot
        if last is None or last.signature.palette_distance(picture.signature) >= _SCENE_PALETTE:
            yield from self._accept(picture, at_least=_SCENE_SHARE)
        else:
            self._end_change(picture)

    def _end_change(self, picture: Picture[FrameT]) -> None:
        self._changing_since_ms = self._anchor = None
        self._restart_window(picture)

    def _since(self) -> int:
        return self._changing_since_ms or 0

    def _hold(self, picture: Picture[FrameT]) -> None:
        """Makes ``picture`` the one to come to rest at, unless it is blank: then the wait goes on."""
        if picture.signature.is_blank:
            self._blank = self._blank or picture
            self._anchor = None
            self._changing_since_ms = picture.at_ms if self._last_shot else self._changing_since_ms
        else:
            self._anchor = picture

    def _accept(self, picture: Picture[FrameT], *, at_least: float) -> Iterator[Shot[FrameT]]:
        started_ms = min(self._since(), picture.at_ms)
        self._end_change(picture)
        if self._is_other_scene(picture):
            self._restless.forget()
            self._steps.forget_calm()
            self._drifts.forget_calm()
        elif self._novelty(picture) < at_least:
            return
        self._last_shot = picture
        yield Shot(started_ms, picture)

    def _cover(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """A candidate where nothing cut for so long that what is seen may have become something else."""
        last = self._last_shot
        if last is None or picture.at_ms - last.at_ms < self._max_gap_ms or picture.signature.is_blank:
            return
        if self._is_other_scene(picture) or self._novelty(picture) >= _DRIFTED_SHARE:
            self._last_shot = picture
            yield Shot(picture.at_ms, picture)

    def _is_other_scene(self, picture: Picture[FrameT]) -> bool:
        """Whether so much of the picture changed since the last shot that it hardly shows the same."""
        last = self._last_shot
        return last is None or last.signature.changed_share(picture.signature) >= _SCENE_SHARE

    def _novelty(self, picture: Picture[FrameT]) -> float:
        """The share of cells that changed since the last shot, those left out that move all the time."""
        if self._last_shot is None:
            return 1.0
        return self._difference(self._last_shot.signature, picture.signature).calm_share

    def _difference(self, before: Signature, after: Signature) -> Difference:
        return before.difference(after, self._restless.cells)

    def _move_window(self, picture: Picture[FrameT]) -> None:
        self._window.append((picture.at_ms, picture.signature))
        while len(self._window) > 2 and picture.at_ms - self._window[1][0] >= _WINDOW_MS:
            self._window.popleft()

    def _restart_window(self, picture: Picture[FrameT]) -> None:
        self._window.clear()
        self._window.append((picture.at_ms, picture.signature))
