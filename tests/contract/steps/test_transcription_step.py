"""Start Transcription and Collect Transcript over the embedded AWS: real sound, real jobs, real documents."""

from __future__ import annotations

import io
import json
import time
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.errors import InvalidAssetError, PendingError
from braid.domain.evidence.transcript import Transcript
from braid.domain.profile.sections.speech import SpeechPlan
from braid.domain.wire import decode, encode
from braid.runtime.library import profile
from lambdas.transcription import handler_collect, handler_start
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT
from tests.local.spoken import SENTENCES, spoken


@pytest.fixture(autouse=True)
def _deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_PREFIX", "braid.steps.")
    monkeypatch.setenv("TRANSCRIBE_ROLE_ARN", "arn:aws:iam::000000000000:role/queue")


def _asking_for(monkeypatch: pytest.MonkeyPatch, plan: SpeechPlan) -> None:
    """Every profile asks for ``plan``."""
    for handler in (handler_start, handler_collect):
        monkeypatch.setattr(handler, "profile", lambda name: replace(profile(name), speech=plan))


def _admitted(storage: Storage, folder: str, **recordings: bytes) -> tuple[AssetRef, dict[str, Any]]:
    """An admitted bundle of recordings (``.wav`` by name), and the input of Start Transcription."""
    members = []
    for name, body in recordings.items():
        source = storage.drop(f"{folder}/talk.bundle/{name}.wav", body).source
        members.append(
            Member(
                f"{name}.wav",
                "audio",
                source.bucket,
                source.key,
                source.version_id,
                len(body),
                "audio/wav",
                (Modality.SPEECH,),
            )
        )
    asset = storage.drop(f"{folder}/talk.bundle/manifest.json", json.dumps(sorted(recordings)).encode())
    admission = Admission(asset, "audio/wav", tuple(members), (Modality.SPEECH,), (), duration_ms=15_000)
    store = storage.store(asset)
    claim = store.put_document(store.result_key("admission.json"), admission)
    return asset, {"asset": encode(asset), "admission": encode(claim), "retries": {"count": 0}}


def _collect(event: dict[str, Any], seconds: float = 90.0) -> dict[str, Any]:
    """Collect Transcript as the state machine's retrier calls it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer: dict[str, Any] = json.loads(json.dumps(handler_collect.handler(event, CONTEXT)))
            return answer
        except PendingError:
            assert time.monotonic() < deadline, "the jobs still run"
            time.sleep(0.2)


def _transcript(storage: Storage, asset: AssetRef) -> Transcript:
    return decode(Transcript, json.loads(storage.result(f"assets/{asset.asset_id}/1/transcript.json")))


def test_every_recording_of_a_bundle_is_heard_and_a_broken_one_is_told(
    storage: Storage, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asking_for(monkeypatch, SpeechPlan(language_code="en-US", max_speakers=2))
    first = spoken(tmp_path, SENTENCES).read_bytes()
    second = spoken(tmp_path, "The garden club meets on monday evening.", "b.wav").read_bytes()
    asset, event = _admitted(storage, folder, talk=first, broken=b"RIFF", aside=second)

    started = [json.loads(json.dumps(handler_start.handler(event, CONTEXT))) for _try in range(2)]
    assert started[0] == started[1]
    assert started[0]["job_name"] == f"braid.steps.{asset.asset_id}-1"
    assert "of 2 recordings" in started[0]["summary"]

    answer = _collect(event | {"job_name": started[0]["job_name"]})
    assert "of 2 recordings" in answer["summary"]
    transcript = _transcript(storage, asset)
    assert [said.member for said in transcript.utterances] == sorted(
        (said.member for said in transcript.utterances), reverse=True
    )
    assert {said.member for said in transcript.utterances} == {"talk.wav", "aside.wav"}
    (meeting,) = (said.text for said in transcript.utterances if said.member == "aside.wav")
    assert "garden club meets" in meeting.lower()
    reasons = {missing.operation: missing.reason for missing in transcript.missing}
    assert reasons["transcribe:StartTranscriptionJob"].startswith("'broken.wav': ")
    assert "transcribe:ShowSpeakerLabels" not in reasons
    (usage,) = transcript.usage
    assert (usage.operation, usage.quantity >= 30) == ("StartTranscriptionJob", True)


def test_only_the_redacted_transcript_is_read(
    storage: Storage, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asking_for(monkeypatch, SpeechPlan(language_code="en-US", redact_pii="redacted"))
    text = "Please call me. The number is four one five two six seven one two three four. Thank you."
    asset, event = _admitted(storage, folder, call=spoken(tmp_path, text).read_bytes())
    started = handler_start.handler(event, CONTEXT)
    _collect(event | {"job_name": started["job_name"]})
    said = " ".join(utterance.text for utterance in _transcript(storage, asset).utterances)
    assert "[PII]" in said
    assert "six seven" not in said
    keys = storage.keys(f"work/{asset.asset_id}/1/")
    assert [key.rpartition("/")[2] for key in keys if "transcribe" in key] == ["redacted-transcribe.json"]
    operations = {usage.operation for usage in _transcript(storage, asset).usage}
    assert operations == {"StartTranscriptionJob", "StartTranscriptionJob:ContentRedaction"}


def test_two_channels_are_two_voices(
    storage: Storage, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asking_for(monkeypatch, SpeechPlan(language_code="en-US", channels=True))
    voices = [
        spoken(tmp_path, "The garden club meets on monday evening.", "a.wav"),
        spoken(tmp_path, SENTENCES, "b.wav"),
    ]
    asset, event = _admitted(storage, folder, call=_stereo(*voices))
    started = handler_start.handler(event, CONTEXT)
    _collect(event | {"job_name": started["job_name"]})
    transcript = _transcript(storage, asset)
    assert {said.speaker for said in transcript.utterances} == {"ch_0", "ch_1"}
    starts = [said.start_ms for said in transcript.utterances]
    assert starts == sorted(starts)
    assert transcript.missing == ()
    club = " ".join(said.text for said in transcript.utterances if said.speaker == "ch_0")
    assert "garden club" in club.lower()
    assert "quarterly" not in club


def _stereo(*files: Path) -> bytes:
    tracks = []
    for path in files:
        with wave.open(str(path), "rb") as file:
            assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
            rate, samples = file.getframerate(), file.readframes(file.getnframes())
            tracks.append([samples[at : at + 2] for at in range(0, len(samples), 2)])
    length = max(len(track) for track in tracks)
    tracks = [track + [b"\0\0"] * (length - len(track)) for track in tracks]
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(len(tracks))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(b"".join(frame) for frame in zip(*tracks, strict=True)))
    return target.getvalue()


def test_where_no_recording_can_be_decoded_the_asset_is_told(storage: Storage, folder: str) -> None:
    _, event = _admitted(storage, folder, a=b"RIFF", b=b"nothing")
    with pytest.raises(InvalidAssetError):
        handler_start.handler(event, CONTEXT)
