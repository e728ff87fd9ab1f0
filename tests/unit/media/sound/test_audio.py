"""The sound track: copied where Transcribe takes it, FLAC otherwise, its clock kept."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import av
import pytest

from braid.domain.errors import InvalidAssetError
from braid.media.containers.probe import probe
from braid.media.content.identify import identify
from braid.media.sound.audio import ExtractedAudio, MediaFormat, extract_audio
from braid.media.sound.loudness import measure_loudness
from tests.unit.media import synthetic as media


def extract(data: bytes, media_type: str) -> tuple[ExtractedAudio, bytes]:
    written = io.BytesIO()

    @contextmanager
    def open_out(_media_format: MediaFormat) -> Iterator[BinaryIO]:
        written.seek(0)
        written.truncate()
        yield written

    found = extract_audio(media.opened(data), media_type, open_out)
    return found, written.getvalue()


def spoken_at(data: bytes, media_type: str) -> list[int]:
    """Where the sound rises above silence, in ms."""
    levels: list[tuple[int, int]] = []
    with av.open(io.BytesIO(data)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=8_000)
        samples: array[int] = array("h")
        for frame in container.decode(audio=0):
            frame.pts = None
            for piece in resampler.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: piece.samples * 2])
    for start in range(0, len(samples) - 160, 160):
        levels.append((max(samples[start : start + 160]), start // 8))
    before = [0, *(level for level, _ in levels)]
    return [at for (level, at), quiet in zip(levels, before, strict=False) if level > 2_000 >= quiet]


@pytest.mark.parametrize(
    ("codec", "container", "given", "rate", "expected"),
    [
        ("libmp3lame", "mp3", "audio/mpeg", 44_100, "mp3"),
        ("libmp3lame", "mp4", "video/mp4", 44_100, "mp3"),
        ("aac", "mp4", "audio/mp4", 16_000, "mp4"),
        ("aac", "adts", "audio/aac", 44_100, "mp4"),
        ("aac", "mpegts", "video/mp2t", 44_100, "mp4"),
        ("aac", "matroska", "video/x-matroska", 48_000, "mp4"),
        ("flac", "flac", "audio/flac", 16_000, "flac"),
        ("libopus", "webm", "video/webm", 48_000, "ogg"),
        ("libopus", "ogg", "audio/ogg", 48_000, "ogg"),
        ("libopencore_amrnb", "amr", "audio/amr", 8_000, "amr"),
        ("pcm_s16le", "wav", "audio/wav", 16_000, "wav"),
        ("pcm_s16le", "avi", "video/x-msvideo", 44_100, "wav"),
    ],
)
def test_packets_are_copied(codec: str, container: str, given: str, rate: int, expected: str) -> None:
    data = media.audio(media.tone(2_000, rate=rate), codec=codec, container=container, rate=rate)

    found, written = extract(data, given)

    assert found.is_copy
    assert found.media_format == expected
    assert identify(media.opened(written)) == found.media_type
    reread = probe(media.opened(written), found.media_type)
    assert reread.video is None
    assert reread.audio is not None
    assert (reread.audio.channels, reread.audio.sample_rate_hz) == (1, rate)
    assert reread.duration_ms == pytest.approx(2_000, abs=120)
    assert found.duration_ms == pytest.approx(2_000, abs=120)


@pytest.mark.parametrize(
    ("codec", "container", "given", "layout", "channels"),
    [
        ("pcm_s16be", "aiff", "audio/aiff", "mono", 1),
        ("pcm_mulaw", "wav", "audio/wav", "mono", 1),
        ("ac3", "mpegts", "video/mp2t", "stereo", 2),
        ("alac", "ipod", "audio/mp4", "stereo", 2),
        ("aac", "mp4", "audio/mp4", "5.1", 1),
    ],
)
def test_other_codecs_become_flac(codec: str, container: str, given: str, layout: str, channels: int) -> None:
    count = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    pieces = (media.interleaved(piece, count) for piece in media.tone(2_000, rate=44_100))
    data = media.audio(pieces, codec=codec, container=container, rate=44_100, layout=layout)

    found, written = extract(data, given)

    assert (found.is_copy, found.media_format, found.channels) == (False, "flac", channels)
    assert found.sample_rate_hz == 16_000
    reread = probe(media.opened(written), "audio/flac")
    assert reread.audio is not None
    assert (reread.audio.channels, reread.audio.sample_rate_hz) == (channels, 16_000)
    assert found.duration_ms == pytest.approx(2_000, abs=120)
    assert not measure_loudness(media.opened(written), "audio/flac").is_silent


def test_the_sound_of_a_film() -> None:
    data = media.video(media.talk([1_000], 2_000), audio=media.tone(2_000))

    found, written = extract(data, "video/mp4")

    assert found.media_format == "mp4"
    assert probe(media.opened(written), "audio/mp4").video is None
    assert found.start_ms == 0


def test_a_late_start_is_told() -> None:
    data = media.audio(
        media.tone(1_000, rate=48_000), codec="libopus", container="matroska", rate=48_000, holes={0: 500}
    )
    film = io.BytesIO()
    with av.open(film, "w", format="matroska") as sink, av.open(io.BytesIO(data)) as source:
        picture = sink.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = sink.add_stream_from_template(source.streams.audio[0])
        for number in range(40):
            frame = av.VideoFrame.from_image(media.slide(0))
            frame.pts = number
            sink.mux(picture.encode(frame))
        sink.mux(picture.encode(None))
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = sound
                sink.mux(packet)

    found, written = extract(film.getvalue(), "video/x-matroska")

    assert found.start_ms == pytest.approx(500, abs=30)
    assert found.duration_ms == pytest.approx(1_000, abs=60)
    assert spoken_at(written, found.media_type)[0] <= 40


def test_a_hole_in_the_recording_stays_a_hole() -> None:
    pieces = list(media.tone(2_000, rate=48_000))
    data = media.audio(pieces, codec="libopus", container="matroska", rate=48_000, holes={10: 3_000})

    found, written = extract(data, "video/x-matroska")

    assert not found.is_copy
    assert found.duration_ms == pytest.approx(5_000, abs=80)
    rises = spoken_at(written, found.media_type)
    assert rises[-1] == pytest.approx(4_000, abs=80)


def test_no_sound_is_the_file_s_fault() -> None:
    with pytest.raises(InvalidAssetError, match="no sound"):
        extract(media.video(media.talk([], 400)), "video/mp4")
    with pytest.raises(InvalidAssetError, match="no sound"):
        measure_loudness(media.opened(media.video(media.talk([], 400))), "video/mp4")


def test_silence_is_told_from_quiet_sound() -> None:
    def wav(amplitude: float, duration_ms: int = 3_000) -> bytes:
        return media.audio(media.tone(duration_ms, amplitude=amplitude), codec="pcm_s16le", container="wav")

    silent = measure_loudness(media.opened(wav(0.0)), "audio/wav")
    quiet = measure_loudness(media.opened(wav(0.02)), "audio/wav")
    loud = measure_loudness(media.opened(wav(0.5)), "audio/wav")

    assert silent.is_silent
    assert silent.silence_share == 1
    assert not quiet.is_silent
    assert quiet.level_dbfs == pytest.approx(
        -37.2, abs=0.5
    )  # a sine's effective value is 3 dB below its peak
    assert loud.peak_dbfs == pytest.approx(-6.2, abs=0.2)
    assert loud.measured_ms == pytest.approx(3_000, abs=60)


def test_clipping_is_measured() -> None:
    pieces = (
        array("h", (max(-32_768, min(32_767, 4 * value)) for value in piece)) for piece in media.tone(1_000)
    )
    data = media.audio(pieces, codec="pcm_s16le", container="wav", rate=16_000)

    found = measure_loudness(media.opened(data), "audio/wav")

    assert found.peak_dbfs >= -0.1
    assert found.clipped_share > 0.01


def test_one_word_in_a_long_silence_is_heard() -> None:
    still = array("h", bytes(2 * 8_000))
    pieces = [still] * 150 + list(media.tone(400, rate=8_000)) + [still] * 150
    data = media.audio(pieces, codec="pcm_s16le", container="wav", rate=8_000)

    found = measure_loudness(media.opened(data), "audio/wav")

    assert not found.is_silent
    assert found.silence_share > 0.99


def test_a_long_recording_is_sampled() -> None:
    data = media.audio(media.tone(600_000, rate=8_000), codec="pcm_s16le", container="wav", rate=8_000)
    file = media.CountingFile(data)

    found = measure_loudness(file, "audio/wav")

    # Four seconds from each of up to twelve places, one a MiB: nine in this file.
    assert found.measured_ms == pytest.approx(36_000, abs=2_500)
    assert file.read_bytes < len(data)
