"""Where a video's picture changes: cuts, dissolves and new slides.

Pure logic over signatures. A new shot begins where the picture changes by more than this video's usual
motion, and is represented by the first picture after that which stays as it is, so that no keyframe is
taken out of the middle of a dissolve. A picture that is all one tone is waited out. While the camera moves
all cells change, and a change is known by outlines instead: a cut by a step to another one, a dissolve or
fade by pictures in between that are blends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Literal, TypeVar

from PIL import Image

from braid.media.pictures.signature import Signature
from braid.media.shots.blends import likeness
from braid.media.shots.confirming import Confirmation
from braid.media.shots.gradual import OTHER_VIEW_LIKENESS, Look, RecentLooks
from braid.media.shots.pictures import Picture, Shot
from braid.media.shots.usual import Usual

__all__ = ["NEAR_DUPLICATE_SHARE", "ShotDetector"]

FrameT = TypeVar("FrameT")

# Shares of changed cells. A new line of text on a slide changes 1 to 3 %, a new slide 3 % and more,
# a cut 40 % and more; a page number or a cursor changes less than 0.3 %.
NEAR_DUPLICATE_SHARE = 0.005
_AT_REST_SHARE = 0.004
_FADING_LEVELS = 3.0  # of 255 in a tenth of a second: a fade of two seconds
_SCENE_SHARE = 0.3  # what makes a shot of a picture that never came to rest
_SCENE_PALETTE = 0.2
_ABRUPT_SHARE = 0.1
_DRIFTED_SHARE = 0.015  # since the last shot
_AT_REST_MS = 100
_MAX_TRANSITION_MS = 1500

# How a change ended: at a cut, as a blend that is over, at rest, or not at all.
_End = Literal["cut", "blend", "rest", "motion"]


class ShotDetector(Generic[FrameT]):
    """Takes pictures in order of time and gives a candidate for each shot; within a shot that slowly becomes
    something else, one per ``max_gap_ms``.

    ``observe`` takes frames that follow each other; ``jump`` takes a picture that follows the last one at a
    distance and is known to look like it, because what lies between wasn't decoded. A shot is given once its
    picture has settled: a second after it was noticed at the latest, unless it fades on. Memory: four
    seconds of signatures and four pictures.
    """

    def __init__(self, *, max_gap_ms: int) -> None:
        self._max_gap_ms = max_gap_ms
        self._last_shot: Picture[FrameT] | None = None
        self._previous: Picture[FrameT] | None = None
        self._blank: Picture[FrameT] | None = None
        self._usual = Usual()
        self._recent = RecentLooks()
        self._last_step = 0.0
        self._confirmation: Confirmation[FrameT] = Confirmation()
        self.change_count = 0  # how many were noticed so far: the shots come later
        # While a change is under way: when it began, what was seen before it, whether that was a cut for
        # certain, how big its steps were, and the picture that would stand for the shot if it came to rest
        # there.
        self._changing_since_ms: int | None = 0
        self._before: Signature | None = None
        self._is_cut = False
        self._is_behind_step = False
        self._biggest_step = 0.0
        self._anchor: Picture[FrameT] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether no change is under way."""
        return self._changing_since_ms is None

    @property
    def restless(self) -> Image.Image | None:
        """Where something moves all the time (255), so far as is known."""
        return self._usual.restless.cells

    def observe(self, picture: Picture[FrameT], *, frames: int = 1) -> Iterator[Shot[FrameT]]:
        """The next frame of an unbroken sequence, or the last of so many ``frames``."""
        earlier = self._previous.signature if self._previous else picture.signature
        look, usual = _look(picture), self._usual
        step = usual.difference(earlier, picture.signature)
        is_big_step, is_moving = usual.steps.stands_out(step, times=frames), usual.is_moving
        is_cut = usual.cuts.is_cut(earlier, picture.signature, is_big_step=is_moving and is_big_step)
        if is_cut:
            yield from self._confirmation.see_cut(picture)
            self._recent.clear()
        else:
            yield from self._confirmation.see(picture)
        drift = usual.learn(look, step, frames)
        self._recent.add(look)
        if is_cut and self._last_shot is not None:
            self._begin_change(picture, since_ms=picture.at_ms, before=earlier, step=step.share, is_cut=True)
        elif (start := self._recent.gradual_change()) is not None:
            self._changing_since_ms, self._before = start.at_ms, start.signature
            yield from self._accept(picture, at_least=0.0, end="blend")
        elif self._changing_since_ms is not None:
            yield from self._settle(picture, step.share)
        elif is_moving:
            yield from self._cover(picture)
        elif is_big_step:
            self._begin_change(picture, since_ms=picture.at_ms, before=earlier, step=step.share)
        elif drift is not None and usual.drifts.stands_out(drift):
            start = usual.window_start
            self._begin_change(picture, since_ms=start.at_ms, before=start.signature)
        else:
            yield from self._cover(picture)
        self._previous = picture
        self._last_step = step.share

    def jump(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """A picture at a distance that looks like the one before it: nothing changed in between."""
        if self._previous is not None:
            self._usual.learn_jump(_look(self._previous), _look(picture))
        yield from self._confirmation.see(picture)
        self._restart_window(picture)
        if self._changing_since_ms is not None:
            if self._anchor is not None:
                yield from self._accept(self._anchor, at_least=NEAR_DUPLICATE_SHARE, end="cut")
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
            self._before = None
            yield from self._accept(picture, at_least=_DRIFTED_SHARE, end="cut")
        self._previous = picture

    def finish(self) -> Iterator[Shot[FrameT]]:
        """What was still settling when the video ended; a blank picture only where there was no other."""
        if self._changing_since_ms is not None and self._anchor is not None:
            yield from self._give_up_waiting(self._anchor)
        yield from self._confirmation.finish()
        if self._last_shot is None and self._blank is not None:
            self._last_shot = self._blank
            yield Shot(0, self._blank)

    def _begin_change(
        self,
        picture: Picture[FrameT],
        *,
        since_ms: int,
        before: Signature,
        step: float = 0.0,
        is_cut: bool = False,
    ) -> None:
        self._changing_since_ms, self._before, self._is_cut = since_ms, before, is_cut
        # One step among others is a camera that starts, or turns.
        self._is_behind_step = step > 0 and self._last_step <= step / 3
        self._biggest_step = step
        self._hold(picture)

    def _settle(self, picture: Picture[FrameT], step: float) -> Iterator[Shot[FrameT]]:
        anchor, biggest_step = self._anchor, self._biggest_step
        is_clean_cut = self._is_behind_step and step <= biggest_step / 3
        self._is_behind_step = False
        self._biggest_step = max(biggest_step, step)
        if anchor is None or picture.signature.is_blank:
            self._hold(picture)
        elif is_clean_cut:
            # One big step, then a small one. The first picture behind the cut is the shot's.
            yield from self._accept(anchor, at_least=NEAR_DUPLICATE_SHARE, end="cut")
        elif not self._is_at_rest(anchor, picture, step):
            self._hold(picture)
            if picture.at_ms - self._since() >= _MAX_TRANSITION_MS:
                yield from self._give_up_waiting(picture)
        elif picture.at_ms - anchor.at_ms >= _AT_REST_MS:
            moved = anchor.signature.moved_share(picture.signature, self._usual.restless.cells)
            end: _End = "rest" if moved <= _AT_REST_SHARE else "motion"
            yield from self._accept(anchor, at_least=_DRIFTED_SHARE, end=end)

    def _is_at_rest(self, anchor: Picture[FrameT], picture: Picture[FrameT], step: float) -> bool:
        """Whether nothing moves since ``anchor``, or so much less than in the change that this is over."""
        if self._biggest_step >= _ABRUPT_SHARE and step <= self._biggest_step / 3:
            return True
        if self._last_shot is None:
            # A video may begin in the midst of motion; waited for is only the end of a fade-in.
            return abs(anchor.signature.brightness - picture.signature.brightness) <= _FADING_LEVELS
        moved = anchor.signature.moved_share(picture.signature, self._usual.restless.cells)
        return moved <= _AT_REST_SHARE

    def _give_up_waiting(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """What never came to rest is a shot if it shows other things than the last one, and else motion."""
        last = self._last_shot
        if last is None or last.signature.palette_distance(picture.signature) >= _SCENE_PALETTE:
            yield from self._accept(picture, at_least=_SCENE_SHARE, end="motion")
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

    def _accept(self, picture: Picture[FrameT], *, at_least: float, end: _End) -> Iterator[Shot[FrameT]]:
        started_ms, before = min(self._since(), picture.at_ms), self._before
        if self._is_cut and end != "blend":
            end = "cut"
        is_motion = end != "blend" and before is not None and self._is_motion(before, picture, end)
        self._end_change(picture)
        if is_motion:
            return
        if self._is_other_scene(picture):
            self._usual.forget_places()
        elif self._novelty(picture) < at_least:
            return
        self._last_shot = picture
        self.change_count += 1
        yield from self._confirmation.propose(Shot(started_ms, picture), before, is_cut=end == "cut")

    def _is_motion(self, before: Signature, picture: Picture[FrameT], end: _End) -> bool:
        """Whether a camera that moves explains what changed since ``before``."""
        after = picture.signature
        if before.cells.size != after.cells.size:
            return False
        if before.changed_share(after) < _SCENE_SHARE:
            # A detail changed. That is news of a slide, and none of a view that moves now or did since its
            # shot.
            last = self._last_shot
            has_moved = last is not None and last.signature.changed_share(before) >= _SCENE_SHARE
            return not self._is_cut and last is not None and (self._usual.is_moving or has_moved)
        if end == "cut" or self._recent.pass_a_blend(before, self._since(), _look(picture)):
            return False
        # A slide that is pushed in, or a title that is wiped away, looks like a camera that turns. It comes
        # to rest at another view, or has other tones, where a camera shows much the same on its way.
        has_other_tones = before.palette_distance(after) >= _SCENE_PALETTE
        is_over = end == "rest" or has_other_tones
        return not is_over or likeness(before.outline, after.outline) > OTHER_VIEW_LIKENESS

    def _cover(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """A candidate where nothing cut for so long that what is seen may have become something else."""
        last = self._last_shot
        if last is None or picture.at_ms - last.at_ms < self._max_gap_ms or picture.signature.is_blank:
            return
        if self._is_other_scene(picture) or self._novelty(picture) >= _DRIFTED_SHARE:
            self._last_shot = picture
            yield from self._confirmation.propose(Shot(picture.at_ms, picture), None, is_cut=True)

    def _is_other_scene(self, picture: Picture[FrameT]) -> bool:
        """Whether so much of the picture changed since the last shot that it hardly shows the same."""
        last = self._last_shot
        return last is None or last.signature.changed_share(picture.signature) >= _SCENE_SHARE

    def _novelty(self, picture: Picture[FrameT]) -> float:
        """The share of cells that changed since the last shot, those left out that move all the time."""
        if self._last_shot is None:
            return 1.0
        return self._usual.difference(self._last_shot.signature, picture.signature).calm_share

    def _restart_window(self, picture: Picture[FrameT]) -> None:
        self._usual.restart(_look(picture))
        self._recent.restart(_look(picture))


def _look(picture: Picture[FrameT]) -> Look:
    return Look(picture.at_ms, picture.signature)
