"""Decodes the sound of a media file for the recogniser, with PyAV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt

from local.engines.errors import UnreadableMediaError, UnsupportedMediaError
from local.engines.speech.samples import Samples, StoredSamples

SAMPLE_RATE_HZ = 16_000
_MAX_CHANNELS = 2  # "Transcribing multi-channel audio" of Transcribe's developer guide

# FFmpeg's container names, and what Amazon Transcribe calls what it takes of them.
_FORMATS = {
    "wav": "wav",
    "flac": "flac",
    "mp3": "mp3",
    "ogg": "ogg",
    "amr": "amr",
    "amrnb": "amr",
    "amrwb": "amr",
    "matroska,webm": "webm",
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
}


@dataclass(frozen=True)
class Sound:
    """16 kHz mono samples; ``sample_rate_hz`` and ``media_format`` are the source's."""

    samples: Samples
    sample_rate_hz: int
    media_format: str

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ


def decode(media: BinaryIO) -> Sound:
    """The first sound track of a media file, its channels mixed; ``media`` is read from its beginning.

    Single damaged packets are skipped, as players do. Raises ``UnreadableMediaError`` if nothing can be
    decoded or there is no sound, ``UnsupportedMediaError`` for a container that Transcribe doesn't take.
    """
    (mixed,) = _decode(media, by_channel=False)
    return mixed


def decode_channels(media: BinaryIO) -> tuple[Sound, ...]:
    """Each channel of the first sound track by itself: one, or two. Raises as ``decode`` does, and
    ``UnsupportedMediaError`` for more channels than Transcribe takes."""
    return _decode(media, by_channel=True)


def _decode(media: BinaryIO, *, by_channel: bool) -> tuple[Sound, ...]:
    try:
        with av.open(media, mode="r", metadata_errors="replace") as container:
            media_format = _FORMATS.get(container.format.name)
            if media_format is None:
                raise UnsupportedMediaError(f"media in {container.format.long_name} isn't supported")
            if not container.streams.audio:
                raise UnreadableMediaError("the media has no sound track")
            stream = container.streams.audio[0]
            sample_rate_hz = int(stream.codec_context.sample_rate)
            if by_channel and stream.codec_context.channels > _MAX_CHANNELS:
                raise UnsupportedMediaError(
                    f"channels are told apart where there are {_MAX_CHANNELS} at most"
                )
            layout = "stereo" if by_channel and stream.codec_context.channels == _MAX_CHANNELS else "mono"
            channels = _resampled(container, stream, layout)
    except (
        av.FFmpegError,
        EOFError,
        AttributeError,
        ValueError,
    ) as error:  # a stream without a decoder, or rate
        raise UnreadableMediaError(f"the media can't be decoded: {error}") from error
    return tuple(Sound(samples, sample_rate_hz, media_format) for samples in channels)


def _resampled(
    container: av.container.InputContainer, stream: av.AudioStream, layout: str
) -> tuple[StoredSamples, ...]:
    """The samples of each channel of ``layout``."""
    resampler = av.AudioResampler(format="s16p", layout=layout, rate=SAMPLE_RATE_HZ)
    channels = tuple(StoredSamples() for _ in range(2 if layout == "stereo" else 1))

    def keep(pieces: list[av.AudioFrame]) -> None:
        for piece in pieces:
            for channel, samples in zip(channels, _samples(piece), strict=True):
                channel.append(samples)

    damage: av.FFmpegError | None = None
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            damage = error
            continue
        for frame in frames:
            keep(resampler.resample(frame))
    if len(channels[0]):
        keep(resampler.resample(None))
        return channels
    if damage is not None:
        raise damage
    raise UnreadableMediaError("the sound track is empty")


def _samples(frame: av.AudioFrame) -> npt.NDArray[np.int16]:
    """A row for each channel."""
    return frame.to_ndarray().astype(np.int16, copy=False)
