"""What an audio or video file holds, found out with few reads and without trusting its header alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.completeness import missing_bytes
from braid.media.containers.container import open_container, picture_stream, unreadable_pictures
from braid.media.containers.durations import duration_ms
from braid.media.containers.first_frames import Proof, prove
from braid.media.containers.orientation import turns_sideways
from braid.media.containers.sound_tracks import SoundTrack, sound_streams, sound_tracks

__all__ = ["MediaProbe", "VideoTrack", "probe"]


@dataclass(frozen=True)
class VideoTrack:
    """Moving pictures. Width and height are as shown: turned upright, with square pixels."""

    codec: str
    width_px: int
    height_px: int
    fps: float | None


@dataclass(frozen=True)
class MediaProbe:
    """A playable file. It has pictures or sound.

    ``media_type`` says what it really is: an mp4 without moving pictures is ``audio/mp4``. ``sounds`` are the
    sound tracks that can be decoded, in the order in which they come into question. ``warnings`` say what of
    the file can't be analysed, ``is_picture_proved`` whether a picture was decoded.
    ``missing_bytes`` is above 0 where the file announces more than is there, but what is there plays.
    """

    media_type: str
    duration_ms: int
    video: VideoTrack | None
    sounds: tuple[SoundTrack, ...]
    missing_bytes: int
    warnings: tuple[str, ...] = ()
    is_picture_proved: bool = True

    @property
    def audio(self) -> SoundTrack | None:
        """The preferred sound track."""
        return self.sounds[0] if self.sounds else None


def probe(file: BinaryIO | BlockReader, media_type: str) -> MediaProbe:
    """Opens an audio or video file and decodes the first frame of each track.

    A track without a single packet isn't there. One that doesn't decode, or whose codec is unknown, is left
    out with a warning where another one is left.
    Raises InvalidAssetError where the file can't be opened (cut off, damaged, no index), where none of its
    tracks decodes, where there is neither picture nor sound, and where it has no duration.
    """
    reader = file if isinstance(file, BlockReader) else BlockReader(file)
    with open_container(reader, media_type) as container:
        video = picture_stream(container)
        audios = sound_streams(container)
        streams: list[VideoStream | AudioStream] = [*([] if video is None else [video]), *audios]
        proof = prove(container, streams) if streams else Proof()
        left_out = proof.broken | (proof.empty if len(proof.empty) < len(streams) else set())
        kept = [stream for stream in streams if stream.index not in left_out]
        problems = [*_undecodable(container, streams, audios), *_broken(streams, proof)]
        if not kept:
            reason = " ".join(problems) or "The file holds neither moving pictures nor sound."
            raise InvalidAssetError(f"{reason} Export it again, for example as mp4 with H.264 and AAC.")
        position = reader.tell()  # where the decoder stands
        missing = missing_bytes(reader, media_type)
        reader.seek(position)
        length_ms = duration_ms(reader, media_type, container, kept, is_whole=not missing)
        if length_ms <= 0:
            raise InvalidAssetError(
                "The file has no duration: it holds no more than a moment. Upload a longer recording."
            )
        pictures = video if video in kept else None
        return MediaProbe(
            media_type=_exact_type(media_type, has_pictures=pictures is not None),
            duration_ms=length_ms,
            video=None if pictures is None else _video_track(pictures, proof.frames.get(pictures.index)),
            sounds=sound_tracks(container, [stream for stream in audios if stream in kept]),
            missing_bytes=missing,
            warnings=(*problems, *_late(pictures, proof)),
            is_picture_proved=pictures is not None and pictures.index in proof.frames,
        )


def _undecodable(
    container: InputContainer, streams: list[VideoStream | AudioStream], audios: tuple[AudioStream, ...]
) -> list[str]:
    """Tracks whose codec nobody here knows."""
    problems = []
    if unreadable_pictures(container) and not any(isinstance(stream, VideoStream) for stream in streams):
        problems.append("The picture track can't be decoded: its codec is unknown, or it is protected.")
    if len(audios) < len(container.streams.audio):
        count = len(container.streams.audio) - len(audios)
        which = "The sound track" if len(container.streams.audio) == 1 else f"{count} of the sound tracks"
        problems.append(f"{which} can't be decoded: the codec is unknown, or it is protected.")
    return problems


def _broken(streams: list[VideoStream | AudioStream], proof: Proof) -> list[str]:
    names = {"video": "picture", "audio": "sound"}
    return [
        f"The {names[stream.type]} track ({stream.codec_context.codec.canonical_name}) can't be decoded: it"
        " is damaged, cut off or protected."
        for stream in streams
        if stream.index in proof.broken
    ]


def _late(pictures: VideoStream | None, proof: Proof) -> list[str]:
    late_ms = proof.late_ms.get(pictures.index, 0) if pictures is not None else 0
    if not late_ms:
        return []
    return [
        f"The recording begins between two keyframes: the first {late_ms / 1000:.1f} s of its pictures can't"
        " be seen."
    ]


def _exact_type(media_type: str, *, has_pictures: bool) -> str:
    subtype = media_type.partition("/")[2]
    if has_pictures:
        return f"video/{subtype}"
    return "audio/mp4" if subtype == "quicktime" else f"audio/{subtype}"


def _video_track(stream: VideoStream, first_frame: object) -> VideoTrack:
    width, height = stream.width, stream.height
    aspect = stream.sample_aspect_ratio
    if aspect:
        width = round(width * aspect)
    if isinstance(first_frame, VideoFrame) and turns_sideways(first_frame):
        width, height = height, width
    rate = stream.average_rate
    return VideoTrack(stream.codec_context.codec.canonical_name, width, height, float(rate) if rate else None)
