"""The audio description as sound: Amazon Polly speaks each line, which must fit where nobody else speaks."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from braid.aws.polly import SAMPLE_RATE_HZ, Polly
from braid.domain.accessibility.voices import Voice, VoiceBook
from braid.domain.captions.captions import CaptionCue
from braid.domain.claim_check import Claim
from braid.domain.errors import ThrottledError, UnsupportedError
from braid.domain.money.accounting import Meter, Usage, total
from braid.domain.profile.sections.audio_description import AudioDescriptionPlan
from braid.domain.span import brief_timecode
from braid.runtime.retries import Availability, Retries
from braid.runtime.side_by_side import side_by_side
from braid.store.documents import DocumentStore
from lambdas.publishing.addition import Addition

__all__ = ["MAX_RATE_PERCENT", "speak_descriptions"]

_SYNTHESIZE = "polly:SynthesizeSpeech"
_AT_ONCE = 4
_BYTES_PER_MS = SAMPLE_RATE_HZ * 2 // 1000
# Lines are written for 160 words a minute. A quarter more is 200, within what newsreaders speak (up to 210:
# Wingfield et al. 2006, quoted in https://webaim.org/discussion/mail_message?id=31227). Blind listeners want
# descriptions faster than ordinary speech, and slower than a screen reader:
# https://doi.org/10.1007/s10209-024-01178-z.
MAX_RATE_PERCENT = 125


@dataclass(frozen=True)
class _Spoken:
    """One line as it lies in ``work/``: its samples in base64, trimmed, and what it was billed.

    ``samples`` are empty where it doesn't fit, ``needed_ms`` is what it takes at its fastest.
    """

    text: str
    voice: Voice
    samples: str
    needed_ms: int
    usage: tuple[Usage, ...] = ()


def speak_descriptions(
    lines: Sequence[CaptionCue],
    speech: Sequence[tuple[int, int]],
    *,
    duration_ms: int,
    language: str,
    plan: AudioDescriptionPlan,
    voices: VoiceBook,
    store: DocumentStore,
    retries: Retries,
    deadline_passed: Callable[[], bool],
    polly: Any = None,
) -> Addition:
    """``descriptions.mp3``: a track as long as the asset, silent but for ``lines``, which are in order.

    A line has until the next line or the next of ``speech`` begins. One that takes longer is spoken faster,
    up to ``MAX_RATE_PERCENT``; one that doesn't fit even so is left out, and a warning says which. So each
    line costs two requests at most. Each is stored as soon as it is spoken: the next try asks for the others.
    ``polly`` is a boto3 client other than the process's own.

    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    if not lines or duration_ms <= 0:
        return Addition()
    availability = Availability(retries)
    speaker = _Speaker(language, plan, voices, store, availability, deadline_passed, polly)
    rooms = [_room_ms(index, lines, speech, duration_ms) for index in range(len(lines))]
    numbered = list(enumerate(zip(lines, rooms, strict=True), start=1))
    found = side_by_side(
        numbered, lambda item: speaker.speak(item[0], item[1][0].text, item[1][1]), at_once=_AT_ONCE
    )
    usage = total(speaker.usage)
    if availability.missing:
        return Addition(usage=usage, missing=availability.missing)
    spoken = [(line, item) for line, item in zip(lines, found, strict=True) if item is not None]
    warnings = tuple(
        _left_out(line, item, room)
        for (line, item), room in zip(spoken, rooms, strict=True)
        if not item.samples
    )
    placed = [(line.start_ms, item) for line, item in spoken if item.samples]
    if not placed:
        return Addition(usage=usage, warnings=warnings)
    claim = _write(placed, duration_ms, store)
    return Addition({"descriptions_mp3": claim}, usage, (), warnings)


class _Speaker:
    """Speaks single lines; safe to share between threads."""

    def __init__(
        self,
        language: str,
        plan: AudioDescriptionPlan,
        voices: VoiceBook,
        store: DocumentStore,
        availability: Availability,
        deadline_passed: Callable[[], bool],
        client: Any,
    ) -> None:
        self._language = language
        self._plan = plan
        self._voices = voices
        self._store = store
        self._availability = availability
        self._deadline_passed = deadline_passed
        self._client = client
        self.usage: list[Usage] = []

    def speak(self, number: int, text: str, room_ms: int) -> _Spoken | None:
        """The line, from the store where an earlier try left it; ``None`` where the service can't deliver."""
        if self._availability.is_missing(_SYNTHESIZE):
            return None
        with self._availability.wanted(_SYNTHESIZE):
            meter = Meter()
            polly = Polly(meter, polly=self._client)
            voice = self._voices.choose(self._language, polly.region, self._plan.voices)
            if voice is None:
                raise UnsupportedError(
                    f"{_SYNTHESIZE}: no voice in {polly.region} speaks {self._language or 'its language'}"
                )
            key = self._store.work_key(f"descriptions/{number:04d}.json")
            found = self._store.find_document(_Spoken, key)
            if found is None or (found.text, found.voice) != (text, voice):
                if self._deadline_passed():
                    raise ThrottledError(f"{_SYNTHESIZE}: time ran out before line {number}")
                try:
                    samples, needed_ms = _fitting(polly, text, voice, room_ms)
                except BaseException:  # what it cost counts, however it ends
                    self.usage += meter.usage()
                    raise
                encoded = base64.b64encode(samples).decode()
                found = _Spoken(text, voice, encoded, needed_ms, meter.usage())
                self._store.put_document(key, found)
            self.usage += found.usage
            return found
        return None


def _fitting(polly: Polly, text: str, voice: Voice, room_ms: int) -> tuple[bytes, int]:
    """Samples of ``text`` that take ``room_ms`` at most, or none; and how long it is at its fastest."""
    # PyAV, which the module stands on, is there only where the deployment speaks.
    from braid.media.sound.spoken_track import trimmed

    if room_ms <= 0:
        return b"", 0
    samples = trimmed(polly.synthesize_speech(text, voice))
    needed_ms = -(-len(samples) // _BYTES_PER_MS)
    rate_percent = -(-needed_ms * 100 // room_ms)
    if needed_ms > room_ms and rate_percent <= MAX_RATE_PERCENT:
        # A voice gains less than it is asked for: pauses hardly shorten.
        faster = min(rate_percent * 11 // 10, MAX_RATE_PERCENT)
        samples = trimmed(polly.synthesize_speech(text, voice, rate_percent=faster))
        needed_ms = -(-len(samples) // _BYTES_PER_MS)
    return (samples, needed_ms) if needed_ms <= room_ms else (b"", needed_ms)


def _room_ms(
    index: int, lines: Sequence[CaptionCue], speech: Sequence[tuple[int, int]], duration_ms: int
) -> int:
    """How long nobody speaks from where the line begins; 0 where somebody does."""
    start_ms = lines[index].start_ms
    ends = [duration_ms, *(line.start_ms for line in lines[index + 1 : index + 2])]
    for begin_ms, end_ms in speech:
        if begin_ms <= start_ms < end_ms:
            return 0
        if begin_ms > start_ms:
            ends.append(begin_ms)
    return max(0, min(ends) - start_ms)


def _left_out(line: CaptionCue, spoken: _Spoken, room_ms: int) -> str:
    where = f"audio description: the line at {brief_timecode(line.start_ms)} isn't spoken"
    if not spoken.needed_ms:
        return f"{where}: somebody speaks there"
    return f"{where}: it takes {spoken.needed_ms / 1000:.1f} seconds, and there are {room_ms / 1000:.1f}"


def _write(placed: Sequence[tuple[int, _Spoken]], duration_ms: int, store: DocumentStore) -> Claim:
    from braid.media.sound.spoken_track import MEDIA_TYPE, PlacedSound, write_track

    sounds = (PlacedSound(start_ms, base64.b64decode(item.samples)) for start_ms, item in placed)
    with store.upload(store.result_key("descriptions.mp3"), MEDIA_TYPE) as out:
        write_track(cast(BinaryIO, out), sounds, duration_ms=duration_ms, rate_hz=SAMPLE_RATE_HZ)
    assert out.claim is not None  # what ended without an exception is stored
    return out.claim
