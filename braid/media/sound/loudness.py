"""How loud an asset's sound is, whether there is any, and how far speech stands out of the noise."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import fmean, median
from typing import BinaryIO

from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.container import open_container
from braid.media.sound.listening import SoundPiece, SoundReader

__all__ = ["SILENCE_DBFS", "Loudness", "measure_loudness"]

# Speech is recorded at -30 to -12 dBFS; below this a recording holds at most its own hiss.
SILENCE_DBFS = -50.0
_FLOOR_DBFS = -96.0  # 16 bits
_WINDOWS_PER_SECOND = 20  # 50 ms, about a syllable
_LISTENING_RATE_HZ = 8_000  # enough to find whether there is anything in hours of silence
_FULL_SCALE = (32_767, -32_767, -32_768)
_WHOLE_MS = 60_000
# Channels cancel each other where the mix lies so far below the loudest one, in so much of its loud time. One
# channel of two that is silent costs 6 dB, two that are alike nothing.
_CANCELLED_DB = 12.0
_CANCELLED_OF_MANY_DB = 30.0
_CANCELLED_SHARE = 0.2
_LOUD_RANGE_DB = 20.0

# The noise floor, see ``_noise_power``: fitted once on speech with white, pink, brown and blue noise.
_QUIETEST_SHARE = 0.12
_NOISE_DEVIATIONS = 2.0
_MAX_ABOVE_MEDIAN_DB = 2.5
_MAX_SNR_DB = 60.0
_MIN_WINDOWS = 20  # a second shows no pause
_DIGITAL_SILENCE = 1.0  # mean square of a sample: what a gate or an editor wrote, no microphone


@dataclass(frozen=True)
class Loudness:
    """Measured over ``measured_ms`` of the loudest channel, in windows of 50 ms.

    In dB below full scale ``level_dbfs`` is the level that a tenth of the windows exceeds, ``loudest_dbfs``
    that of the loudest one, ``peak_dbfs`` that of a single sample. ``clipped_share`` counts the samples, as
    decoded, that lie at full scale, ``silence_share`` the windows below SILENCE_DBFS. ``snr_db`` estimates
    how far the mean power of what stands out lies above that of the steady noise under it, from -20 to 60;
    ``None`` where less than a second but digital silence was heard. ``is_silent``: no window at all was above
    the threshold; said only after all was heard, unless that wasn't wanted. ``lone_channel`` (from 1) is set
    where the channels cancel each other when they are heard as one: then that one must be heard alone.
    """

    peak_dbfs: float
    loudest_dbfs: float
    level_dbfs: float
    snr_db: float | None
    clipped_share: float
    silence_share: float
    measured_ms: int
    is_silent: bool
    lone_channel: int | None = None


def measure_loudness(
    file: BinaryIO | BlockReader,
    media_type: str,
    *,
    duration_ms: int | None = None,
    silent_below_dbfs: float = SILENCE_DBFS,
    track: int | None = None,
    is_thorough: bool = True,
) -> Loudness:
    """Hears a recording of up to a minute whole, and of a longer one twelve moments of four seconds, or
    less where that were much of the file. ``duration_ms`` is needed where the file itself doesn't tell.

    Where those are all silent it goes on and hears everything, at 8 kHz, so that ``is_silent`` is sure,
    unless ``is_thorough`` is false. ``track`` is a ``SoundTrack.number``; without one the preferred is heard.
    Of a file larger than the reader's cache 1.1 times its size is read at most, with what was read before;
    of one that isn't silent 8 %, and no more than 56 MiB.
    Raises InvalidAssetError where there is no sound or none of it can be decoded.
    """
    reader = file if isinstance(file, BlockReader) else BlockReader(file)
    with open_container(reader, media_type) as container:
        sound = SoundReader(reader, media_type, container, track)
        length_ms = duration_ms or sound.known_ms
        meter = _Meter(sound.rate_hz)
        if reader.holds_all and length_ms <= _WHOLE_MS:
            meter.hear(sound.everything(sound.rate_hz))
        else:
            for moment in sound.moments(length_ms):
                meter.hear(moment)
            is_unheard = meter.sample_count == 0
            if is_unheard or (is_thorough and meter.loudest_dbfs < silent_below_dbfs):
                meter = _Meter(_LISTENING_RATE_HZ)
                meter.hear(sound.everything(_LISTENING_RATE_HZ))
    if meter.sample_count == 0:
        raise InvalidAssetError(
            "Nothing of the sound track can be decoded. Export it again, for example as mp3"
        )
    return meter.result(silent_below_dbfs)


class _Meter:
    """Sums up 16-bit samples."""

    def __init__(self, rate_hz: int) -> None:
        self.sample_count = 0
        self._window_samples = max(1, rate_hz // _WINDOWS_PER_SECOND)
        self._rate_hz = rate_hz
        self._decoded_count = 0
        self._clipped_count = 0
        self._peak = 0
        self._powers: list[list[float]] = []  # by channel
        self._mix_powers: list[float] = []

    @property
    def loudest_dbfs(self) -> float:
        return _dbfs(max(self._loudest_channel, default=0.0))

    @property
    def _loudest_channel(self) -> list[float]:
        return max(self._powers, key=sum, default=[])

    def hear(self, pieces: Iterator[SoundPiece]) -> None:
        """Takes samples in pieces of any length."""
        rest: list[array[int]] = []
        mix: array[int] = array("h")
        for piece in pieces:
            if piece.decoded:
                # Mixing rounds off what was cut flat, so that clipping shows in the decoded samples alone.
                peak = max(max(piece.decoded), -min(piece.decoded))
                self._peak = max(self._peak, peak)
                self._decoded_count += len(piece.decoded)
                if peak >= _FULL_SCALE[0]:
                    self._clipped_count += sum(piece.decoded.count(value) for value in _FULL_SCALE)
            if len(rest) != len(piece.channels):  # a stream may change in its midst
                rest, mix = [array("h") for _ in piece.channels], array("h")
            self.sample_count += len(piece.channels[0]) if piece.channels else 0
            for channel, samples in zip(rest, piece.channels, strict=True):
                channel.extend(samples)
            mix.extend(piece.mix)
            self._take_windows(rest, mix, self._window_samples)
        if rest and rest[0]:
            self._take_windows(rest, mix, len(rest[0]))

    def _take_windows(self, channels: list[array[int]], mix: array[int], length: int) -> None:
        count = len(channels[0]) // length if channels and length else 0
        self._powers += [[0.0] * len(self._mix_powers) for _ in range(len(channels) - len(self._powers))]
        for number in range(count):
            window = slice(number * length, (number + 1) * length)
            for place, powers in enumerate(self._powers):
                powers.append(_power(channels[place][window]) if place < len(channels) else 0.0)
            # Behind a sample rate's rounding the mix may come a little later.
            self._mix_powers.append(self._powers[0][-1] if len(channels) == 1 else _power(mix[window]))
        for samples in (*channels, mix):
            del samples[: count * length]

    def result(self, silent_below_dbfs: float) -> Loudness:
        powers = sorted(self._loudest_channel)
        silent = sum(_dbfs(power) < SILENCE_DBFS for power in powers)
        return Loudness(
            peak_dbfs=_dbfs(self._peak**2),
            loudest_dbfs=self.loudest_dbfs,
            level_dbfs=_dbfs(powers[int(len(powers) * 0.9)]),
            snr_db=_snr_db(powers),
            clipped_share=self._clipped_count / max(1, self._decoded_count),
            silence_share=silent / len(powers),
            measured_ms=self.sample_count * 1000 // self._rate_hz,
            is_silent=self.loudest_dbfs < silent_below_dbfs,
            lone_channel=self._lone_channel(),
        )

    def _lone_channel(self) -> int | None:
        """The loudest channel where mixing all of them loses what it says in much of its loud time."""
        loudest = self._loudest_channel
        loud_power = max(loudest) * 10 ** (-_LOUD_RANGE_DB / 10)
        pairs = [(one, mix) for one, mix in zip(loudest, self._mix_powers, strict=True) if one >= loud_power]
        # Of more than two channels each one has a small part in the mix anyway.
        loss_db = _CANCELLED_DB if len(self._powers) == 2 else _CANCELLED_OF_MANY_DB
        cancelled = sum(mix < one * 10 ** (-loss_db / 10) for one, mix in pairs if one > _DIGITAL_SILENCE)
        if len(self._powers) < 2 or cancelled < _CANCELLED_SHARE * len(pairs) or not cancelled:
            return None
        return 1 + next(place for place, powers in enumerate(self._powers) if powers is loudest)


def _power(window: array[int]) -> float:
    return sum(map(mul, window, window)) / len(window) if window else 0.0


def _dbfs(power: float) -> float:
    """The level of a mean square."""
    return (
        max(_FLOOR_DBFS, round(10 * math.log10(power) - 20 * math.log10(32_768), 1)) if power else _FLOOR_DBFS
    )


def _snr_db(powers: Sequence[float]) -> float | None:
    """The signal-to-noise ratio of speech over steady noise, from the windows' powers in ascending order.

    Within 3 dB of the truth from 0 to 30 dB. Music and crowds have no pauses that would show the noise
    alone: of them it tells how far the loud stands above the quiet.
    """
    heard = [power for power in powers if power > _DIGITAL_SILENCE]
    if len(heard) < _MIN_WINDOWS:
        return None
    noise = _noise_power(heard)
    signal = sum(heard) / len(heard) - noise
    return max(-20.0, min(_MAX_SNR_DB, round(10 * math.log10(max(signal / noise, 0.01)), 1)))


def _noise_power(powers: Sequence[float]) -> float:
    """The mean power of the noise in the pauses.

    The quietest windows are noise, but not all of it: their own minimum lies below its mean, the more so the
    more the noise fluctuates (R. Martin, "Noise power spectral density estimation based on optimal smoothing
    and minimum statistics", IEEE Trans. Speech and Audio Processing 9(5), 2001, corrects the same bias). So
    the range of what counts as noise grows from there by as much as the windows in it are spread, until it
    takes in nothing new.
    """
    levels = [10 * math.log10(power) for power in powers]
    count = max(3, int(len(levels) * _QUIETEST_SHARE))
    while True:
        chosen = levels[:count]
        middle = median(chosen)
        # Below the median lies noise alone; above it speech may have crept in.
        deviation = math.sqrt(fmean((level - middle) ** 2 for level in chosen if level <= middle))
        limit = middle + min(_NOISE_DEVIATIONS * deviation, _MAX_ABOVE_MEDIAN_DB)
        taken = sum(level <= limit for level in levels)
        if taken <= count:
            return fmean(powers[:count])
        count = taken
