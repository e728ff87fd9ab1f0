"""What a use case asks of Transcribe: the ``[speech]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["SpeechPlan"]

_MIN_SPEAKERS, _MAX_SPEAKERS = 2, 30  # "MaxSpeakerLabels" of Transcribe's Settings


@dataclass(frozen=True)
class SpeechPlan:
    """Options of a transcription job. ``language_code`` empty: the language is identified."""

    language_code: str = ""
    max_speakers: int = 0

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        if self.max_speakers and not _MIN_SPEAKERS <= self.max_speakers <= _MAX_SPEAKERS:
            yield f"speech.max_speakers must be 0 or from {_MIN_SPEAKERS} to {_MAX_SPEAKERS}"
