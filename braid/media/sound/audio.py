"""The sound of an asset, in a form that Amazon Transcribe takes.

Packets are copied where Transcribe takes their codec, which loses nothing and costs no decoding: mp3, AAC
(in m4a), FLAC, Opus (in ogg), AMR and 16-bit PCM (in wav). Everything else, and a recording that has holes or
was trimmed, is decoded and encoded as FLAC with 16 kHz: speech models hear nothing above 8 kHz, and lossless
keeps what they do hear. Two channels stay two, for they may be two people on a line; more are mixed to one,
because Transcribe takes two at most. (Its formats: docs.aws.amazon.com/transcribe/latest/dg/how-input.html,
and .../input.html for Ogg and WebM, which it takes with Opus only.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, Literal, TypeAlias

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from braid.domain.errors import InvalidAssetError
from braid.media.containers.container import open_container, start_ms_of
from braid.media.containers.sound_tracks import decode_sound, pick_sound
from braid.media.sound.mixing import Mix, Mixer

__all__ = ["MEDIA_FORMATS", "ExtractedAudio", "MediaFormat", "OpenOut", "extract_audio"]

AudioPacket: TypeAlias = "Packet[AudioStream]"  # generic in the stubs only
MediaFormat = Literal["mp3", "mp4", "wav", "flac", "ogg", "amr"]  # as Transcribe's MediaFormat names them
OpenOut: TypeAlias = Callable[[MediaFormat], AbstractContextManager[BinaryIO]]
MEDIA_FORMATS: dict[MediaFormat, str] = {
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "amr": "audio/amr",
}
# Codec by FFmpeg's name: Transcribe's format and FFmpeg's muxer.
_COPIED: dict[str, tuple[MediaFormat, str]] = {
    "mp3": ("mp3", "mp3"),
    "aac": ("mp4", "ipod"),
    "flac": ("flac", "flac"),
    "opus": ("ogg", "ogg"),
    "amr_nb": ("amr", "amr"),
    "amr_wb": ("amr", "amr"),
    "pcm_s16le": ("wav", "wav"),
}
_SPEECH_RATE_HZ = 16_000
_MIN_RATE_HZ, _MAX_RATE_HZ = 8_000, 48_000
_MAX_CHANNELS = 2
# Uncompressed sound above this (22 minutes of stereo at 48 kHz) is compressed: Transcribe takes 2 GB.
_MAX_WAV_BYTES = 256 * 1024 * 1024
# What an encoder needs before the first sample that counts: AAC's usual 2,112 (Apple, "Encoder delay"), 1,681
# of LAME and an mp3 decoder, Opus' 80 ms at most (RFC 7845).
_RUN_UP_SAMPLES = {"aac": 2112, "mp3": 1681, "opus": 3840}
# A jump this long between packets is a hole in the recording, and silence takes its place.
_MAX_HOLE_MS = 200


@dataclass(frozen=True)
class ExtractedAudio:
    """A sound file that was written.

    Its clock starts at 0, which is ``start_ms`` on the asset's clock: add it to every time in a transcript.
    """

    media_format: MediaFormat
    media_type: str
    duration_ms: int
    start_ms: int
    channels: int
    sample_rate_hz: int
    is_copy: bool


def extract_audio(
    file: BinaryIO,
    media_type: str,
    open_out: OpenOut,
    *,
    track: int | None = None,
    channel: int | None = None,
) -> ExtractedAudio:
    """Writes a sound track of an audio or video file to what ``open_out`` gives for its format.

    ``track`` counts from 1, as ``SoundTrack.number`` does; without one the preferred track is taken.
    ``channel`` (from 1) takes that one alone. What is written is written from start to end; behind that only
    its first kilobytes are written over. Where the recording turns out to have holes, or an edit list that
    cuts something away, its block ends with an exception, and it is opened anew.

    Raises InvalidAssetError where there is no sound, where nothing of it can be decoded, and where it has no
    length. Memory doesn't grow with the file.
    """
    try:
        return _extract(file, media_type, open_out, track, channel, may_copy=channel is None)
    except _CantCopyError:
        return _extract(file, media_type, open_out, track, channel, may_copy=False)


class _CantCopyError(Exception):
    """The packets can't simply be put one behind the other.

    They would close a hole and shift every time behind it; or they hold what an edit list cut away.
    """


def _extract(
    file: BinaryIO,
    media_type: str,
    open_out: OpenOut,
    track: int | None,
    channel: int | None,
    *,
    may_copy: bool,
) -> ExtractedAudio:
    with open_container(file, media_type) as container:
        stream = pick_sound(container, track)
        copied = _copied_format(container, stream) if may_copy else None
        with open_out(copied[0] if copied else "flac") as out:
            extracted = (
                _copy(container, stream, out, *copied)
                if copied
                else _encode(container, stream, out, None if channel is None else channel - 1)
            )
            if extracted.duration_ms <= 0:
                raise InvalidAssetError("The sound track has no length. Upload a longer recording.")
        return extracted


def _copied_format(container: InputContainer, stream: AudioStream) -> tuple[MediaFormat, str] | None:
    """Format and muxer where the packets can stay as they are."""
    context = stream.codec_context
    codec = context.codec.canonical_name
    if context.channels > _MAX_CHANNELS or not _MIN_RATE_HZ <= context.sample_rate <= _MAX_RATE_HZ:
        return None
    if codec == "pcm_s16le":
        seconds = 0.0 if container.duration is None else container.duration / av.time_base
        if seconds * context.sample_rate * context.channels * 2 > _MAX_WAV_BYTES:
            return None
    return _COPIED.get(codec)


def _copy(
    container: InputContainer, stream: AudioStream, out: BinaryIO, media_format: MediaFormat, muxer: str
) -> ExtractedAudio:
    time_base = stream.time_base
    assert time_base is not None  # every demuxed stream has one
    first_ms: float | None = None
    end_ms = 0.0
    origin = 0
    with av.open(out, mode="w", format=muxer) as sink:
        copied = sink.add_stream_from_template(stream)
        for packet in _packets(container, stream):
            if _is_cut_away(packet, stream):
                raise _CantCopyError
            if packet.pts is not None:
                at_ms = float(packet.pts * time_base * 1000)
                if first_ms is None:
                    first_ms = end_ms = at_ms
                    # What lies before 0 is the encoder's run-up: players, and Transcribe, skip it.
                    origin = max(packet.pts, 0)
                if at_ms - end_ms > _MAX_HOLE_MS:
                    raise _CantCopyError
                end_ms = max(end_ms, at_ms + float((packet.duration or 0) * time_base * 1000))
                packet.pts -= origin
            if packet.dts is not None:
                packet.dts -= origin
            packet.stream = copied
            try:
                sink.mux(packet)
            except av.FFmpegError as error:  # such as times that run backwards
                raise _CantCopyError from error
    starts_ms = max(first_ms or 0.0, 0.0)
    known_ms = 0.0 if container.duration is None else container.duration / 1000
    return ExtractedAudio(
        media_format=media_format,
        media_type=MEDIA_FORMATS[media_format],
        duration_ms=round(end_ms - starts_ms) if first_ms is not None else round(known_ms),
        start_ms=_on_asset_clock(container, starts_ms),
        channels=stream.codec_context.channels,
        sample_rate_hz=stream.codec_context.sample_rate,
        is_copy=True,
    )


def _is_cut_away(packet: AudioPacket, stream: AudioStream) -> bool:
    """Whether an edit list left a packet out, wholly or in part; an encoder's own run-up isn't meant."""
    if packet.pts is None or packet.pts >= 0:
        return packet.is_discard
    context = stream.codec_context
    run_up = _RUN_UP_SAMPLES.get(context.codec.canonical_name, 0)
    return -packet.pts * (stream.time_base or 0) * context.sample_rate > run_up


def _encode(
    container: InputContainer, stream: AudioStream, out: BinaryIO, channel: int | None
) -> ExtractedAudio:
    context = stream.codec_context
    channels = 2 if context.channels == _MAX_CHANNELS and channel is None else 1
    layout: Mix = "stereo" if channels == _MAX_CHANNELS else "mono"
    rate = min(max(context.sample_rate, _MIN_RATE_HZ), _SPEECH_RATE_HZ)
    mixer = Mixer(mix=layout, rate_hz=rate, channel=channel)
    start_ms = min(0.0, (container.start_time or 0) / 1000)
    first_ms: float | None = None
    samples = 0
    with av.open(out, mode="w", format="flac") as sink:
        encoder = sink.add_stream("flac", rate=rate, layout=layout, format="s16")
        for frame in decode_sound(container, stream):
            at_ms = None if frame.pts is None else float(frame.pts * (stream.time_base or 0) * 1000)
            if first_ms is None:
                first_ms = max(at_ms or 0.0, start_ms)
            hole_ms = 0.0 if at_ms is None else at_ms - first_ms - samples * 1000 / rate
            if hole_ms > _MAX_HOLE_MS:
                samples += _write(sink, encoder, _silence(hole_ms, rate, layout), samples)
            samples += _write(sink, encoder, mixer.convert(frame), samples)
        samples += _write(sink, encoder, mixer.convert(None), samples)
        if samples == 0:
            raise InvalidAssetError(
                f"The sound track ({context.codec.canonical_name}) can't be decoded. Export it again, for"
                " example as mp3."
            )
        sink.mux(encoder.encode(None))
    return ExtractedAudio(
        media_format="flac",
        media_type=MEDIA_FORMATS["flac"],
        duration_ms=round(samples * 1000 / rate),
        start_ms=_on_asset_clock(container, max(first_ms or 0.0, 0.0)),
        channels=channels,
        sample_rate_hz=rate,
        is_copy=False,
    )


def _write(sink: OutputContainer, encoder: AudioStream, frames: Iterable[AudioFrame], position: int) -> int:
    """Encodes frames that begin at sample ``position``; how many samples they hold."""
    samples = 0
    for frame in frames:
        frame.pts = position + samples
        frame.time_base = Fraction(1, frame.sample_rate)
        sink.mux(encoder.encode(frame))
        samples += frame.samples
    return samples


def _silence(duration_ms: float, rate: int, layout: str) -> Iterator[AudioFrame]:
    left = round(duration_ms * rate / 1000)
    while left > 0:
        frame = AudioFrame(format="s16", layout=layout, samples=min(left, rate))
        frame.sample_rate = rate
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        left -= frame.samples
        yield frame


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[AudioPacket]:
    """The stream's packets; where the file ends in damaged data, those before it."""
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except (av.error.InvalidDataError, av.error.EOFError):
        return


def _on_asset_clock(container: InputContainer, at_ms: float) -> int:
    return max(0, round(at_ms) - start_ms_of(container))
