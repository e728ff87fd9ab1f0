"""The transcript out of a finished job and what it wrote. Pure."""

from __future__ import annotations

from dataclasses import replace

from domain.accounting import MissingOperation, Usage
from domain.errors import InvalidServiceOutputError
from domain.span import timecode
from domain.transcript import Transcript
from lambdas.aws.transcribe import FinishedJob
from lambdas.aws.transcribe_output import HeardItem, HeardSpeech
from lambdas.transcription.utterances import utterances

__all__ = ["build_transcript", "summarize"]


def build_transcript(
    heard: HeardSpeech,
    job: FinishedJob,
    *,
    start_ms: int,
    duration_ms: int | None,
    missing: tuple[MissingOperation, ...] = (),
    usage: tuple[Usage, ...] = (),
) -> Transcript:
    """The whole ``transcript.json``; no utterances means that nobody was heard speaking.

    The job's clock begins with the sound track, ``start_ms`` on the asset's clock; ``duration_ms`` is the
    asset's.

    Raises ``InvalidServiceOutputError`` where neither the job nor its output names the language.
    """
    language_code = heard.language_code or job.language_code
    if not language_code:
        raise InvalidServiceOutputError(f"transcribe: job {job.job_name} names no language")
    unread = tuple(
        MissingOperation("transcribe:GetTranscriptionJob", f"the output's {name} isn't read by this version")
        for name in heard.unread
    )
    return Transcript(
        language_code=language_code,
        utterances=utterances([_moved(item, start_ms) for item in heard.items], language_code),
        duration_ms=duration_ms,
        missing=missing + unread,
        usage=usage,
    )


def _moved(heard: HeardItem, by_ms: int) -> HeardItem:
    """The item on the asset's clock, whose beginning is the earliest time there is."""
    item = heard.item
    start_ms, end_ms = (max(0, at_ms + by_ms) for at_ms in (item.start_ms, item.end_ms))
    return replace(heard, item=replace(item, start_ms=start_ms, end_ms=end_ms))


def summarize(transcript: Transcript) -> str:
    """One line for the Step Functions console."""
    if not transcript.utterances:
        return "nobody was heard speaking"
    words = sum(item.kind == "word" for utterance in transcript.utterances for item in utterance.items)
    speakers = {utterance.speaker for utterance in transcript.utterances if utterance.speaker}
    by_whom = f" by {len(speakers)} speakers" if len(speakers) > 1 else ""
    until = timecode(max(utterance.end_ms for utterance in transcript.utterances))
    count = len(transcript.utterances)
    return (
        f"{words} words in {count} utterance{'s' if count != 1 else ''}{by_whom} until {until},"
        f" {transcript.language_code}"
    )
