"""How well the local voice speaks: its pace, what it costs, and what the local recogniser hears of it."""

from __future__ import annotations

import difflib
import io
import re
import time
import wave
from dataclasses import dataclass

from local.engines.errors import EngineMissingError
from local.engines.speech import recognition as speech
from local.engines.speech import voice
from local.engines.speech.sound import decode

__all__ = ["SENTENCES", "Spoken", "VoiceMissingError", "speak_all"]

# Lines as an audio description has them, without numbers and names that may be spelt in several ways.
SENTENCES = (
    "A woman in a red coat opens the gate and walks slowly towards the old house.",
    "Two men carry a wooden table across the empty street.",
    "The sign on the door reads closed until Monday.",
    "Snow falls on the water while a small boat leaves.",
    "A hand turns the key, and the engine starts.",
    "Children run through the garden with paper lanterns.",
    "The map shows three villages north of the river.",
    "She pours tea into a blue cup and looks out of the window.",
    "The screen shows a chart, and sales rise from month to month.",
    "An old photograph hangs above the fireplace.",
    "He writes the date on the blackboard and sits down.",
    "The camera moves over rooftops towards the church tower.",
)
_RATE_HZ = 16_000


class VoiceMissingError(Exception):
    """Nothing speaks or hears on this machine; the message says what brings it."""


@dataclass(frozen=True)
class Spoken:
    """``SENTENCES``, spoken one by one: how many words, for how long, and at which processor time.

    ``heard`` of the words came back from the recogniser, in order.
    """

    words: int
    speech_seconds: float
    processor_seconds: float
    heard: int


def speak_all(speed: float = 1.0) -> Spoken:
    """Speaks all sentences at ``speed`` and listens to them. Raises ``VoiceMissingError``."""
    try:
        voice.speak("Loads the network.")
    except EngineMissingError as error:
        raise VoiceMissingError(str(error)) from error
    begin = time.process_time()
    sounds = [voice.speak(sentence, speed=speed, rate_hz=_RATE_HZ) for sentence in SENTENCES]
    processor_seconds = time.process_time() - begin
    words = [_words(sentence) for sentence in SENTENCES]
    heard = 0
    for said, sound in zip(words, sounds, strict=True):
        (speech_heard,) = speech.listen([decode(io.BytesIO(_wave(sound)))], languages=("en",)).channels
        found = _words(" ".join(word.text for word in speech_heard.words()))
        heard += sum(
            run.size for run in difflib.SequenceMatcher(None, said, found, False).get_matching_blocks()
        )
    return Spoken(
        sum(map(len, words)), sum(len(sound) / 2 / _RATE_HZ for sound in sounds), processor_seconds, heard
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def _wave(samples: bytes) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(samples)
    return target.getvalue()
