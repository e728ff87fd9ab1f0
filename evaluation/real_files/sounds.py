"""Kinds of recordings whose sound readers miss, mix up or cut wrongly."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator

from av.stream import Disposition

from braid.domain.asset.asset import Modality
from evaluation.real_files import Kind
from evaluation.real_files.pipeline import admitted, heard
from evaluation.real_files.recordings import Sound, insert_box, recording, still, talk, with_edits

__all__ = ["SOUND_KINDS"]

_LOUD = 2_000  # of 32,767: far above what is left of a quiet tone, far below speech
_QUIET = 0.01
_DELAYS = {"aac": 1024, "libmp3lame": 1105, "pcm_s16le": 0}  # samples that an encoder puts before the first


def _peak(samples: array[int]) -> int:
    return max(max(samples), -min(samples)) if samples else 0


# --- trimmed recordings -------------------------------------------------------------------------------------


def _trimmed() -> Iterator[tuple[str, bytes]]:
    """Loud where it was cut away, nearly silent where it wasn't; 2 s are left of each."""
    for container, codec in (("mp4", "aac"), ("mov", "pcm_s16le"), ("mp4", "libmp3lame"), ("mov", "aac")):
        rate = 16_000
        head = talk(1_500) + talk(2_000, _QUIET)
        data = recording(container, [Sound(head, codec=codec, rate_hz=rate)])
        begin = int(1.5 * rate) + _DELAYS[codec]
        yield f"{codec} begin.{container}", with_edits(data, [(1_950, begin)])
        yield f"{codec} delayed.{container}", with_edits(data, [(700, -1), (1_950, begin)])
        tail = talk(2_000, _QUIET) + talk(1_500)
        data = recording(container, [Sound(tail, codec=codec, rate_hz=rate)])
        yield f"{codec} end.{container}", with_edits(data, [(1_930, _DELAYS[codec])])
        middle = talk(1_000, _QUIET) + talk(1_500) + talk(1_000, _QUIET)
        data = recording(container, [Sound(middle, codec=codec, rate_hz=rate)])
        yield (
            f"{codec} middle.{container}",
            with_edits(data, [(950, _DELAYS[codec]), (940, int(2.55 * rate) + _DELAYS[codec])]),
        )


def _is_trimmed(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if outcome.examined is None:  # what is left is all but silent
        return "silent" in outcome.reason
    sent, samples = heard(data, outcome.examined)
    return _peak(samples) < _LOUD and sent.duration_ms < 2_120 and sent.start_ms < 30


def _trimmed_talk() -> Iterator[tuple[str, bytes]]:
    """The other way round: what is left is loud, so it is heard, from its beginning to its end."""
    for container, codec in (("mp4", "aac"), ("mov", "pcm_s16le"), ("mp4", "libmp3lame")):
        data = recording(container, [Sound(talk(1_000, _QUIET) + talk(2_000), codec=codec)])
        yield f"{codec}.{container}", with_edits(data, [(2_000, 16_000)])
        film = recording(container, [Sound(talk(1_000, _QUIET) + talk(2_000), codec=codec)], [still()] * 30)
        yield f"{codec} film.{container}", with_edits(film, [(2_000, 16_000)], number=1)


def _is_whole_talk(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if outcome.examined is None or Modality.SPEECH not in outcome.modalities:
        return False
    sent, samples = heard(data, outcome.examined)
    is_loud_at_once = _peak(samples[: 8 * 250]) > _LOUD
    return is_loud_at_once and abs(sent.duration_ms - 2_000) < 80 and sent.start_ms < 30


# --- out of phase -------------------------------------------------------------------------------------------


def _out_of_phase() -> Iterator[tuple[str, bytes]]:
    wired = (("inverted", (1.0, -1.0)), ("weaker", (1.0, -0.8)), ("left weaker", (-0.7, 1.0)))
    for what, signs in wired:
        for codec, container in (("flac", "flac"), ("pcm_s16le", "wav"), ("aac", "mp4"), ("libopus", "webm")):
            rate = 48_000 if codec == "libopus" else 16_000
            samples = talk(1_500, rate_hz=rate, signs=signs)
            yield f"{what}.{container}", recording(container, [Sound(samples, "stereo", codec, rate)])
    half = talk(1_000, signs=(1.0, 1.0)) + talk(1_000, signs=(1.0, -1.0))
    yield "half of the time.flac", recording("flac", [Sound(half, "stereo", "flac")])
    crossed = talk(1_500, signs=(1.0, -1.0, 1.0, -1.0))
    yield "four.wav", recording("wav", [Sound(crossed, "quad", "pcm_s16le")])


def _is_heard_alone(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if outcome.examined is None or not any("out of phase" in warning for warning in outcome.warnings):
        return False
    _, samples = heard(data, outcome.examined)
    return min(_peak(samples[:8_000]), _peak(samples[-8_000:])) > _LOUD


# --- several tracks -----------------------------------------------------------------------------------------


def _tracks() -> Iterator[tuple[str, bytes]]:
    """Named after the track that must be heard."""
    silent, spoken = array("h", bytes(2 * 32_000)), talk(2_000)
    default = Disposition.default
    for container in ("matroska", "mp4", "mov"):
        sets = (
            ("2 of a silent and a spoken", [Sound(silent, disposition=default), Sound(spoken)]),
            ("3 of three", [Sound(silent, disposition=default), Sound(silent), Sound(spoken)]),
            ("1 of two spoken", [Sound(spoken, disposition=default), Sound(spoken)]),
            ("2 behind a quiet one", [Sound(talk(2_000, 0.0005), disposition=default), Sound(spoken)]),
        )
        for name, sounds in sets:
            yield f"{name}.{container}", recording(container, sounds)
    comment = Disposition.comment | default
    yield (
        "2 behind a commentary.matroska",
        recording("matroska", [Sound(spoken, disposition=comment), Sound(spoken)]),
    )
    described = Disposition.visual_impaired
    yield (
        "2 behind a description.matroska",
        recording("matroska", [Sound(spoken, disposition=described), Sound(spoken)]),
    )
    yield (
        "2 marked as default.matroska",
        recording("matroska", [Sound(spoken), Sound(spoken, disposition=default)]),
    )


def _is_right_track(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    wanted = int(name[0])
    is_said = any("sound tracks" in warning and f"track {wanted}" in warning for warning in outcome.warnings)
    if outcome.examined is None or outcome.examined.sound_track != wanted or not is_said:
        return False
    return _peak(heard(data, outcome.examined)[1]) > _LOUD


# --- channel layouts ----------------------------------------------------------------------------------------


def _labels(count: int, label: int) -> bytes:
    """A ``chan`` box that names every channel: Core Audio's layout 0."""
    described = struct.pack(">III", 0, 0, count) + struct.pack(">IIfff", label, 0, 0, 0, 0) * count
    return struct.pack(">I4sI", 12 + len(described), b"chan", 0) + described


def _layouts() -> Iterator[tuple[str, bytes]]:
    one_of_four = talk(1_500, rate_hz=8_000, signs=(0.0, 0.0, 1.0, 0.0))
    four = recording("mov", [Sound(one_of_four, "quad", "pcm_s16le", 8_000)])
    yield "four unused.mov", insert_box(four, b"sowt", _labels(4, 0))
    yield "four discrete.mov", insert_box(four, b"sowt", _labels(4, (1 << 16) | 3))
    two = recording(
        "mov", [Sound(talk(1_500, rate_hz=8_000, signs=(1.0, 0.0)), "stereo", "pcm_s16le", 8_000)]
    )
    yield "right before left.mov", insert_box(two, b"sowt", _right_left())
    yield (
        "nine.wav",
        recording("wav", [Sound(talk(1_500, signs=(0.0,) * 8 + (1.0,)), "9 channels", "pcm_s16le")]),
    )
    yield (
        "four.wav",
        recording("wav", [Sound(talk(1_500, signs=(0.0, 0.0, 0.0, 1.0)), "4 channels", "pcm_s16le")]),
    )
    yield (
        "surround.mp4",
        recording("mp4", [Sound(talk(1_500, signs=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0)), "5.1", "aac")]),
    )
    around = recording(
        "matroska",
        [Sound(talk(1_500, rate_hz=48_000, signs=(1.0, 0.5, 0.0, 0.2)), "quad", "libopus", 48_000)],
    )
    at = around.index(b"OpusHead") + 18
    yield "ambisonic.mkv", around[:at] + b"\x02" + around[at + 1 :]
    aiff = recording(
        "aiff", [Sound(talk(1_500, rate_hz=8_000, signs=(1.0, 0.2)), "stereo", "pcm_s16be", 8_000)]
    )
    chunk = b"CHAN" + struct.pack(">I", 12 + 40) + _labels(2, 0)[12:]
    length = struct.pack(">I", len(aiff) + len(chunk) - 8)
    yield "unused.aiff", aiff[:4] + length + aiff[8:12] + chunk + aiff[12:]


def _right_left() -> bytes:
    described = struct.pack(">III", 0, 0, 2)
    described += b"".join(struct.pack(">IIfff", label, 0, 0, 0, 0) for label in (2, 1))
    return struct.pack(">I4sI", 12 + len(described), b"chan", 0) + described


def _is_any_channel_heard(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if outcome.examined is None or Modality.SPEECH not in outcome.modalities:
        return False
    sent, samples = heard(data, outcome.examined)
    return abs(sent.duration_ms - 1_500) < 100 and _peak(samples) > _LOUD / 4


# --- durations ----------------------------------------------------------------------------------------------


def _lengths() -> Iterator[tuple[str, bytes]]:
    """Named after their seconds: silent first, so that the bit rate of the beginning says nothing."""
    varied = array("h", bytes(2 * 16_000 * 4)) + talk(2_000, 0.9)
    yield "6 variable.aac", recording("adts", [Sound(varied)])
    yield (
        "6 variable.mp3",
        recording(
            "mp3", [Sound(varied, codec="libmp3lame")], options={"write_xing": "0"}, sound_options={"q": "2"}
        ),
    )
    yield (
        "6 in fragments.mp4",
        recording("mp4", [Sound(varied)], options={"movflags": "frag_keyframe+empty_moov"}),
    )
    flac = bytearray(recording("flac", [Sound(varied, codec="flac")]))
    flac[21] &= 0xF0
    flac[22:26] = bytes(4)
    yield "6 streamed.flac", bytes(flac)
    yield "6 live.mkv", recording("matroska", [Sound(varied)], options={"live": "1"})
    for container in ("mp4", "matroska", "mpegts"):
        late = [Sound(talk(4_000), start_ms=3_000)]
        yield f"7 late sound.{container}", recording(container, late, [still()] * 50)
    whole = recording("matroska", [Sound(talk(6_000), codec="pcm_s16le")])
    yield "4 cut off.mkv", whole[: len(whole) * 4 // 6]
    yield "5 short sound.mp4", recording("mp4", [Sound(talk(2_000))], [still()] * 50)


def _is_counted(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    duration_ms = outcome.examined.duration_ms if outcome.examined else None
    return duration_ms is not None and abs(duration_ms - 1000 * int(name[0])) < 250


SOUND_KINDS = [
    Kind("trimmed recordings: nothing that was cut away is heard", _trimmed, _is_trimmed),
    Kind("trimmed recordings: all that is left is heard, in step", _trimmed_talk, _is_whole_talk),
    Kind("channels out of phase", _out_of_phase, _is_heard_alone),
    Kind("several sound tracks", _tracks, _is_right_track),
    Kind("channel layouts", _layouts, _is_any_channel_heard),
    Kind("durations", _lengths, _is_counted),
]
