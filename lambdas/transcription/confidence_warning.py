"""Whether a transcript may be of another language than it says. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from braid.aws.transcribe_output import HeardSpeech
from braid.domain.profile.sections.gates import Band

__all__ = ["confidence_warnings"]

# Fewer words than these say little about all of them.
_MIN_WORDS = 10


def confidence_warnings(
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
