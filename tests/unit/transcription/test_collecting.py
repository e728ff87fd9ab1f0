"""Several jobs of one asset: all are awaited, each failure costs its own recording."""

from __future__ import annotations

import json
from typing import Any

import pytest

from braid.aws.transcribe.jobs import Transcribe
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidServiceOutputError, PendingError, UnsupportedError
from braid.domain.money.accounting import Meter, MissingOperation
from braid.domain.profile.sections.speech import SpeechPlan
from braid.store.documents import DocumentStore
from lambdas.transcription.collecting import Collected, collect_recordings
from lambdas.transcription.sound_plan import Sound, Sounds
from lambdas.transcription.transcript import build_transcript
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by

_CLAIM = Claim("s3://results/work/a/1/audio.flac", "audio/flac", 1, "0" * 64)
_OUTPUT = {
    "status": "COMPLETED",
    "results": {
        "language_code": "en-US",
        "items": [
            {
                "type": "pronunciation",
                "start_time": "0.1",
                "end_time": "0.4",
                "alternatives": [{"content": "hello", "confidence": "0.9"}],
            }
        ],
    },
}


def _sounds(*names: str, missing: tuple[MissingOperation, ...] = ()) -> Sounds:
    return Sounds(tuple(Sound(name, _CLAIM, "flac", 0, 20_000) for name in names), missing)


class Jobs:
    """Jobs by name: their status, and under which key each wrote what."""

    def __init__(self, **statuses: str) -> None:
        self.statuses = {name.replace("_", "-"): status for name, status in statuses.items()}
        self.s3 = MemoryS3()
        self.meter = Meter()

    def write(self, key: str, output: Any) -> None:
        self.s3.objects["results", key] = json.dumps(output).encode()

    def get(self, members: dict[str, Any]) -> dict[str, Any]:
        name = members["TranscriptionJobName"]
        status = self.statuses[name]
        job: dict[str, Any] = {"TranscriptionJobName": name, "TranscriptionJobStatus": status}
        if status == "FAILED":
            job["FailureReason"] = "the sound is broken"
        if status == "COMPLETED":
            uri = "https://s3.us-east-1.amazonaws.com/results/work/"
            job["Transcript"] = {
                "TranscriptFileUri": f"{uri}{name}.json",
                "RedactedTranscriptFileUri": f"{uri}redacted-{name}.json",
            }
        return {"TranscriptionJob": job}

    def collect(self, sounds: Sounds, plan: SpeechPlan | None = None) -> Collected:
        client = answered_by("transcribe", {"GetTranscriptionJob": self.get})
        return collect_recordings(
            sounds,
            plan or SpeechPlan(),
            first_job_name="job",
            transcribe=Transcribe(self.meter, transcribe=client),
            store=DocumentStore("results", "a", 1, s3=self.s3),
        )


def test_one_recording_is_collected_without_a_name() -> None:
    jobs = Jobs(job="COMPLETED")
    jobs.write("work/job.json", _OUTPUT)
    collected = jobs.collect(_sounds("talk.mp4"))
    assert [recording.member for recording in collected.recordings] == [""]
    assert collected.missing == ()


def test_all_are_awaited() -> None:
    jobs = Jobs(job="COMPLETED", job_2="IN_PROGRESS")
    with pytest.raises(PendingError, match="job-2 is IN_PROGRESS"):
        jobs.collect(_sounds("talk.mp4", "aside.wav"))
    # A failure doesn't hide that another still runs.
    jobs = Jobs(job="FAILED", job_2="QUEUED")
    with pytest.raises(PendingError):
        jobs.collect(_sounds("talk.mp4", "aside.wav"))


def test_a_failed_job_costs_its_recording_alone() -> None:
    jobs = Jobs(job="FAILED", job_2="COMPLETED", job_3="COMPLETED")
    jobs.write("work/job-2.json", _OUTPUT)
    jobs.write("work/job-3.json", {"results": {}, "status": "COMPLETED"})
    earlier = MissingOperation("transcribe:StartTranscriptionJob", "'x.wav': no sound")
    collected = jobs.collect(_sounds("talk.mp4", "aside.wav", "odd.wav", missing=(earlier,)))
    assert [recording.member for recording in collected.recordings] == ["aside.wav"]
    assert [missing.reason.split(":")[0] for missing in collected.missing] == [
        "'x.wav'",
        "'talk.mp4'",
        "'odd.wav'",
    ]
    assert "the sound is broken" in collected.missing[1].reason
    # A failed job isn't billed.
    assert [usage.quantity for usage in jobs.meter.usage()] == [40]


def test_a_recording_without_a_recognised_language_costs_itself_alone() -> None:
    jobs = Jobs(job="COMPLETED", job_2="COMPLETED")
    jobs.write("work/job.json", {"status": "COMPLETED", "results": {"items": []}})
    jobs.write("work/job-2.json", _OUTPUT)

    collected = jobs.collect(_sounds("silent.wav", "talk.wav"))

    assert build_transcript(collected.recordings, duration_ms=None).language_code == "en-US"
    assert [recording.member for recording in collected.recordings] == ["talk.wav"]
    (missing,) = collected.missing
    assert missing.reason.startswith("'silent.wav': ")


def test_the_language_is_that_of_the_recording_in_which_somebody_speaks() -> None:
    jobs = Jobs(job="COMPLETED", job_2="COMPLETED")
    jobs.write("work/job.json", {"status": "COMPLETED", "results": {"items": [], "language_code": "sw-TZ"}})
    jobs.write("work/job-2.json", _OUTPUT)

    collected = jobs.collect(_sounds("quiet.wav", "talk.wav"))

    assert build_transcript(collected.recordings, duration_ms=None).language_code == "en-US"


def test_where_none_is_left_the_reason_is_raised() -> None:
    with pytest.raises(UnsupportedError, match="the sound is broken"):
        Jobs(job="FAILED").collect(_sounds("talk.mp4"))
    jobs = Jobs(job="FAILED", job_2="COMPLETED")
    jobs.write("work/job-2.json", [])
    with pytest.raises(UnsupportedError, match="the sound is broken"):
        jobs.collect(_sounds("talk.mp4", "aside.wav"))


def test_a_redacted_transcript_is_read_from_its_own_file() -> None:
    plan = SpeechPlan(language_code="en-US", redact_pii="redacted")
    jobs = Jobs(job="COMPLETED")
    jobs.write("work/job.json", {**_OUTPUT, "status": "never to be read"})
    jobs.write("work/redacted-job.json", {**_OUTPUT, "isRedacted": True})
    (recording,) = jobs.collect(_sounds("talk.mp4"), plan).recordings
    assert recording.heard.is_redacted


def test_output_that_is_no_json_is_refused() -> None:
    jobs = Jobs(job="COMPLETED")
    jobs.s3.objects["results", "work/job.json"] = b"<html>"
    with pytest.raises(InvalidServiceOutputError, match="is no JSON"):
        jobs.collect(_sounds("talk.mp4"))
