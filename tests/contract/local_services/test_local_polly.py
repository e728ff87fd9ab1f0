"""The local Polly speaks the service's shapes, limits and errors; what it says, with its voice installed."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest

from local.engines.errors import EngineMissingError
from local.engines.pool import EnginePool
from local.services import polly
from local.services.protocol import ServiceError
from local.weights.optional import is_installed
from tests.local.service_calls import ServiceClient

TEXT = "A woman in a red coat opens the gate."
needs_voice = pytest.mark.skipif(
    not is_installed("voice"),
    reason="the voice isn't installed (braid engines install voice)",
)


class Silent(EnginePool):
    """A pool whose voice isn't installed."""

    def run(self, task: str, *args: Any, **keywords: Any) -> Any:
        raise EngineMissingError("This machine has no voice. `braid engines install voice` brings one.")


@pytest.fixture(scope="module")
def client(engines: EnginePool) -> ServiceClient:
    return ServiceClient(polly.build_service(engines))


@pytest.fixture
def silent() -> ServiceClient:
    return ServiceClient(polly.build_service(Silent()))


def request(**changes: Any) -> dict[str, Any]:
    asked = {"Text": TEXT, "VoiceId": "Joanna", "OutputFormat": "pcm", "Engine": "neural", **changes}
    return {name: value for name, value in asked.items() if value is not None}


def length_ms(sound: bytes, rate_hz: int = 16_000) -> float:
    return len(sound) / 2 * 1000 / rate_hz


@needs_voice
def test_samples_are_spoken(client: ServiceClient) -> None:
    answer = client.call("SynthesizeSpeech", **request())
    assert answer["ContentType"] == "audio/pcm"
    assert answer["RequestCharacters"] == len(TEXT)
    samples = np.frombuffer(answer["AudioStream"], "<i2")
    assert 1500 < length_ms(answer["AudioStream"]) < 4000
    assert np.abs(samples).max() > 2000
    assert client.call("SynthesizeSpeech", **request())["AudioStream"] == answer["AudioStream"]


@needs_voice
@pytest.mark.parametrize(("output_format", "codec"), [("mp3", "mp3float"), ("ogg_vorbis", "vorbis")])
@pytest.mark.parametrize("rate", [None, "8000", "24000"])
def test_files_hold_what_samples_do(
    client: ServiceClient, output_format: str, codec: str, rate: str | None
) -> None:
    spoken = client.call("SynthesizeSpeech", **request())["AudioStream"]
    answer = client.call("SynthesizeSpeech", **request(OutputFormat=output_format, SampleRate=rate))
    with av.open(io.BytesIO(answer["AudioStream"])) as container:
        (stream,) = container.streams
        assert stream.codec_context.name == codec
        frames = list(container.decode(audio=0))
    assert {frame.sample_rate for frame in frames} == {int(rate or 22050)}
    assert sum(frame.samples for frame in frames) / frames[0].sample_rate * 1000 == pytest.approx(
        length_ms(spoken), abs=120
    )


@needs_voice
def test_prosody_changes_the_pace_and_markup_is_not_billed(client: ServiceClient) -> None:
    ordinary = client.call("SynthesizeSpeech", **request())
    lengths = [length_ms(ordinary["AudioStream"])]
    for rate in ("110%", "fast", "175%", "40%"):
        text = f'<speak><prosody rate="{rate}">{TEXT}</prosody></speak>'
        answer = client.call("SynthesizeSpeech", **request(Text=text, TextType="ssml"))
        assert answer["RequestCharacters"] == len(TEXT)
        lengths.append(length_ms(answer["AudioStream"]))
    assert lengths[1] == pytest.approx(lengths[0] / 1.1, rel=0.04)
    assert lengths[2] == pytest.approx(lengths[0] / 1.25, rel=0.04)
    assert lengths[3] == pytest.approx(lengths[0] / 1.75, rel=0.04)
    assert lengths[4] == pytest.approx(lengths[0] / 0.4, rel=0.04)
    plain = client.call("SynthesizeSpeech", **request(Text=f"<speak>{TEXT}</speak>", TextType="ssml"))
    assert plain["AudioStream"] == ordinary["AudioStream"]


@needs_voice
def test_nothing_to_say_is_no_sound(client: ServiceClient) -> None:
    assert client.call("SynthesizeSpeech", **request(Text="  "))["AudioStream"] == b""


def test_without_the_voice_access_is_denied_in_words(silent: ServiceClient) -> None:
    with pytest.raises(ServiceError, match="braid engines install voice") as refused:
        silent.call("SynthesizeSpeech", **request())
    assert refused.value.code == "UnknownOperationException"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"VoiceId": "Vicki"}, "LanguageNotSupportedException"),
        ({"VoiceId": "Kajal", "LanguageCode": "hi-IN"}, "LanguageNotSupportedException"),
        ({"Engine": "generative"}, "EngineNotSupportedException"),
        ({"Engine": "long-form"}, "EngineNotSupportedException"),
        ({"SampleRate": "22050"}, "InvalidSampleRateException"),
        ({"OutputFormat": "mp3", "SampleRate": "44100"}, "InvalidSampleRateException"),
        ({"OutputFormat": "ogg_opus"}, "EngineNotSupportedException"),
        ({"OutputFormat": "json", "SpeechMarkTypes": ["word"]}, "EngineNotSupportedException"),
        ({"OutputFormat": "mp3", "SpeechMarkTypes": ["word"]}, "MarksNotSupportedForFormatException"),
        ({"LexiconNames": ["names"]}, "LexiconNotFoundException"),
        ({"Text": "a" * 3001}, "TextLengthExceededException"),
        ({"Text": "<speak>" + "a" * 6000 + "</speak>", "TextType": "ssml"}, "TextLengthExceededException"),
        ({"Text": "<speak>Hello", "TextType": "ssml"}, "InvalidSsmlException"),
        ({"Text": "<p>Hello</p>", "TextType": "ssml"}, "InvalidSsmlException"),
        ({"Text": "<!DOCTYPE speak><speak>Hello</speak>", "TextType": "ssml"}, "InvalidSsmlException"),
        (
            {"Text": '<speak><prosody rate="900%">Hi</prosody></speak>', "TextType": "ssml"},
            "InvalidSsmlException",
        ),
        (
            {"Text": '<speak>One <prosody rate="fast">two</prosody></speak>', "TextType": "ssml"},
            "EngineNotSupportedException",
        ),
        (
            {"Text": '<speak><prosody volume="loud">Hi</prosody></speak>', "TextType": "ssml"},
            "EngineNotSupportedException",
        ),
    ],
)
def test_refusals_are_the_services_own(silent: ServiceClient, changes: dict[str, Any], code: str) -> None:
    """And they come before the voice is asked."""
    with pytest.raises(ServiceError) as refused:
        silent.call("SynthesizeSpeech", **request(**changes))
    assert refused.value.code == code
