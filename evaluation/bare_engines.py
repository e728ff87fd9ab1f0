"""The engines that an asset of its kind is put to, one after the other, with nothing around them."""

from __future__ import annotations

import time
from pathlib import Path

from local.engines.pictures import codes, explicit, faces, image_properties, labels, ocr
from local.engines.speech import recognition
from local.engines.text import embeddings, entities, key_phrases, language, pii, sentiment

__all__ = ["seconds_bare"]


def seconds_bare(path: Path) -> float:
    """How long a JPEG, or a recording, keeps the engines busy on the wall."""
    began = time.perf_counter()
    _read(_seen(path.read_bytes()) if path.suffix == ".jpg" else _heard(path))
    return time.perf_counter() - began


def _seen(body: bytes) -> str:
    text = " ".join(line.text for line in ocr.read_text(body).lines)
    for look in (
        *(faces.find_faces, ocr.find_text, codes.find_qr_codes, labels.find_labels),
        *(image_properties.measure, explicit.explicit_probability),
    ):
        look(body)
    return text


def _heard(path: Path) -> str:
    hearing = recognition.transcribe(path)
    return " ".join(word.text for channel in hearing.channels for word in channel.words())


def _read(text: str) -> None:
    if not text:
        return
    for look in (
        *(language.dominant_languages, entities.entities, key_phrases.key_phrases),
        *(sentiment.sentiment, pii.personal_data),
    ):
        look(text)
    embeddings.embed([text])
