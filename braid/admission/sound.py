"""The sound of a recording: which track is heard, whether there is anything to hear, and how well."""

from __future__ import annotations

from dataclasses import dataclass

from braid.admission.gates import GateLog
from braid.domain.profile.sections.gates import GatePlan
from braid.media.containers.blocks import BlockReader
from braid.media.containers.probe import MediaProbe
from braid.media.containers.sound_tracks import SoundTrack
from braid.media.sound.loudness import SILENCE_DBFS, Loudness, measure_loudness

__all__ = ["Heard", "hear"]

_MAX_NAMED = 6


@dataclass(frozen=True)
class Heard:
    """The track that is heard, and how loud it is."""

    track: SoundTrack
    loudness: Loudness


def hear(reader: BlockReader, found: MediaProbe, plan: GatePlan, gates: GateLog) -> Heard | None:
    """The first track that isn't silent; None for a film without sound, which is still a film.

    Rejects a recording without pictures of which every track is silent, unless a bundle has other members:
    intake rejects that where none of them speaks.
    """
    threshold = plan.loudest_dbfs.reject_below
    silent_below_dbfs = SILENCE_DBFS if threshold is None else threshold
    heard = _first_audible(reader, found, silent_below_dbfs, gates)
    loudness = heard.loudness
    loudest = ("loudest moment", loudness.loudest_dbfs, "dBFS")
    if loudness.is_silent:
        if found.video is None and not gates.is_of_bundle:
            gates.reject(
                *loudest,
                "The recording is silent from beginning to end. Check the microphone and record it again.",
            )
        which = "sound track is" if len(found.sounds) == 1 else "sound tracks are"
        what_is_left = "only the pictures are" if found.video else "it isn't"
        gates.warn(*loudest, f"The {which} silent, so {what_is_left} analysed.")
        return None
    gates.judge(
        *loudest,
        plan.loudest_dbfs,
        low="Even the loudest moment of the recording is very quiet.",
        high="The loudest moment of the recording is very loud.",
    )
    _check_sound(loudness, plan, gates)
    _report_choice(heard, found.sounds, gates)
    return heard


def _first_audible(reader: BlockReader, found: MediaProbe, silent_below_dbfs: float, gates: GateLog) -> Heard:
    """Hears a few moments of each track; only where all of them are silent all of it."""
    several = len(found.sounds) > 1
    heard = None
    with gates.guard("sound"):
        for is_thorough in (False, True) if several else (True,):
            for track in found.sounds:
                loudness = measure_loudness(
                    reader,
                    found.media_type,
                    duration_ms=found.duration_ms,
                    silent_below_dbfs=silent_below_dbfs,
                    track=track.number,
                    is_thorough=is_thorough,
                )
                if not loudness.is_silent:
                    return Heard(track, loudness)
                heard = heard or Heard(track, loudness)
    assert heard is not None  # a recording with sound has a track
    return heard


def _report_choice(heard: Heard, tracks: tuple[SoundTrack, ...], gates: GateLog) -> None:
    others = [str(track) for track in tracks if track != heard.track]
    if others:
        listed = ", ".join(others[:_MAX_NAMED]) + (" and more" if len(others) > _MAX_NAMED else "")
        gates.warn(
            "sound tracks",
            len(tracks),
            "",
            f"There are {len(tracks)} sound tracks: {heard.track} is heard, and not {listed}.",
        )
    if heard.loudness.lone_channel is not None:
        gates.warn(
            "phase",
            f"channel {heard.loudness.lone_channel}",
            "",
            "The channels are out of phase and cancel each other when they are mixed: channel"
            f" {heard.loudness.lone_channel} is heard alone.",
        )


def _check_sound(loudness: Loudness, plan: GatePlan, gates: GateLog) -> None:
    gates.judge(
        "level",
        loudness.level_dbfs,
        "dBFS",
        plan.level_dbfs,
        low="The sound is very quiet, so that words may be missed. Record it closer to the microphone.",
        high="The sound is very loud. Lower the recording level.",
    )
    gates.judge(
        "clipping",
        round(loudness.clipped_share, 5),
        "of samples",
        plan.clipping_share,
        high="The sound is overdriven: its peaks are cut flat, so that words may be misheard. Lower the"
        " recording level.",
    )
    gates.judge(
        "silence",
        round(loudness.silence_share, 3),
        "of time",
        plan.silence_share,
        low="The recording has hardly a pause.",
        high="The recording is silent for almost all of its time. Check that the right file was exported.",
    )
    if loudness.snr_db is not None:
        gates.judge(
            "signal to noise",
            loudness.snr_db,
            "dB",
            plan.snr_db,
            low="Hardly anything stands out of the background noise, so that words may be missed. Record it"
            " closer to the microphone.",
        )
