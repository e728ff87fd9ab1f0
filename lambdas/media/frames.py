"""Keyframes of videos: one still per shot or slide, at the change, decoding no more than it takes.

A compressed video is a row of groups, each beginning with an I-frame that decodes by itself. First only
the I-frames are decoded. Where two neighbours look alike, and no packet between them is so big that it
must hold a new picture, the group between them is passed over; where they differ, the group is decoded
whole and the change is found to the frame. The file is read once, from start to end. Where every group
differs (something always moves), looking at I-frames first only costs, and all is decoded in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from domain.errors import InvalidAssetError
from domain.span import Span
from lambdas.media.container import open_container, picture_stream
from lambdas.media.frame_image import frame_image
from lambdas.media.glance import Glance, holds_new_picture
from lambdas.media.jpeg import MAX_SIDE_PX, encode_jpeg, fit
from lambdas.media.shots import NEAR_DUPLICATE_SHARE, Shot, ShotDetector
from lambdas.media.signature import Signature
from lambdas.media.still import MAX_KEYFRAMES, Still, StillList
from lambdas.media.thinning import thin
from lambdas.media.video_reader import FramePicture, PacketGroup, VideoReader

__all__ = ["MAX_GAP_MS", "select_keyframes"]

MAX_GAP_MS = 60_000

# After so many groups in a row that had to be decoded, I-frames are no longer looked at first ...
_DENSE_AFTER = 3
# ... until the ends of as many were alike again.
_SPARSE_AFTER = 2

VideoShot = Shot[VideoFrame]


def select_keyframes(
    file: BinaryIO,
    media_type: str,
    *,
    max_keyframes: int = MAX_KEYFRAMES,
    max_gap_ms: int = MAX_GAP_MS,
    max_side_px: int = MAX_SIDE_PX,
) -> StillList:
    """The keyframes of a video, in order: at least one, at most ``max_keyframes``.

    A still stands for its span, and the spans cover the whole video. No still is a near-duplicate of the one
    before it: a picture that stays as it is has one still, however long it stays. Where it changes without a
    cut, stills are at most ``max_gap_ms`` apart, or as close as ``max_keyframes`` allows. Blank pictures are
    passed over unless there is nothing else.

    Raises InvalidAssetError where no picture can be decoded. Memory: the packets of one group, at most
    64 MiB, the decoder's own frames and three more, and the JPEGs of three times ``max_keyframes``.
    """
    candidates: list[_Candidate] = []
    with open_container(file, media_type) as container:
        stream = picture_stream(container)
        if stream is None:
            raise InvalidAssetError("The file holds no moving pictures.")
        known_ms = 0 if container.duration is None else round(container.duration / 1000)
        video = VideoReader(container, stream)
        for shot in _Sampler(video, max_gap_ms).shots():
            candidates.append(_candidate(shot, stream, max_side_px))
            if len(candidates) >= 3 * max_keyframes:
                candidates = _thinned(candidates, max_keyframes, max_gap_ms, max(known_ms, video.last_ms))
        duration_ms = max(known_ms, video.last_ms + 1)
    if not candidates:
        raise InvalidAssetError(
            "No picture of the video can be decoded. Export it again, for example as mp4 with H.264."
        )
    warnings = []
    if video.broken_packets:
        warnings.append(f"{video.broken_packets} damaged pieces of the picture track could not be seen")
    if video.is_cut_off:
        warnings.append("the picture track ends in damaged data; what follows could not be seen")
    candidates = _thinned(candidates, max_keyframes, max_gap_ms, duration_ms)
    return StillList(_stills(candidates, duration_ms), tuple(warnings))


class _Sampler:
    """Decides group by group what is decoded, and feeds the detector."""

    def __init__(self, video: VideoReader, max_gap_ms: int) -> None:
        self._video = video
        self._detector: ShotDetector[VideoFrame] = ShotDetector(max_gap_ms=max_gap_ms)
        self._glance = Glance()
        self._is_dense = False
        self._dense_groups = 0  # decoded whole, in a row
        self._alike_groups = 0  # whose ends were alike, in a row, while all is decoded
        self._shots_seen = 0
        self._shots_before_group = 0
        self._last_start: FramePicture | None = None  # the last I-frame that the detector saw

    def shots(self) -> Iterator[VideoShot]:
        """Every shot of the video, once each."""
        for shot in self._all_shots():
            self._shots_seen += 1
            yield shot

    def _all_shots(self) -> Iterator[VideoShot]:
        for group in self._video.groups():
            if self._is_dense and self._may_leave_dense(group):
                yield from self._observe(self._video.drain())
                self._is_dense, self._dense_groups, self._last_start = False, 0, None
            if not self._is_dense and (group.is_continuation or self._dense_groups >= _DENSE_AFTER):
                self._is_dense, self._alike_groups = True, 0
                self._video.reset()
            if self._is_dense:
                yield from self._observe(self._video.decode(group.packets))
            else:
                yield from self._look_first(group)
        if self._is_dense:
            yield from self._observe(self._video.drain())
        yield from self._detector.finish()

    def _may_leave_dense(self, group: PacketGroup) -> bool:
        is_calm = self._alike_groups >= _SPARSE_AFTER and self._detector.is_settled
        return is_calm and not group.is_continuation

    def _look_first(self, group: PacketGroup) -> Iterator[VideoShot]:
        """Decodes the I-frames at both ends, and what lies between only where it may hold a change."""
        start = self._last_start
        if start is None:
            start = self._video.first_picture(group.packets[0])
            if start is not None:
                yield from self._detector.observe(start)
        self._shots_before_group = self._shots_seen
        end = None if group.next_start is None else self._video.first_picture(group.next_start)
        self._last_start = end
        if start is not None and end is not None and not self._may_differ(start, end, group):
            self._dense_groups = 0
            yield from self._detector.jump(end)
        else:
            self._dense_groups += 1
            yield from self._decode_whole(group, start, end)
            if end is not None:
                yield from self._detector.observe(end)
        if start is not None and end is not None:
            self._learn(start, end)

    def _may_differ(self, start: FramePicture, end: FramePicture, group: PacketGroup) -> bool:
        """Whether a change may lie between the ends, or one under way may still go on."""
        if self._detector.is_settled:
            differs = self._sees_change(start, end)
        else:
            differs = start.signature.changed_share(end.signature) >= NEAR_DUPLICATE_SHARE
        return differs or holds_new_picture(group.packet_sizes)

    def _sees_change(self, start: FramePicture, end: FramePicture) -> bool:
        return self._glance.sees_change(
            start.signature,
            end.signature,
            restless=self._detector.restless,
            length_ms=end.at_ms - start.at_ms,
        )

    def _learn(self, start: FramePicture, end: FramePicture) -> None:
        """Takes the group between two I-frames as usual, unless something changed in it."""
        if self._shots_seen == self._shots_before_group and self._detector.is_settled:
            self._glance.learn(
                start.signature,
                end.signature,
                restless=self._detector.restless,
                length_ms=end.at_ms - start.at_ms,
            )

    def _decode_whole(
        self, group: PacketGroup, start: FramePicture | None, end: FramePicture | None
    ) -> Iterator[VideoShot]:
        """All pictures between the ends, up to where the picture has become that of the end."""
        self._video.reset()
        may_stop = False
        for position, packet in enumerate(group.packets):
            for picture in self._video.decode([packet]):
                if start is not None and picture.at_ms <= start.at_ms:
                    continue  # the start again, or what is shown before it and belongs to the group before
                for shot in self._detector.observe(picture):
                    may_stop = end is not None
                    yield shot
                if may_stop and self._is_as_at_end(picture, end, group, position):
                    self._video.reset()
                    return
        for picture in self._video.drain():
            if start is None or picture.at_ms > start.at_ms:
                yield from self._detector.observe(picture)

    def _is_as_at_end(
        self, picture: FramePicture, end: FramePicture | None, group: PacketGroup, position: int
    ) -> bool:
        """Whether nothing more will happen up to the end of the group."""
        if end is None or not self._detector.is_settled:
            return False
        rest = [group.packets[0].size, *group.packet_sizes[position + 1 :]]
        is_end = picture.signature.changed_share(end.signature) < NEAR_DUPLICATE_SHARE
        return is_end and not holds_new_picture(rest)

    def _observe(self, pictures: Iterator[FramePicture]) -> Iterator[VideoShot]:
        """While all is decoded: feeds every picture, and compares the I-frames among them."""
        for picture in pictures:
            if self._last_start is not None and picture.at_ms <= self._last_start.at_ms:
                continue  # seen when its group was looked at from its ends
            yield from self._detector.observe(picture)
            if not picture.frame.key_frame:
                continue
            if self._last_start is not None:
                differs = self._sees_change(self._last_start, picture)
                self._alike_groups = 0 if differs else self._alike_groups + 1
                self._learn(self._last_start, picture)
            self._last_start = picture
            self._shots_before_group = self._shots_seen


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A shot with its picture encoded: decoded frames are too large to keep."""

    start_ms: int
    at_ms: int
    signature: Signature
    jpeg: bytes
    width_px: int
    height_px: int


def _candidate(shot: VideoShot, stream: VideoStream, max_side_px: int) -> _Candidate:
    frame = shot.picture.frame
    square_width = max(1, round(frame.width * (stream.sample_aspect_ratio or 1)))
    image = frame_image(frame, fit(square_width, frame.height, max_side_px))
    return _Candidate(
        shot.start_ms,
        shot.picture.at_ms,
        shot.picture.signature,
        encode_jpeg(image),
        image.width,
        image.height,
    )


def _thinned(
    candidates: list[_Candidate], max_keyframes: int, max_gap_ms: int, duration_ms: int
) -> list[_Candidate]:
    return thin(
        candidates,
        limit=max_keyframes,
        max_gap_ms=max_gap_ms,
        duration_ms=duration_ms,
        at_ms=lambda candidate: candidate.at_ms,
        difference=lambda one, other: one.signature.changed_share(other.signature),
    )


def _stills(candidates: list[_Candidate], duration_ms: int) -> tuple[Still, ...]:
    """Stills whose spans meet: from the change that began one to the change that began the next."""
    starts = [0, *(candidate.start_ms for candidate in candidates[1:])]
    ends = [*starts[1:], duration_ms]
    return tuple(
        Still(
            jpeg=candidate.jpeg,
            width_px=candidate.width_px,
            height_px=candidate.height_px,
            span=Span(start_ms, max(start_ms, end_ms)),
            at_ms=candidate.at_ms,
        )
        for candidate, start_ms, end_ms in zip(candidates, starts, ends, strict=True)
    )
