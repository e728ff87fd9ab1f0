"""Jobs of several recordings: one that Transcribe refuses costs itself alone."""

from __future__ import annotations

from typing import Any

import pytest

from braid.aws.transcribe.jobs import Transcribe
from braid.domain.claim_check import Claim
from braid.domain.errors import RefusedByServiceError, ThrottledError, UnsupportedError
from braid.domain.money.accounting import Meter
from braid.domain.profile.sections.speech import SpeechPlan
from braid.store.documents import DocumentStore
from lambdas.transcription.sound_plan import SOUNDS_DOCUMENT, Sound, Sounds
from lambdas.transcription.starting import start_jobs, summarize
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by

_CLAIM = Claim("s3://results/work/a/1/audio.flac", "audio/flac", 1, "0" * 64)


def sounds_of(*names: str) -> Sounds:
    return Sounds(tuple(Sound(name, _CLAIM, "flac", 0, 20_000) for name in names))


class Service:
    """Transcribe that refuses some jobs, by their names."""

    def __init__(self, **refused: str) -> None:
        self.refused = {name.replace("_", "-"): code for name, code in refused.items()}
        self.started: list[str] = []
        self.store = DocumentStore("results", "a", 1, s3=MemoryS3())

    def start(self, members: dict[str, Any]) -> dict[str, Any]:
        name = members["TranscriptionJobName"]
        if (code := self.refused.get(name)) is not None:
            raise ServiceError(code, "the media format isn't what it says")
        self.started.append(name)
        return {"TranscriptionJob": {"TranscriptionJobName": name}}

    def asked(self, sounds: Sounds) -> Sounds:
        transcribe = Transcribe(
            Meter(), transcribe=answered_by("transcribe", {"StartTranscriptionJob": self.start})
        )
        return start_jobs(sounds, SpeechPlan(), "job", transcribe=transcribe, store=self.store)


@pytest.mark.parametrize("code", ["BadRequestException", "ValidationException"])
def test_a_refused_recording_costs_itself(code: str) -> None:
    service = Service(job_2=code)
    left = service.asked(sounds_of("talk.wav", "noise.wav", "answer.wav"))
    assert service.started == ["job", "job-3"]
    assert left.refused == (2,)
    (missing,) = left.missing
    assert missing.reason.startswith("'noise.wav': ")
    assert "BadRequest" not in missing.reason
    assert service.store.stored_document(Sounds, service.store.work_key(SOUNDS_DOCUMENT)) == left
    assert "of 2 recordings" in summarize(left)


def test_where_all_are_refused_the_step_says_why() -> None:
    with pytest.raises((UnsupportedError, RefusedByServiceError), match="media format"):
        Service(job="BadRequestException", job_2="BadRequestException").asked(sounds_of("a.wav", "b.wav"))


def test_a_throttle_is_no_refusal() -> None:
    with pytest.raises(ThrottledError):
        Service(job_2="ThrottlingException").asked(sounds_of("a.wav", "b.wav"))
