"""Amazon Polly over a local voice: SynthesizeSpeech, in English, if a voice is installed.

Every English voice of Polly is spoken by the one that there is here. Other languages, speech marks and the
engines that Braid doesn't ask for are refused with the service's own errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from local.engines.pool import EnginePool
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import Caller, Service, ServiceError

__all__ = ["build_service"]

# https://docs.aws.amazon.com/polly/latest/dg/limits.html: characters that are billed, and with SSML in all.
_MAX_BILLED_CHARACTERS = 3_000
_MAX_CHARACTERS = 6_000
# "SampleRate" of SynthesizeSpeech; the first is the default.
_SAMPLE_RATES = {
    "pcm": ("16000", "8000"),
    "mp3": ("22050", "8000", "16000", "24000"),
    "ogg_vorbis": ("22050", "8000", "16000", "24000"),
}
_CONTENT_TYPES = {"pcm": "audio/pcm", "mp3": "audio/mpeg", "ogg_vorbis": "audio/ogg"}
_ENGINES = ("standard", "neural")
# Polly's voices of English, whose sound is the local voice's all the same.
_ENGLISH_VOICES = frozenset(
    (
        *("Aditi", "Amy", "Aria", "Arthur", "Ayanda", "Brian", "Danielle", "Emma", "Geraint", "Gregory"),
        *("Ivy", "Jasmine", "Joanna", "Joey", "Justin", "Kajal", "Kendra", "Kevin", "Kimberly", "Matthew"),
        *("Niamh", "Nicole", "Olivia", "Raveena", "Russell", "Ruth", "Salli", "Stephen", "Tiffany"),
    )
)
_RATE = re.compile(r"(\d{2,3})%")
_RATE_NAMES = {"x-slow": 50, "slow": 80, "medium": 100, "fast": 125, "x-fast": 175}
_MIN_RATE_PERCENT, _MAX_RATE_PERCENT = 20, 200


def build_service(engines: EnginePool) -> Service:
    """The service; it speaks in the pool's worker processes."""
    return Service("polly", {"SynthesizeSpeech": _Polly(engines).synthesize_speech})


@dataclass(frozen=True)
class _Words:
    """What is spoken, and at which percentage of the ordinary pace."""

    text: str
    rate_percent: int = 100


@dataclass(frozen=True)
class _Polly:
    engines: EnginePool

    def synthesize_speech(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        del caller  # nothing of the caller's is touched
        output_format, rate = _output(request)
        _check_voice(request)
        words = _words(request)
        with engine_errors_answered(
            unreadable="ServiceFailureException",
            internal="ServiceFailureException",
            throttled="ThrottlingException",
        ):
            sound: bytes = self.engines.run(
                "speech.voice:speak",
                words.text,
                speed=words.rate_percent / 100,
                output_format=output_format,
                rate_hz=int(rate),
            )
        return {
            "AudioStream": sound,
            "ContentType": _CONTENT_TYPES[output_format],
            "RequestCharacters": len(words.text),
        }


def _output(request: Mapping[str, Any]) -> tuple[str, str]:
    """Output format and sample rate."""
    output_format = str(request.get("OutputFormat"))
    if request.get("SpeechMarkTypes"):
        if output_format != "json":
            raise ServiceError(
                "MarksNotSupportedForFormatException", "Speech marks are supported for the json format alone."
            )
        raise _not_here("Speech marks")
    if output_format not in _SAMPLE_RATES:
        raise _not_here(f"The output format {output_format}")
    rates = _SAMPLE_RATES[output_format]
    rate = str(request.get("SampleRate") or rates[0])
    if rate not in rates:
        raise ServiceError(
            "InvalidSampleRateException",
            f"{rate} isn't a sample rate of {output_format}; there are {', '.join(sorted(rates, key=int))}.",
        )
    return output_format, rate


def _check_voice(request: Mapping[str, Any]) -> None:
    voice, engine = str(request.get("VoiceId")), str(request.get("Engine") or "standard")
    language = str(request.get("LanguageCode") or "")
    if request.get("LexiconNames"):
        raise ServiceError("LexiconNotFoundException", "There are no lexicons here.", status=404)
    if engine not in _ENGINES:
        raise ServiceError(
            "EngineNotSupportedException", f"This machine's voice doesn't stand in for the engine {engine}."
        )
    if voice not in _ENGLISH_VOICES or (language and not language.startswith("en-")):
        spoken = language or f"the language of {voice}"
        raise ServiceError(
            "LanguageNotSupportedException",
            f"This machine's voice speaks English alone, not {spoken}. It works on AWS.",
        )


def _words(request: Mapping[str, Any]) -> _Words:
    text = str(request.get("Text") or "")
    if len(text) > _MAX_CHARACTERS:
        raise _too_long(_MAX_CHARACTERS)
    words = _read_ssml(text) if request.get("TextType") == "ssml" else _Words(text)
    if len(words.text) > _MAX_BILLED_CHARACTERS:
        raise _too_long(_MAX_BILLED_CHARACTERS)
    return words


def _read_ssml(text: str) -> _Words:
    """``<speak>`` around text, or around one ``<prosody rate="…">`` around text: all that is spoken here."""
    if "<!" in text:
        raise ServiceError("InvalidSsmlException", "Invalid SSML request: declarations aren't allowed.")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ServiceError("InvalidSsmlException", f"Invalid SSML request: {error}.") from error
    if root.tag != "speak":
        raise ServiceError("InvalidSsmlException", "Invalid SSML request: <speak> must be around it.")
    inner = list(root)
    if not inner:
        return _Words(root.text or "")
    prosody = inner[0]
    beside = (root.text or "") + (prosody.tail or "")
    if len(inner) > 1 or prosody.tag != "prosody" or list(prosody) or beside.strip():
        raise _not_here("SSML beyond one <prosody rate> around all of the text")
    if set(prosody.attrib) != {"rate"}:
        raise _not_here("Of <prosody> anything but rate")
    return _Words(prosody.text or "", _rate_percent(prosody.attrib["rate"]))


def _rate_percent(rate: str) -> int:
    found = _RATE.fullmatch(rate)
    percent = int(found[1]) if found else _RATE_NAMES.get(rate, 0)
    if not _MIN_RATE_PERCENT <= percent <= _MAX_RATE_PERCENT:
        raise ServiceError("InvalidSsmlException", f"Invalid SSML request: a rate of {rate!r}.")
    return percent


def _too_long(most: int) -> ServiceError:
    return ServiceError(
        "TextLengthExceededException", f"Maximum text length has been exceeded: {most} characters."
    )


def _not_here(what: str) -> ServiceError:
    return ServiceError(
        "EngineNotSupportedException", f"{what} isn't there on this machine. It works on AWS."
    )
