"""Real passages to make claims from: transcripts, documents, read pages and posts below a folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from braid.text.languages import guess_language

__all__ = ["Passage", "read_passages"]

_SENTENCE = re.compile(r"(?<=[.!?])[\"”']?\s+(?=[\"“']?[A-Z0-9])")
_PLACEHOLDERS = re.compile(r"lorem|ipsum|dolor|text without a meaning|huardest|nonummy", re.IGNORECASE)
_MIN_WORDS = 7
_MAX_WORDS = 45
_SENTENCES_A_PASSAGE = 3


@dataclass(frozen=True)
class Passage:
    """A few neighbouring sentences of one document. ``is_held_out``: no threshold was chosen by it."""

    document: str
    sentences: tuple[str, ...]
    is_held_out: bool

    @property
    def text(self) -> str:
        """The passage as evidence has it."""
        return " ".join(self.sentences)


def read_passages(folder: Path) -> list[Passage]:
    """English passages in a fixed order; each document is on one side of the split, by its hash."""
    found = []
    for document, text in _documents(folder):
        sentences = [each for each in _SENTENCE.split(" ".join(text.split())) if _is_usable(each)]
        is_held_out = hashlib.sha256(document.encode()).digest()[0] % 2 == 1
        for begin in range(0, len(sentences), _SENTENCES_A_PASSAGE):
            part = tuple(sentences[begin : begin + _SENTENCES_A_PASSAGE])
            if guess_language(part) == "en":
                found.append(Passage(document, part, is_held_out))
    return found


def _is_usable(sentence: str) -> bool:
    count = len(sentence.split())
    letters = sum(character.isalpha() or character.isspace() for character in sentence)
    return (
        _MIN_WORDS <= count <= _MAX_WORDS
        and letters > 0.85 * len(sentence)
        and sentence.rstrip("\"”'").endswith((".", "!"))
        and not _PLACEHOLDERS.search(sentence)
    )


def _documents(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each document."""
    for path in sorted((folder / "media-document").rglob("*.pdf")):
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            continue  # protected by a password
        yield path.name, " ".join(page.get_textpage().get_text_range() for page in document)
    for path in sorted((folder / "media-image-ocr").rglob("*.txt")):
        yield path.name, path.read_text("utf-8", errors="replace")
    for path in sorted((folder / "aws-transcribe").rglob("01-plain.json")):
        yield path.name, json.loads(path.read_bytes())["results"]["transcripts"][0]["transcript"]
    for path in sorted((folder / "moderation").rglob("samples-1680.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                yield f"{path.name}:{number}", json.loads(line)["prompt"]
