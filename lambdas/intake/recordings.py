"""Sound and films: whether they play, how long they last, whether there is anything to hear."""

from __future__ import annotations

from typing import BinaryIO

from domain.asset import Modality
from domain.span import timecode
from lambdas.intake.examined import Examined, Limits
from lambdas.intake.gates import GateLog
from lambdas.intake.pictures import check_sides
from lambdas.media.loudness import measure_loudness
from lambdas.media.probe import MediaProbe, probe

__all__ = ["examine_recording"]


def examine_recording(file: BinaryIO, media_type: str, limits: Limits, gates: GateLog) -> Examined:
    """Probes with few reads, and hears enough of the sound to know whether it is silent."""
    with gates.guard("playable"):
        found = probe(file, media_type)
    if found.missing_bytes:
        gates.warn(
            "whole",
            found.missing_bytes,
            "bytes missing",
            "The file announces more than there is: its end is cut off. What is there is analysed.",
        )
    _check_duration(found, limits, gates)
    modalities: list[Modality] = []
    if found.audio is not None and _is_audible(file, found, gates):
        modalities.append(Modality.SPEECH)
    if found.video is not None:
        check_sides(found.video.width_px, found.video.height_px, gates)
        modalities.append(Modality.VISION)
    return Examined(
        media_type=found.media_type,
        modalities=tuple(modalities),
        duration_ms=found.duration_ms,
        width_px=found.video.width_px if found.video else None,
        height_px=found.video.height_px if found.video else None,
        audio_codec=found.audio.codec if found.audio else None,
        video_codec=found.video.codec if found.video else None,
    )


def _check_duration(found: MediaProbe, limits: Limits, gates: GateLog) -> None:
    seconds = found.duration_ms / 1000
    if seconds > limits.max_duration_seconds:
        gates.reject(
            "duration",
            seconds,
            "s",
            f"The recording lasts {timecode(found.duration_ms)[:8]}; at most"
            f" {timecode(limits.max_duration_seconds * 1000)[:8]} are taken. Cut it into parts.",
        )
    gates.passed("duration", seconds, "s")


def _is_audible(file: BinaryIO, found: MediaProbe, gates: GateLog) -> bool:
    """Whether there is anything to hear; a film without sound is still a film."""
    with gates.guard("sound"):
        loudness = measure_loudness(file, found.media_type)
    if not loudness.is_silent:
        gates.passed("loudness", loudness.level_dbfs, "dBFS")
        return True
    if found.video is None:
        gates.reject(
            "loudness",
            loudness.peak_dbfs,
            "dBFS",
            "The recording is silent from beginning to end. Check the microphone and record it again.",
        )
    gates.warn(
        "loudness",
        loudness.peak_dbfs,
        "dBFS",
        "The sound track is silent, so only the pictures are analysed.",
    )
    return False
