"""Makes one shot of each change, however often it is noticed, with a picture that has settled.

A fade or a dissolve is noticed as soon as enough of it is seen, and then again. So what was noticed is held
until it is seen what comes of it: a picture that turns out to have been on its way, a blend of what was
before and of what is there now, gives way to what is there now. A flash, after which all is as before, was
no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from braid.media.pictures.signature import Outline, Signature
from braid.media.shots.blends import blend, distance, likeness
from braid.media.shots.pictures import Picture, Shot

__all__ = ["Confirmation"]

FrameT = TypeVar("FrameT")

_LOOK_MS = 120  # what is nearer to a picture says nothing of where it is going
# For so long no picture may show that the one that is held was on its way.
_SETTLED_MS = 400
_SETTLED_AGAIN_MS = 800
_SETTLED_SLOWLY_MS = 1_000
_LONGEST_MS = 5_000
# Unexplained parts of a blend: the camera goes on moving in a slow one.
_LEFT = 0.4
_LEFT_SLOWLY = 0.55
_FLASH_MS = 450
_RETURNED = 0.4  # of the way to the flash
# A paler picture of what was before is a fade that begins, unless it stays so.
_PALE_MS = 2_000
_PALE_LIKENESS = 0.93
_PALE_ENERGY = 0.85
_SAME_SHARE = 0.015


@dataclass(eq=False)
class _Held(Generic[FrameT]):
    """A change: since when, its picture so far, what was seen before, how long its picture must stand, and
    whether that took another one's place."""

    start_ms: int
    picture: Picture[FrameT]
    before: Signature | None
    settled_ms: int
    has_moved: bool = False

    @property
    def outline_before(self) -> Outline | None:
        before = self.before
        is_alike = before is not None and before.cells.size == self.picture.signature.cells.size
        return before.outline if before is not None and is_alike else None

    def move_to(self, picture: Picture[FrameT], settled_ms: int) -> None:
        self.picture, self.has_moved, self.settled_ms = picture, True, max(self.settled_ms, settled_ms)


class Confirmation(Generic[FrameT]):
    """Holds the newest change until its picture is known to have settled. Memory: one picture."""

    def __init__(self) -> None:
        self._held: _Held[FrameT] | None = None
        self._given_ms = -1  # when the picture of the last shot that was given is shown

    def propose(
        self, shot: Shot[FrameT], before: Signature | None, *, is_cut: bool
    ) -> Iterator[Shot[FrameT]]:
        """Takes a change that was noticed; ``before`` is what was seen before it, None of the first one."""
        held = self._held
        if held is None:
            if not is_cut and shot.start_ms <= self._given_ms:
                return  # more of the change that was given
        elif _is_on_its_way(held, shot.picture):
            held.move_to(shot.picture, _SETTLED_SLOWLY_MS)
            return
        elif shot.start_ms <= held.picture.at_ms:
            if shot.picture.at_ms > held.picture.at_ms:
                held.picture = shot.picture
            return
        elif not _is_flash(held, shot.picture):
            yield from self._give(held)
        self._held = _Held(shot.start_ms, shot.picture, before, _SETTLED_MS if is_cut else _SETTLED_SLOWLY_MS)

    def see(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """Looks at a later picture, whether anything was noticed there or not."""
        held = self._held
        if held is None or picture.at_ms - held.picture.at_ms < _LOOK_MS:
            return
        if _is_on_its_way(held, picture):
            held.move_to(picture, _SETTLED_AGAIN_MS)
        elif _is_flash(held, picture):
            self._held = None
        elif picture.at_ms - held.picture.at_ms < held.settled_ms or held.picture.signature.is_blank:
            return
        elif picture.at_ms - held.start_ms >= _PALE_MS or not _is_paler(held):
            yield from self._give(held)

    def see_cut(self, picture: Picture[FrameT]) -> Iterator[Shot[FrameT]]:
        """Looks at the first picture behind a cut, with which ends what is held."""
        held = self._held
        if held is None or _is_on_its_way(held, picture, _LEFT) or _is_early(held, picture):
            return
        yield from self._give(held)

    def finish(self) -> Iterator[Shot[FrameT]]:
        """What is held when the video ends, unless it only faded out."""
        held = self._held
        if held is None:
            return
        if self._given_ms < 0:
            yield Shot(held.start_ms, held.picture)
        elif not (held.has_moved and _is_paler(held)):
            yield from self._give(held)

    def _give(self, held: _Held[FrameT]) -> Iterator[Shot[FrameT]]:
        self._held = None
        if held.picture.signature.is_blank:
            return
        before = held.before
        is_back = before is not None and before.changed_share(held.picture.signature) < _SAME_SHARE
        if not (held.has_moved and is_back):
            self._given_ms = held.picture.at_ms
            yield Shot(held.start_ms, held.picture)


def _is_on_its_way(held: _Held[FrameT], picture: Picture[FrameT], most_left: float | None = None) -> bool:
    ours, theirs = held.picture.signature, picture.signature
    if ours.cells.size != theirs.cells.size:
        return False
    if picture.at_ms - held.start_ms > _LONGEST_MS and not ours.is_blank:
        return False
    if most_left is None:
        most_left = _LEFT if held.settled_ms == _SETTLED_MS else _LEFT_SLOWLY
    return blend(held.outline_before, ours.outline, theirs.outline).is_on_its_way(most_left)


def _is_early(held: _Held[FrameT], picture: Picture[FrameT]) -> bool:
    return held.before is not None and picture.at_ms - held.start_ms <= _FLASH_MS


def _is_flash(held: _Held[FrameT], picture: Picture[FrameT]) -> bool:
    """Whether ``picture`` shows again, soon, what was before."""
    before, ours, theirs = held.outline_before, held.picture.signature, picture.signature
    if before is None or not _is_early(held, picture) or ours.cells.size != theirs.cells.size:
        return False
    return distance(before, theirs.outline) <= _RETURNED * distance(before, ours.outline)


def _is_paler(held: _Held[FrameT]) -> bool:
    """Whether the picture shows what was before with less contrast, or nothing."""
    before, ours = held.outline_before, held.picture.signature.outline
    if before is None:
        return False
    if ours.energy == 0:
        return True
    return ours.energy < _PALE_ENERGY * before.energy and likeness(before, ours) >= _PALE_LIKENESS
