"""Which pictures of a video are decoded and looked at, group by group, to find its shots."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from av.video.frame import VideoFrame

from braid.media.shots.changes import NEAR_DUPLICATE_SHARE, ShotDetector
from braid.media.shots.glance import Glance, holds_new_picture, moves_throughout
from braid.media.shots.pace import Pace
from braid.media.shots.pictures import Shot
from braid.media.shots.video_reader import FramePicture, PacketGroup, VideoReader

__all__ = ["Sampler", "VideoShot"]

VideoShot = Shot[VideoFrame]

# After so many groups in a row that had to be decoded, I-frames are no longer looked at first ...
_DENSE_AFTER = 2
# ... until the ends of as many were alike again.
_SPARSE_AFTER = 2
# How often it is asked, while a group is decoded, whether the rest of it is worth it.
_STOP_CHECK_MS = 120


class Sampler:
    """Decides group by group what is decoded, and feeds the detector."""

    def __init__(
        self, video: VideoReader, *, max_gap_ms: int, deadline_passed: Callable[[], bool] = lambda: False
    ) -> None:
        self.late_from_ms: int | None = None  # from where on there was time for the I-frames alone
        self._video = video
        self._is_late = deadline_passed
        self._detector: ShotDetector[VideoFrame] = ShotDetector(max_gap_ms=max_gap_ms)
        self._glance = Glance()
        self._is_dense = False
        self._dense_groups = 0  # decoded whole, in a row
        self._alike_groups = 0  # whose ends were alike, in a row, while all is decoded
        self._changes_before_group = 0
        self._pace = Pace()
        self._packet_sizes: list[int] = []  # of the group before, while all is decoded
        self._last_start: FramePicture | None = None  # the last I-frame that the detector saw

    def shots(self) -> Iterator[VideoShot]:
        """Every shot of the video, once each."""
        for group in self._video.groups():
            if self.late_from_ms is None and self._is_late():
                self.late_from_ms = self._video.last_ms
            if self.late_from_ms is not None or self._video.holds_few_pictures:
                yield from self._leap_to(group)
                continue
            if self._is_dense and self._may_leave_dense(group):
                yield from self._observe(self._video.drain())
                self._is_dense, self._dense_groups, self._last_start = False, 0, None
                self._video.skip_unreferenced(False)
                self._pace = Pace()
            if not self._is_dense and (group.is_open_ended or self._dense_groups >= _DENSE_AFTER):
                self._is_dense, self._alike_groups = True, 0
                self._video.reset()
                self._video.skip_unreferenced(True)
            if self._is_dense:
                self._pace.expect(group)
                yield from self._observe(self._video.decode(group.packets, self._is_worth_a_look))
                self._packet_sizes = group.packet_sizes
            else:
                yield from self._look_first(group)
        if self._is_dense and self.late_from_ms is None:
            yield from self._observe(self._video.drain())
        yield from self._detector.finish()

    def _leap_to(self, group: PacketGroup) -> Iterator[VideoShot]:
        """Looks at the I-frame alone that a group begins with; a continuation has none."""
        if not group.is_continuation:
            picture = self._video.first_picture(group.packets[0])
            if picture is not None and (self._last_start is None or picture.at_ms > self._last_start.at_ms):
                self._last_start = picture
                yield from self._detector.leap(picture)

    def _may_leave_dense(self, group: PacketGroup) -> bool:
        is_calm = self._alike_groups >= _SPARSE_AFTER and self._detector.is_settled
        return is_calm and not group.is_continuation and not group.is_open_ended

    def _look_first(self, group: PacketGroup) -> Iterator[VideoShot]:
        """Decodes the I-frames at both ends, and what lies between only where it may hold a change."""
        start = self._last_start
        if start is None:
            start = self._video.first_picture(group.packets[0])
            if start is not None:
                yield from self._detector.observe(start)
        self._changes_before_group = self._detector.change_count
        end = None if group.next_start is None else self._video.first_picture(group.next_start)
        self._last_start = end
        if start is None or end is None:
            if end is None and self._is_motion(group):
                return
            yield from self._decode_whole(group, start)
            if end is not None:
                yield from self._detector.observe(end)
            self._dense_groups += 1
            return
        is_short = self._glance.is_short(end.at_ms - start.at_ms) and not _are_alike(start, end)
        may_differ = is_short or self._may_differ(start, end, group.packet_sizes)
        if not may_differ and (self._detector.is_settled or _are_alike(start, end)):
            self._dense_groups = 0
            yield from self._detector.jump(end)
        else:
            yield from self._decode_between(group, start, end, is_short=is_short)
        self._learn(start, end)

    def _may_differ(self, start: FramePicture, end: FramePicture, packet_sizes: list[int]) -> bool:
        """Whether a change may lie between two pictures, by their looks and the packets between them."""
        return holds_new_picture(packet_sizes) or self._glance.sees_change(
            start.signature, end.signature, restless=self._detector.restless, packet_sizes=packet_sizes
        )

    def _learn(self, start: FramePicture, end: FramePicture) -> None:
        """Takes the group between two I-frames as usual, unless something changed in it."""
        # The video's first shot is no change: something must be seen first.
        if self._detector.change_count <= max(1, self._changes_before_group) and self._detector.is_settled:
            self._glance.learn(
                start.signature,
                end.signature,
                restless=self._detector.restless,
                length_ms=end.at_ms - start.at_ms,
            )

    def _decode_between(
        self, group: PacketGroup, start: FramePicture, end: FramePicture, *, is_short: bool
    ) -> Iterator[VideoShot]:
        """The pictures between the ends, up to where nothing more can be expected to change.

        A short group is expected to change at its very end.
        """
        self._video.reset()
        may_stop = not is_short
        asked_ms = start.at_ms
        for packet in group.packets:
            for picture in self._video.decode([packet]):
                if picture.at_ms <= start.at_ms:
                    continue  # the start again, or what is shown before it and belongs to the group before
                yield from self._detector.observe(picture)
                may_stop = may_stop or self._detector.change_count > self._changes_before_group
                if not may_stop or not self._detector.is_settled or picture.at_ms - asked_ms < _STOP_CHECK_MS:
                    continue
                asked_ms = picture.at_ms
                if not self._may_differ(picture, end, group.sizes_behind(picture.frame.pts)):
                    self._video.reset()
                    self._dense_groups = 0
                    yield from self._detector.jump(end)
                    return
        self._dense_groups += 1
        for picture in self._video.drain():
            if picture.at_ms > start.at_ms:
                yield from self._detector.observe(picture)
        yield from self._detector.observe(end)

    def _decode_whole(self, group: PacketGroup, start: FramePicture | None) -> Iterator[VideoShot]:
        self._video.reset()
        for pictures in (self._video.decode(group.packets), self._video.drain()):
            for picture in pictures:
                if start is None or picture.at_ms > start.at_ms:
                    yield from self._detector.observe(picture)

    def _is_motion(self, group: PacketGroup) -> bool:
        """Of a last group, with no I-frame at its end: whether something moves in it and nothing cuts."""
        sizes = group.packet_sizes
        return self._detector.is_settled and moves_throughout(sizes) and not holds_new_picture(sizes)

    def _is_worth_a_look(self, at_ms: int, pts: int | None) -> bool:
        return self._pace.is_worth_a_look(at_ms, pts, is_settled=self._detector.is_settled)

    def _observe(self, pictures: Iterator[FramePicture]) -> Iterator[VideoShot]:
        """While all is decoded: feeds every picture, and compares the I-frames among them."""
        for picture in pictures:
            if self._last_start is not None and picture.at_ms <= self._last_start.at_ms:
                continue  # seen when its group was looked at from its ends
            yield from self._detector.observe(picture, frames=self._pace.looked(picture.at_ms))
            if not picture.frame.key_frame:
                continue
            if self._last_start is not None:
                differs = self._may_differ(self._last_start, picture, self._packet_sizes)
                self._alike_groups = 0 if differs else self._alike_groups + 1
                self._learn(self._last_start, picture)
            self._last_start = picture
            self._changes_before_group = self._detector.change_count


def _are_alike(start: FramePicture, end: FramePicture) -> bool:
    return start.signature.changed_share(end.signature) < NEAR_DUPLICATE_SHARE
