"""The transcript out of finished jobs and what they wrote. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from braid.aws.transcribe.jobs import FinishedJob
from braid.aws.transcribe.output import HeardSpeech
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.evidence.transcript import ToxicSpeech, Transcript, Utterance
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.profile.sections.gates import Band
from braid.domain.profile.sections.speech import SpeechPlan
from braid.domain.span import timecode
from lambdas.transcription.missing_parts import missing_parts
from lambdas.transcription.utterances import utterances

__all__ = ["Recording", "build_transcript", "summarize"]

_ANY_CONFIDENCE = Band()
# Fewer words than these say little about all of them.
_MIN_WORDS = 10


@dataclass(frozen=True)
class Recording:
    """What a finished job heard in one recording, whose clock begins at ``start_ms`` of the asset's.

    ``asked`` is what was asked of the job. ``member`` is its name where the asset has several, else empty.
    """

    heard: HeardSpeech
    job: FinishedJob
    asked: SpeechPlan
    start_ms: int
    member: str = ""

    @property
    def language_code(self) -> str:
        """The output's language, else the job's.

        Raises ``InvalidServiceOutputError`` where neither names one.
        """
        language_code = self.heard.language_code or self.job.language_code
        if not language_code:
            raise InvalidServiceOutputError(f"transcribe: job {self.job.job_name} names no language")
        return language_code


def build_transcript(
    recordings: Sequence[Recording],
    usual_confidence: Band = _ANY_CONFIDENCE,
    *,
    duration_ms: int | None,
    missing: tuple[MissingOperation, ...] = (),
    usage: tuple[Usage, ...] = (),
) -> Transcript:
    """The whole ``transcript.json`` on the asset's clock; its language is that of the first recording
    in which somebody speaks.

    What was asked for and an output doesn't have is listed as missing; words of a mean confidence below
    the usual warn. Raises
    ``InvalidServiceOutputError`` where a recording has no language, or wasn't redacted as asked.
    """
    spoken = next((recording for recording in recordings if recording.heard.items), recordings[0])
    language_code = spoken.language_code
    said: list[Utterance] = []
    for recording in recordings:
        said += utterances(
            recording.heard.items,
            recording.language_code,
            main_language=language_code,
            member=recording.member,
            start_ms=recording.start_ms,
            first_number=len(said) + 1,
        )
    not_done = [
        part
        for recording in recordings
        for part in missing_parts(recording.asked, recording.heard, recording.member)
    ]
    return Transcript(
        language_code=language_code,
        utterances=tuple(said),
        duration_ms=duration_ms,
        missing=(*missing, *not_done),
        usage=usage,
        toxicity=tuple(stretch for recording in recordings for stretch in _toxicity(recording)),
        warnings=tuple(
            warning
            for recording in recordings
            for warning in _confidence_warnings(
                recording.heard, recording.language_code, usual_confidence, recording.member
            )
        ),
    )


def _toxicity(recording: Recording) -> Iterator[ToxicSpeech]:
    for stretch in recording.heard.toxicity:
        start_ms, end_ms = (
            max(0, at_ms + recording.start_ms) for at_ms in (stretch.start_ms, stretch.end_ms)
        )
        yield replace(stretch, start_ms=start_ms, end_ms=end_ms, member=recording.member)


def summarize(transcript: Transcript) -> str:
    """One line for the Step Functions console."""
    if not transcript.utterances:
        return "nobody was heard speaking"
    words = sum(item.kind == "word" for utterance in transcript.utterances for item in utterance.items)
    speakers = {(said.member, said.speaker) for said in transcript.utterances if said.speaker}
    members = {said.member for said in transcript.utterances}
    by_whom = f" by {len(speakers)} speakers" if len(speakers) > 1 else ""
    where = f" of {len(members)} recordings" if len(members) > 1 else ""
    until = timecode(max(utterance.end_ms for utterance in transcript.utterances))
    count = len(transcript.utterances)
    doubtful = ", doubtful" if transcript.warnings else ""
    return (
        f"{words} words in {count} utterance{'s' if count != 1 else ''}{by_whom}{where} until {until},"
        f" {transcript.language_code}{doubtful}"
    )


def _confidence_warnings(
    heard: HeardSpeech, language_code: str, usual: Band, member: str = ""
) -> Iterator[str]:
    """A warning where the words' mean confidence isn't ``usual``.

    A recogniser that listens for the wrong language finds words of its own all the same, and is unsure of
    them: confidence is the one thing in its output that shows it.
    """
    known = [
        heard_item.item.confidence
        for heard_item in heard.items
        if heard_item.item.kind == "word" and heard_item.item.confidence is not None
    ]
    if len(known) < _MIN_WORDS:
        return
    mean = sum(known) / len(known)
    if usual.judge(mean).side == "low":
        whose = f"the words of '{member}'" if member else "the words"
        yield (
            f"speech is doubtful: {whose} were heard with a mean confidence of {mean:.2f}; the language may"
            f" be another than {language_code}, or the recording poor"
        )
