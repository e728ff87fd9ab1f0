"""The voice behind the embedded Polly: pace, cost, and how much of it is understood."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import ENGINES
from benchmarks.rows import Row, at_least, at_most
from evaluation.voice import SENTENCES, VoiceMissingError, speak_all

__all__ = ["VOICE"]


def _measure() -> Sequence[Row]:
    rows = []
    for name, speed in (("its own", 1.0), ("a quarter faster", 1.25)):
        try:
            spoken = speak_all(speed)
        except VoiceMissingError as error:
            raise UnmeasurableError(str(error)) from error
        rows += [
            Row(name, "words", spoken.words / spoken.speech_seconds * 60, "a minute"),
            Row(
                name,
                "processor time",
                spoken.processor_seconds / spoken.speech_seconds,
                "s a second of speech",
                at_most(0.1),
            ),
            Row(name, "words heard again", spoken.heard / spoken.words, "share", at_least(0.7)),
        ]
    return rows


VOICE = Benchmark(
    name="voice",
    page=ENGINES,
    title="The voice (Polly's SynthesizeSpeech)",
    about=(
        f"{len(SENTENCES)} lines of an audio description, spoken one by one and put to the speech engine that"
        " is in use here; a word counts as heard where it comes back in order. English alone is spoken, by"
        " one voice, whichever of Polly's English voices is asked for; other languages, speech marks, and the"
        " long-form and generative engines are refused. How natural it sounds isn't measured."
    ),
    subject="Pace",
    measure=_measure,
)
