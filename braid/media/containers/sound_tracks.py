"""The sound tracks of a file: which there are, and in which order they come into question.

One rule, for everything that hears a file: a track for everybody before one for a purpose (a commentary, an
audio description, music and effects alone), then the one that is marked as default, then the file's order.
Of those, intake takes the first that isn't silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from braid.domain.errors import InvalidAssetError

__all__ = ["SoundTrack", "decode_sound", "pick_sound", "sound_streams", "sound_tracks"]

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PURPOSES = {
    Disposition.comment: "commentary",
    Disposition.visual_impaired: "audio description",
    Disposition.descriptions: "audio description",
    Disposition.hearing_impaired: "for the hard of hearing",
    Disposition.clean_effects: "effects alone",
    Disposition.karaoke: "karaoke",
    Disposition.non_diegetic: "sound from outside of the scene",
    Disposition.dependent: "part of another track",
}


@dataclass(frozen=True)
class SoundTrack:
    """One track; ``number`` counts the file's sound tracks from 1. ``purpose`` is empty for the usual."""

    number: int
    codec: str
    channels: int
    sample_rate_hz: int
    language: str = ""
    purpose: str = ""

    def __str__(self) -> str:
        channels = "1 channel" if self.channels == 1 else f"{self.channels} channels"
        said = filter(None, [self.language, self.purpose, self.codec, channels])
        return f"track {self.number} ({', '.join(said)})"


def sound_streams(container: InputContainer) -> tuple[AudioStream, ...]:
    """The tracks that have a decoder, the preferred one first."""
    decodable = [stream for stream in container.streams.audio if _has_decoder(stream)]
    return tuple(sorted(decodable, key=_rank))


def sound_tracks(container: InputContainer, streams: Sequence[AudioStream]) -> tuple[SoundTrack, ...]:
    """What people want to know of ``streams``, in their order."""
    numbers = {stream.index: number for number, stream in enumerate(container.streams.audio, start=1)}
    return tuple(_track(stream, numbers[stream.index]) for stream in streams)


def pick_sound(container: InputContainer, number: int | None = None) -> AudioStream:
    """The sound track of that number, or the preferred one. Raises InvalidAssetError where there is none."""
    if number is not None and 1 <= number <= len(container.streams.audio):
        return container.streams.audio[number - 1]
    streams = sound_streams(container)
    if not streams:
        raise InvalidAssetError("The file holds no sound.")
    return streams[0]


def decode_sound(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """The decoded sound from where the container stands, without what an edit list cut away.

    Damaged packets are passed over; where the file ends in damaged data, what is before it is given.
    """
    start_ms = 0.0 if container.start_time is None else min(0.0, container.start_time / 1000)
    to_ms = float((stream.time_base or 0) * 1000)
    for packet in _packets(container, stream):
        try:
            frames = stream.codec_context.decode(packet)
        except (av.FFmpegError, EOFError):
            continue
        for frame in frames:
            end_ms = None
            if frame.pts is not None and frame.sample_rate:
                end_ms = frame.pts * to_ms + frame.samples * 1000 / frame.sample_rate
            if frame.sample_rate and (end_ms is None or end_ms > start_ms):
                yield frame


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[av.Packet[AudioStream] | None]:
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except (av.error.InvalidDataError, av.error.EOFError):
        pass
    yield None


def _has_decoder(stream: AudioStream) -> bool:
    context = stream.codec_context
    return context is not None and context.is_decoder and context.sample_rate > 0


def _rank(stream: AudioStream) -> tuple[bool, bool, int]:
    is_default = bool(stream.disposition & Disposition.default)
    return bool(_purpose(stream)), not is_default, stream.index


def _purpose(stream: AudioStream) -> str:
    return next((name for flag, name in _PURPOSES.items() if stream.disposition & flag), "")


def _track(stream: AudioStream, number: int) -> SoundTrack:
    context = stream.codec_context
    language = stream.language or ""
    return SoundTrack(
        number=number,
        codec=context.codec.canonical_name,
        channels=context.channels,
        sample_rate_hz=context.sample_rate,
        # A file's own words are for nobody; a language's code is no word.
        language=language if _LANGUAGE.fullmatch(language) and language != "und" else "",
        purpose=_purpose(stream),
    )
