"""Amazon Polly speaks a line of text: SynthesizeSpeech, synchronously, as samples."""

from __future__ import annotations

from html import escape
from typing import Any

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.accessibility.voices import Voice
from braid.domain.errors import ServiceUnavailableError, UnsupportedError
from braid.domain.money.accounting import Meter

__all__ = ["SAMPLE_RATE_HZ", "Polly"]

_OPERATION = "polly:SynthesizeSpeech"
# The higher of the two rates that Polly has for samples ("SampleRate" of SynthesizeSpeech).
SAMPLE_RATE_HZ = 16_000
_ORDINARY_PERCENT = 100


# What the service won't speak costs the track, not the asset. Where a region has no neural voices it answers
# "The selected engine is not supported in this region", by users' reports as a ValidationException.
_OWN_CODES = {
    "EngineNotSupportedException": UnsupportedError,
    "LanguageNotSupportedException": UnsupportedError,
    "TextLengthExceededException": UnsupportedError,
    "ValidationException": UnsupportedError,
    "ServiceFailureException": ServiceUnavailableError,
}


class Polly:
    """Speaks single lines and counts what is billed on ``meter``: characters, by engine, without markup.

    Raises the classes of ``braid.domain.errors``; ``UnsupportedError`` for a voice or an engine that isn't
    there.
    """

    def __init__(self, meter: Meter, *, polly: Any = None) -> None:
        self._meter = meter
        self._client = polly or client("polly")

    @property
    def region(self) -> str:
        """Where the service is asked: not every region has every engine."""
        return str(self._client.meta.region_name)

    def synthesize_speech(self, text: str, voice: Voice, *, rate_percent: int = _ORDINARY_PERCENT) -> bytes:
        """``text`` spoken by ``voice``, at ``rate_percent`` of its pace: 16-bit little-endian samples of one
        channel, ``SAMPLE_RATE_HZ`` a second."""
        spoken = {"Text": text, "TextType": "text"}
        if rate_percent != _ORDINARY_PERCENT:
            marked_up = f'<speak><prosody rate="{rate_percent}%">{escape(text)}</prosody></speak>'
            spoken = {"Text": marked_up, "TextType": "ssml"}
        with service_errors(_OPERATION, _OWN_CODES):
            response = self._client.synthesize_speech(
                **spoken,
                VoiceId=voice.voice_id,
                Engine=voice.engine,
                OutputFormat="pcm",
                SampleRate=str(SAMPLE_RATE_HZ),
            )
            samples: bytes = response["AudioStream"].read() if "AudioStream" in response else b""
        answer = ServiceAnswer.whole(_OPERATION, response, "ContentType")
        self._meter.count(
            "polly", f"SynthesizeSpeech:{voice.engine}", "character", answer.integer("RequestCharacters")
        )
        if answer.text("ContentType") != "audio/pcm" or not samples or len(samples) % 2:
            raise answer.refusal(
                f"asked for 16-bit samples, answered {len(samples)} bytes of {answer.text('ContentType')}"
            )
        return samples
