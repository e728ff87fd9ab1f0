"""What was asked of a transcription job and isn't in its output. Pure.

The service can leave a part out without failing the job; then the transcript says that it lacks it.
"""

from __future__ import annotations

from collections.abc import Iterator

from braid.aws.transcribe.output import HeardSpeech
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.speech import SpeechPlan

__all__ = ["missing_parts"]


def missing_parts(plan: SpeechPlan, heard: HeardSpeech, member: str = "") -> Iterator[MissingOperation]:
    """Each option of ``plan`` that the output doesn't show, and members of it that nobody reads.

    Raises ``InvalidServiceOutputError`` where redaction was asked for and the output isn't redacted: a
    transcript with personal data is worse than none.
    """
    of_whom = f" of '{member}'" if member else ""
    if plan.redact_pii and not heard.is_redacted:
        raise InvalidServiceOutputError(f"transcribe: the output{of_whom} isn't redacted, as it should be")
    has_speakers = "speaker_labels" in heard.parts or any(item.speaker for item in heard.items)
    absent = {
        "ShowSpeakerLabels": bool(plan.max_speakers) and not has_speakers,
        "ChannelIdentification": plan.channels and "channel_labels" not in heard.parts,
        "IdentifyMultipleLanguages": plan.several_languages and "language_codes" not in heard.parts,
        "ToxicityDetection": plan.toxicity and "toxicity_detection" not in heard.parts,
    }
    for option, is_absent in absent.items():
        if is_absent:
            yield MissingOperation(
                f"transcribe:{option}", f"asked for, but missing from the job's output{of_whom}"
            )
    for name in heard.unread:
        yield MissingOperation(
            "transcribe:GetTranscriptionJob", f"the output's {name}{of_whom} isn't read by this version"
        )
