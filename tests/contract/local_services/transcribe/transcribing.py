"""The local Transcribe over given engines, and what such engines heard."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.engines.findings import Hearing, Speech, SpeechSegment, SpokenWord
from local.engines.text.spoken_pii import spoken_personal_data
from local.services.transcription import transcribe
from tests.local.service_calls import EventLog, Folder, ServiceClient

MEDIA = {"MediaFileUri": "s3://media/talk.wav"}


@dataclass
class Transcribing:
    """A service over given engines, with what it reads, writes and tells."""

    engines: Any
    folder: Folder = field(default_factory=lambda: Folder({("media", "talk.wav"): b"sound"}))
    events: EventLog = field(default_factory=EventLog)

    def __post_init__(self) -> None:
        self.client = ServiceClient(transcribe.build_service(self.folder, self.events, self.engines))

    def start(self, name: str = "job-1", **options: Any) -> dict[str, Any]:
        request: dict[str, Any] = {
            "TranscriptionJobName": name,
            "Media": MEDIA,
            "OutputBucketName": "results",
            "OutputKey": "work/transcribe.json",
        }
        if not options.keys() & {"IdentifyLanguage", "IdentifyMultipleLanguages"}:
            request["LanguageCode"] = "en-US"
        job = self.client.call("StartTranscriptionJob", **(request | options))["TranscriptionJob"]
        return dict(job)

    def finished(self, name: str = "job-1", seconds: float = 60.0) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.client.call("GetTranscriptionJob", TranscriptionJobName=name)[
                "TranscriptionJob"
            ]
            if job["TranscriptionJobStatus"] in ("COMPLETED", "FAILED"):
                return job
            time.sleep(0.02)
        raise AssertionError(f"{name} still runs after {seconds} s")

    def wait_for_event(self) -> tuple[str, str, dict[str, Any]]:
        deadline = time.monotonic() + 60
        while not self.events.events and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.events.events[-1]

    def output(self) -> dict[str, Any]:
        return dict(json.loads(self.folder.stored["results", "work/transcribe.json"]))


class Engines:
    """An engine pool that heard something already, or fails as told; it keeps what it was asked and given."""

    def __init__(self, outcome: Speech | Hearing | Exception | Callable[[], Speech]) -> None:
        self._outcome = outcome
        self.asked: list[dict[str, Any]] = []
        self.media: list[tuple[Path, bytes]] = []

    def run(self, task: str, *args: Any, **options: Any) -> Any:
        if task == "text.spoken_pii:spoken_personal_data":
            return spoken_personal_data(*args)
        assert task == "speech.recognition:transcribe"
        self.asked.append(options)
        self.media += [(file, file.read_bytes()) for file in args]
        if options["by_channel"]:
            return Hearing((two_sentences(), two_sentences(shift=0.25)), "en", (("en", 0.9),))
        outcome = self._outcome() if callable(self._outcome) else self._outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome if isinstance(outcome, Hearing) else hearing(outcome)


def hearing(*channels: Speech) -> Hearing:
    """English on these channels, or silence."""
    is_spoken = any(speech.segments for speech in channels)
    return Hearing(channels, "en" if is_spoken else None, (("en", 0.9), ("nn", 0.04)) if is_spoken else ())


def spelt_out() -> Speech:
    """Somebody says a telephone number, a pause in the middle of it."""
    said = "my number is four one five five five five one two three four thanks"
    words = tuple(SpokenWord(word, at / 2, at / 2 + 0.4, 0.9) for at, word in enumerate(said.split(" ")))
    return Speech(8.0, 16_000, "wav", (SpeechSegment(words[:6]), SpeechSegment(words[6:])))


def two_sentences(confidence: float = 0.9, duration: float = 4.0, shift: float = 0.0) -> Speech:
    """Three words at 16 kHz, from ``shift`` seconds on; none where ``duration`` (seconds) is too short."""
    words = (
        SpokenWord("Hello", 0.5 + shift, 0.9 + shift, confidence, after=","),
        SpokenWord("there", 0.9 + shift, 1.25 + shift, confidence, after="."),
        SpokenWord("Again", 2.5 + shift, 3.0 + shift, confidence, after="?"),
    )
    segments = (SpeechSegment(words[:2]), SpeechSegment(words[2:]))
    return Speech(duration, 16_000, "wav", segments if duration > 1 else ())
