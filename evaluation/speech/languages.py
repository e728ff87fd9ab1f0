"""One sentence in many languages, spoken by espeak-ng: robotic, but its languages are known."""

from __future__ import annotations

import io
import shutil
import subprocess

import numpy as np

from evaluation.speech.recordings import Samples
from local.engines.speech import sound

__all__ = ["SENTENCES", "can_speak", "say_in"]

SENTENCES = {
    "de": "Der Zug nach München fährt heute von einem anderen Gleis ab, bitte achten Sie auf die Anzeigen.",
    "fr": "Le train pour Lyon partira aujourd'hui d'une autre voie, veuillez regarder les écrans.",
    "es": "El tren para Sevilla saldrá hoy desde otro andén, por favor miren las pantallas de la estación.",
    "it": "Il treno per Firenze partirà oggi da un altro binario, si prega di guardare gli schermi.",
    "pt": "O comboio para o Porto parte hoje de outra linha, por favor olhem para os ecrãs da estação.",
    "nl": "De trein naar Utrecht vertrekt vandaag van een ander spoor, let alstublieft op de borden.",
    "pl": "Pociąg do Krakowa odjedzie dzisiaj z innego toru, proszę patrzeć na tablice na stacji.",
    "sv": "Tåget till Uppsala avgår idag från ett annat spår, var vänlig och titta på skärmarna.",
    "ru": "Поезд в Казань сегодня отправится с другого пути, пожалуйста, смотрите на табло вокзала.",
    "tr": "Ankara treni bugün başka bir perondan kalkacak, lütfen istasyondaki ekranlara bakınız.",
    "fi": "Juna Tampereelle lähtee tänään toiselta raiteelta, olkaa hyvä ja katsokaa aseman näyttöjä.",
    "hu": "A debreceni vonat ma egy másik vágányról indul, kérjük, figyeljék az állomás kijelzőit.",
}


def can_speak() -> bool:
    """Whether espeak-ng is here."""
    return shutil.which("espeak-ng") is not None


def say_in(language: str) -> Samples:
    """The language's sentence, 16 kHz mono."""
    command = ["espeak-ng", "-v", language, "-s", "150", "--stdout", SENTENCES[language]]
    spoken = subprocess.run(command, capture_output=True, check=True).stdout
    decoded = sound.decode(io.BytesIO(spoken))
    return np.asarray(decoded.samples[:] / 32768, np.float32)
