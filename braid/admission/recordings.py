"""Sound and films: whether they play, how long they last, whether there is anything to hear and to see."""

from __future__ import annotations

from typing import BinaryIO

from braid.admission.examined import Examined, Limits
from braid.admission.gates import GateLog
from braid.admission.pictures import check_quality, check_sides
from braid.admission.sound import Heard, hear
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.sections.gates import GatePlan
from braid.domain.span import timecode
from braid.media.containers.blocks import BlockReader
from braid.media.containers.probe import MediaProbe, probe
from braid.media.shots.first_look import look

__all__ = ["examine_recording"]

# A recording of up to so much is never read twice.
_CACHED_BYTES = 64 * 1024 * 1024
# Of a larger one so much is read at most, where all of it had to be heard to know that it is silent.
_MAX_READ_SHARE = 1.1


def examine_recording(
    file: BinaryIO, media_type: str, limits: Limits, plan: GatePlan, gates: GateLog
) -> Examined:
    """Probes with few reads, hears samples of the sound, and looks at a few pictures."""
    # One reader for all three, so that the index of a large file is fetched once.
    reader = BlockReader(file, cached_bytes=_CACHED_BYTES)
    with gates.guard("playable"):
        found = probe(reader, media_type)
    _check_end(found, plan, gates)
    _check_duration(found, limits, plan, gates)
    for warning in found.warnings:
        gates.warn("tracks", "left out", "", f"{warning} What is left is analysed.")
    modalities: list[Modality] = []
    heard: Heard | None = None
    has_pictures = found.video is not None
    more_bytes = reader.size_bytes if reader.holds_all else int(_MAX_READ_SHARE * reader.size_bytes)
    with reader.limited(more_bytes - reader.fetched_bytes):
        if found.sounds:
            heard = hear(reader, found, plan, gates)
            if heard is not None:
                modalities.append(Modality.SPEECH)
        if found.video is not None:
            check_sides(found.video.width_px, found.video.height_px, plan, gates)
            has_pictures = _has_pictures(reader, found, plan, gates, is_needed=heard is None)
            if has_pictures:
                modalities.append(Modality.VISION)
    return Examined(
        media_type=found.media_type,
        modalities=tuple(modalities),
        duration_ms=found.duration_ms,
        width_px=found.video.width_px if found.video else None,
        height_px=found.video.height_px if found.video else None,
        audio_codec=heard.track.codec if heard else found.audio.codec if found.audio else None,
        video_codec=found.video.codec if found.video else None,
        sound_track=heard.track.number if heard else None,
        sound_channel=heard.loudness.lone_channel if heard else None,
    )


def _check_end(found: MediaProbe, plan: GatePlan, gates: GateLog) -> None:
    if not found.missing_bytes:
        gates.passed("completeness", 0, "bytes missing")
        return
    cut_off = "The file announces more than there is: its end is cut off."
    if plan.cut_off == "reject":
        gates.reject("completeness", found.missing_bytes, "bytes missing", f"{cut_off} Upload it again.")
    gates.warn("completeness", found.missing_bytes, "bytes missing", f"{cut_off} What is there is analysed.")


def _check_duration(found: MediaProbe, limits: Limits, plan: GatePlan, gates: GateLog) -> None:
    seconds = found.duration_ms / 1000
    lasts = f"The recording lasts {timecode(found.duration_ms)[:8]}"
    if seconds > limits.max_duration_seconds:
        gates.reject(
            "duration",
            seconds,
            "s",
            f"{lasts}; the limit is {timecode(limits.max_duration_seconds * 1000)[:8]}. Cut it into parts.",
        )
    gates.judge(
        "duration",
        seconds,
        "s",
        plan.duration_seconds,
        low=f"{lasts}, which is short.",
        high=f"{lasts}, which is long.",
    )


def _has_pictures(
    reader: BlockReader, found: MediaProbe, plan: GatePlan, gates: GateLog, *, is_needed: bool
) -> bool:
    """Judges the best of the frames that were looked at: one good picture is one that can be recognised.

    A picture track of which nothing was found anywhere isn't there, unless there is nothing else.
    """
    try:
        seen = look(reader, found.media_type, found.duration_ms)
    except InvalidAssetError:
        seen = ()  # what can't be looked at elsewhere, keyframes will tell
    if seen:
        best = max(seen, key=lambda quality: (not quality.is_blank, quality.sharpness))
        check_quality(best, plan, gates, what="What was looked at of the video", is_part=True)
    elif not found.is_picture_proved and not is_needed:
        gates.warn("tracks", "no pictures", "", "The picture track is empty, so only the sound is analysed.")
        return False
    return True
