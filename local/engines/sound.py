"""Decodes the sound of a media file for the recogniser, with PyAV."""

from __future__ import annotations

import io
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt

from local.engines.errors import UnreadableMediaError, UnsupportedMediaError

SAMPLE_RATE_HZ = 16_000

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

    samples: npt.NDArray[np.int16]
    sample_rate_hz: int
    media_format: str

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ


def decode(data: bytes) -> Sound:
    """The first sound track of a media file.

    Single damaged packets are skipped, as players do. Raises ``UnreadableMediaError`` if nothing can be
    decoded or there is no sound, ``UnsupportedMediaError`` for a container that Transcribe doesn't take.
    """
    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            media_format = _FORMATS.get(container.format.name)
            if media_format is None:
                raise UnsupportedMediaError(f"media in {container.format.long_name} isn't supported")
            if not container.streams.audio:
                raise UnreadableMediaError("the media has no sound track")
            stream = container.streams.audio[0]
            sample_rate_hz = int(stream.codec_context.sample_rate)
            samples = _resampled(container, stream)
    except (av.FFmpegError, EOFError) as error:
        raise UnreadableMediaError(f"the media can't be decoded: {error}") from error
    return Sound(samples, sample_rate_hz, media_format)


def _resampled(container: av.container.InputContainer, stream: av.AudioStream) -> npt.NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    pieces: list[npt.NDArray[np.int16]] = []
    damage: av.FFmpegError | None = None
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            damage = error
            continue
        for frame in frames:
            pieces += [np.ravel(piece.to_ndarray()) for piece in resampler.resample(frame)]
    if pieces:
        pieces += [np.ravel(piece.to_ndarray()) for piece in resampler.resample(None)]
        return np.concatenate(pieces).astype(np.int16, copy=False)
    if damage is not None:
        raise damage
    raise UnreadableMediaError("the sound track is empty")
