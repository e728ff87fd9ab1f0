"""Polly: what it is asked, what of its answers is read and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from braid.aws.polly import Polly
from braid.domain.accessibility.voices import Voice
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter, Usage
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

JOANNA = Voice("Joanna", "neural")
SAMPLES = b"\x01\x00" * 1600


def answer(**changes: Any) -> dict[str, Any]:
    return {"AudioStream": SAMPLES, "ContentType": "audio/pcm", "RequestCharacters": 5, **changes}


def adapter(meter: Meter, respond: Callable[[dict[str, Any]], dict[str, Any]]) -> Polly:
    return Polly(meter, polly=answered_by("polly", {"SynthesizeSpeech": respond}))


def test_text_is_spoken_and_counted_by_engine() -> None:
    meter, asked = Meter(), []

    def respond(members: dict[str, Any]) -> dict[str, Any]:
        asked.append(members)
        return answer()

    polly = adapter(meter, respond)
    assert polly.region == "us-east-1"
    assert polly.synthesize_speech("Hello", JOANNA) == SAMPLES
    assert polly.synthesize_speech("A < B & C", Voice("Hans", "standard"), rate_percent=112) == SAMPLES
    assert [(each["Text"], each["TextType"], each["Engine"]) for each in asked] == [
        ("Hello", "text", "neural"),
        ('<speak><prosody rate="112%">A &lt; B &amp; C</prosody></speak>', "ssml", "standard"),
    ]
    assert meter.usage() == (
        Usage("polly", "SynthesizeSpeech:neural", "character", 5),
        Usage("polly", "SynthesizeSpeech:standard", "character", 5),
    )


@pytest.mark.parametrize(
    "changes",
    [{"ContentType": "audio/mpeg"}, {"AudioStream": b""}, {"AudioStream": b"\x01\x00\x01"}],
    ids=["another format", "nothing", "half a sample"],
)
def test_other_sound_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidServiceOutputError, match="polly:SynthesizeSpeech: asked for 16-bit samples"):
        adapter(Meter(), lambda _: answer(**changes)).synthesize_speech("Hello", JOANNA)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("EngineNotSupportedException", 400, UnsupportedError),
        ("LanguageNotSupportedException", 400, UnsupportedError),
        ("ValidationException", 400, UnsupportedError),
        ("TextLengthExceededException", 400, UnsupportedError),
        ("InvalidSsmlException", 400, RefusedByServiceError),
        ("InvalidSampleRateException", 400, RefusedByServiceError),
        ("ThrottlingException", 400, ThrottledError),
        ("ServiceFailureException", 500, ServiceUnavailableError),
        ("AccessDeniedException", 403, AccessDeniedError),
    ],
)
def test_errors_become_ours(code: str, status: int, error: type[BraidError]) -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no", status=status)

    meter = Meter()
    with pytest.raises(error, match=f"polly:SynthesizeSpeech: {code}"):
        adapter(meter, refuse).synthesize_speech("Hello", JOANNA)
    assert meter.usage() == ()
