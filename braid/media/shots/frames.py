"""Keyframes of videos: one still per shot or slide, at the change, decoding no more than it takes.

A compressed video is a row of groups, each beginning with an I-frame that decodes by itself. First only
the I-frames are decoded. Where two neighbours look alike, and no packet between them is so big that it
must hold a new picture, the group between them is passed over; where they differ, the group is decoded
whole and the change is found to the frame. The file is read once, from start to end. Where every group
differs (something always moves), looking at I-frames first only costs, and all is decoded in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from av.video.stream import VideoStream

from braid.domain.errors import InvalidAssetError
from braid.domain.span import Span, timecode
from braid.media.containers.container import open_container, picture_stream
from braid.media.pictures.frame_image import colour_warning, frame_image
from braid.media.pictures.jpeg import MAX_SIDE_PX, bytes_each, encode_jpeg, fit
from braid.media.pictures.signature import Signature
from braid.media.pictures.still import MAX_KEYFRAMES, Still, StillList
from braid.media.pictures.thinning import thin
from braid.media.shots.sampling import Sampler, VideoShot
from braid.media.shots.video_reader import VideoReader

__all__ = ["MAX_GAP_MS", "select_keyframes"]

MAX_GAP_MS = 60_000


def select_keyframes(
    file: BinaryIO,
    media_type: str,
    *,
    max_keyframes: int = MAX_KEYFRAMES,
    max_gap_ms: int = MAX_GAP_MS,
    max_side_px: int = MAX_SIDE_PX,
    deadline_passed: Callable[[], bool] = lambda: False,
) -> StillList:
    """The keyframes of a video, in order: at least one, at most ``max_keyframes``.

    A still stands for its span, and the spans cover the whole video. No still is a near-duplicate of the one
    before it: a picture that stays as it is has one still, however long it stays, though it was looked at in
    every group of frames (at least every 20 s). Where it changes without a cut, stills are at most
    ``max_gap_ms`` and a group apart; where ``max_keyframes`` is too few for that, a warning tells. Blank
    pictures are passed over unless there is nothing else. Once ``deadline_passed`` says so (asked per
    group), only I-frames are looked at, and a warning says from where on.

    Raises InvalidAssetError where no picture can be decoded. Memory: the packets of one group, at most
    64 MiB, the decoder's own frames and three more, and the JPEGs of three times ``max_keyframes``.
    """
    candidates: list[_Candidate] = []
    warnings: list[str] = []
    widest_ms = 0  # the longest stretch between two candidates before any was given up
    previous_ms = 0
    with open_container(file, media_type) as container:
        stream = picture_stream(container)
        if stream is None:
            raise InvalidAssetError("The file holds no moving pictures.")
        known_ms = 0 if container.duration is None else round(container.duration / 1000)
        video = VideoReader(container, stream)
        sampler = Sampler(video, max_gap_ms=max_gap_ms, deadline_passed=deadline_passed)
        for shot in sampler.shots():
            widest_ms, previous_ms = max(widest_ms, shot.picture.at_ms - previous_ms), shot.picture.at_ms
            if not candidates and (warning := colour_warning(shot.picture.frame)):
                warnings.append(warning)
            candidates.append(_candidate(shot, stream, max_side_px, bytes_each(3 * max_keyframes)))
            if len(candidates) >= 3 * max_keyframes:
                candidates = _thinned(candidates, max_keyframes, max_gap_ms, max(known_ms, video.last_ms))
        duration_ms = max(known_ms, video.last_ms + 1)
    if not candidates:
        raise InvalidAssetError(
            "No picture of the video can be decoded. Export it again, for example as mp4 with H.264."
        )
    warnings += _not_seen(video, stream, sampler)
    candidates = _thinned(candidates, max_keyframes, max_gap_ms, duration_ms)
    gap_ms = _longest_gap_ms(candidates)
    if gap_ms > max(max_gap_ms, widest_ms):
        warnings.append(
            f"{max_keyframes} keyframes are the limit: some are {round(gap_ms / 1000)} s apart though the"
            f" picture changes, where one every {round(max_gap_ms / 1000)} s is wanted"
        )
    return StillList(_stills(candidates, duration_ms), tuple(warnings))


def _not_seen(video: VideoReader, stream: VideoStream, sampler: Sampler) -> Iterator[str]:
    """What of the picture track nobody looked at, in words for people."""
    if video.broken_packets:
        yield f"{video.broken_packets} damaged pieces of the picture track could not be seen"
    if video.late_ms:
        yield f"the first {video.late_ms / 1000:.1f} s lie before the first keyframe and could not be seen"
    if video.is_cut_off:
        yield "the picture track ends in damaged data; what follows could not be seen"
    if video.holds_few_pictures:
        yield (
            f"pictures of {stream.width:,} × {stream.height:,} pixels are so large that only single ones were"
            " looked at, one a group"
        )
    elif sampler.late_from_ms is not None:
        yield f"from {timecode(sampler.late_from_ms)} on there was time for a look at single pictures only"


def _longest_gap_ms(candidates: list[_Candidate]) -> int:
    times = [candidate.at_ms for candidate in candidates]
    return max((later - earlier for earlier, later in pairwise(times)), default=0)


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A shot with its picture encoded: decoded frames are too large to keep."""

    start_ms: int
    at_ms: int
    signature: Signature
    jpeg: bytes
    width_px: int
    height_px: int


def _candidate(shot: VideoShot, stream: VideoStream, max_side_px: int, max_bytes: int) -> _Candidate:
    frame = shot.picture.frame
    square_width = max(1, round(frame.width * (stream.sample_aspect_ratio or 1)))
    image = frame_image(frame, fit(square_width, frame.height, max_side_px))
    return _Candidate(
        shot.start_ms,
        shot.picture.at_ms,
        shot.picture.signature,
        encode_jpeg(image, max_bytes=max_bytes),
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
