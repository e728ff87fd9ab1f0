"""Kinds of tracks that readers stumble over: undecodable, empty, or begun in their midst."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from braid.domain.asset.asset import Modality
from evaluation.real_files import Kind
from evaluation.real_files.pipeline import admitted
from evaluation.real_files.recordings import Sound, recording, still, talk

__all__ = ["TRACK_KINDS"]

_ENTRY = bytes(7) + b"\x01"  # how a sample description goes on


# --- tracks that can't be decoded ---------------------------------------------------------------------------


def _undecodable() -> Iterator[tuple[str, bytes]]:
    """Named after what is left to analyse."""
    pictures = [still("navy"), still("red")] * 10
    film, silent = recording("mp4", [Sound(talk(2_000))], pictures), recording("mp4", [], pictures)
    yield "speech of an unknown picture codec.mp4", film.replace(b"avc1", b"xyz1")
    yield "speech of a protected picture track.mp4", film.replace(b"avc1" + _ENTRY, b"encv" + _ENTRY)
    yield "speech of a truncated head.mp4", _with_broken_head(film)
    yield "vision of an unknown sound codec.mp4", _with_unknown_sound(film)
    yield "nothing of an unknown picture codec.mp4", silent.replace(b"avc1", b"xyz1")
    yield "nothing of a truncated head.mp4", _with_broken_head(silent)
    yield "nothing of an unknown sound codec.mp4", _with_unknown_sound(recording("mp4", [Sound(talk(1_000))]))


def _with_unknown_sound(data: bytes) -> bytes:
    return data.replace(b"mp4a", b"zzzz").replace(b"esds", b"free")


def _with_broken_head(data: bytes) -> bytes:
    """H.264 whose parameters are gone: its decoder knows neither size nor profile."""
    at = data.index(b"avcC")
    (length,) = struct.unpack_from(">I", data, at - 4)
    return data[: at + 9] + bytes(length - 13) + data[at - 4 + length :]


def _is_rest_analysed(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if name.startswith("nothing"):
        return (
            outcome.examined is None
            and "can't be decoded" in outcome.reason
            and "'" not in outcome.reason[:1]
        )
    kept = Modality.SPEECH if name.startswith("speech") else Modality.VISION
    return outcome.modalities == (kept,) and any(
        "can't be decoded" in warning for warning in outcome.warnings
    )


# --- tracks without packets, streams between keyframes ------------------------------------------------------


def _empty() -> Iterator[tuple[str, bytes]]:
    for container in ("matroska", "webm"):
        spoken = [Sound(talk(2_000, rate_hz=48_000), codec="libopus", rate_hz=48_000)]
        yield f"speech.{container}", recording(container, spoken, empty_track="video")
    pictures = [still("navy"), still("red")] * 10
    yield "vision.matroska", recording("matroska", [], pictures, empty_track="audio")


def _is_empty_track_ignored(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    return outcome.modalities == (Modality(name.partition(".")[0]),) and not outcome.warnings


def _between_keyframes() -> Iterator[tuple[str, bytes]]:
    pictures = [still(fill) for fill in ("navy", "red", "green", "black", "orange", "purple") * 10]
    stream = recording("mpegts", [Sound(talk(6_000))], pictures, group_frames=30)
    packets = [stream[at : at + 188] for at in range(0, len(stream), 188)]
    tables, rest = packets[:3], packets[3:]
    for name, share in (("early", 0.06), ("late", 0.3)):
        yield f"{name}.ts", b"".join([*tables, *rest[int(share * len(rest)) :]])
    broken = recording("mpegts", [Sound(talk(3_000))], pictures[:30], group_frames=300)
    packets = [broken[at : at + 188] for at in range(0, len(broken), 188)]
    yield "no keyframe.ts", b"".join([*packets[:3], *packets[3 + len(packets) // 4 :]])


def _is_begun_between(name: str, data: bytes) -> bool:
    outcome = admitted(name, data)
    if Modality.SPEECH not in outcome.modalities:
        return False
    if name.startswith("no keyframe"):
        return Modality.VISION not in outcome.modalities and bool(outcome.warnings)
    return Modality.VISION in outcome.modalities and any("keyframes" in told for told in outcome.warnings)


TRACK_KINDS = [
    Kind("tracks that can't be decoded", _undecodable, _is_rest_analysed),
    Kind("declared tracks without packets", _empty, _is_empty_track_ignored),
    Kind("streams that begin between keyframes", _between_keyframes, _is_begun_between),
]
