"""Whether a group of frames can be passed over after a glance at the I-frames at its two ends.

A change inside a group leaves traces that cost no decoding: the ends differ in places where nothing moves
otherwise, or in their tones, which motion hardly changes; a packet is as big as a whole picture; or the
encoder saw the cut and began a new group there, before its time. A group with none of them is passed over,
though something moves in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import median

from PIL import Image

from braid.media.pictures.signature import Signature

__all__ = ["NEW_PICTURE_SHARE", "Glance", "holds_new_picture", "moves_throughout"]

_SMALL_SHARE = 0.006
_MOVING_SHARE = 0.05
_CAMERA_SHARE = 0.1
_RATIO = 2.0
_OTHER_TONES = 0.12
_TONES_RATIO = 2.5
_CERTAIN_TONES = 0.3
_SHORTER = 0.9
_HISTORY = 9
_KNOWN_LENGTHS = 2
# A packet that holds a new picture is about as big as an I-frame, and stands out from its neighbours.
NEW_PICTURE_SHARE = 0.3
_NEW_PICTURE_RATIO = 2.5
_NEW_PICTURES_RATIO = 6.0
_UNEVEN_RATIO = 3.0
_LARGER = 0.85
_MOTION_SHARE = 0.1
_MOTION_PACKET_SHARE = 0.0015
_MOTION_BYTES = 100


class Glance:
    """Remembers how the ends of groups without a change differed: what is usual in this video is no trace."""

    def __init__(self) -> None:
        self._shares: deque[float] = deque(maxlen=_HISTORY)
        self._calm_shares: deque[float] = deque(maxlen=_HISTORY)
        self._tones: deque[float] = deque(maxlen=_HISTORY)
        self._lengths_ms: deque[int] = deque(maxlen=_HISTORY)

    def sees_change(
        self,
        start: Signature,
        end: Signature,
        *,
        restless: Image.Image | None,
        packet_sizes: Sequence[int],
    ) -> bool:
        """Whether the ends of a group show traces of a change that motion doesn't explain.

        ``restless`` marks (255) the cells in which something moves all the time; ``packet_sizes`` are the
        group's, or those of what is left of it behind its I-frame's.
        """
        difference = start.difference(end, restless)
        share = difference.share
        if share < _SMALL_SHARE:
            return False
        if not self._shares:
            is_motion = share >= _MOVING_SHARE and moves_throughout(packet_sizes)
            return not is_motion or start.palette_distance(end) >= _OTHER_TONES
        usual, usual_tones = median(self._shares), median(self._tones)
        # Before it is known where something moves, all that can be asked is whether more moved than usual.
        usual_calm = usual if restless is None else _lower_quartile(self._calm_shares)
        tones = start.palette_distance(end)
        return (
            share >= max(_MOVING_SHARE, _RATIO * usual)
            or tones >= min(max(_OTHER_TONES, _TONES_RATIO * usual_tones), _CERTAIN_TONES)
            # Where the camera moves no cell is calm.
            or (usual < _CAMERA_SHARE and difference.calm_share >= max(_SMALL_SHARE, _RATIO * usual_calm))
        )

    def is_short(self, length_ms: int) -> bool:
        """Whether the encoder began the next group before its time: it saw a cut there."""
        return len(self._lengths_ms) >= _KNOWN_LENGTHS and length_ms < _SHORTER * median(self._lengths_ms)

    def learn(
        self, start: Signature, end: Signature, *, restless: Image.Image | None, length_ms: int
    ) -> None:
        """Takes the ends of a group in which nothing changed as usual."""
        difference = start.difference(end, restless)
        self._shares.append(difference.share)
        self._calm_shares.append(difference.calm_share)
        self._tones.append(start.palette_distance(end))
        self._lengths_ms.append(length_ms)


def holds_new_picture(packet_sizes: Sequence[int]) -> bool:
    """Whether a packet behind the first, an I-frame's, is big enough to hold a picture of its own."""
    sizes = sorted(packet_sizes[1:])
    if not sizes:
        return False
    largest = sizes[-1]
    if largest < NEW_PICTURE_SHARE * packet_sizes[0]:
        return False
    # Beside B-frames every P-frame stands out, so a new picture must stand out from the larger ones; where
    # there are several, from the usual one by more.
    larger, usual = sizes[int(_LARGER * (len(sizes) - 1))], sizes[len(sizes) // 2]
    return largest >= _NEW_PICTURE_RATIO * larger or largest >= _NEW_PICTURES_RATIO * usual


def moves_throughout(packet_sizes: Sequence[int]) -> bool:
    """Whether the packets behind an I-frame are so big, one as the other, that something moves all the time.

    A picture at rest is a few dozen bytes in every codec; a fade fills no more than half of a group.
    """
    sizes = sorted(packet_sizes[1:])
    if not sizes or sum(sizes) < _MOTION_SHARE * packet_sizes[0]:
        return False
    if sizes[-1] >= max(NEW_PICTURE_SHARE * packet_sizes[0], _UNEVEN_RATIO * sizes[len(sizes) // 2]):
        return False
    return sizes[len(sizes) // 4] >= max(_MOTION_BYTES, _MOTION_PACKET_SHARE * packet_sizes[0])


def _lower_quartile(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 4] if values else 0.0
