"""Texts that people have labelled as harmful or not."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SOURCES", "LabelledData", "LabelledText", "read_labelled"]


@dataclass(frozen=True)
class LabelledText:
    """One text and whether it should be blocked, in the eyes of those who labelled it."""

    name: str
    text: str
    is_harmful: bool


@dataclass(frozen=True)
class LabelledData:
    """A sample of a file: ``total`` texts are in it, ``sha256`` says which file it was."""

    file: str
    sha256: str
    total: int
    texts: tuple[LabelledText, ...]
    label: str


@dataclass(frozen=True)
class Source:
    """Where a data set lies below the folder, how it is read, and what its label means."""

    path: str
    read: Callable[[Path], Iterator[LabelledText]]
    label: str


def _moderation_api_release(path: Path) -> Iterator[LabelledText]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            labels = json.loads(line)
            text = labels.pop("prompt")
            yield LabelledText(f"{path.name}:{number}", text, any(labels.values()))


def _hate_and_offense(path: Path) -> Iterator[LabelledText]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield LabelledText(f"{path.name}:{row['']}", row["tweet"], row["class"] in ("0", "1"))


SOURCES = {
    "moderation-api-release": Source(
        "moderation/moderation-api-release/samples-1680.jsonl.gz",
        _moderation_api_release,
        "harmful: any of sexual, hate, violence, harassment, self-harm; without a label counts as without",
    ),
    "davidson-hate-offensive": Source(
        "moderation/davidson-hate-offensive/labeled_data.every8th.csv",
        _hate_and_offense,
        "harmful: hate speech or offensive language, by the majority of its readers",
    ),
}


def read_labelled(folder: Path, name: str, *, sample: int, seed: int) -> LabelledData:
    """``sample`` texts of a source in ``SOURCES``, drawn by ``seed``, in the file's order; 0 takes all.

    Raises ``FileNotFoundError`` where the folder hasn't the file.
    """
    source = SOURCES[name]
    path = folder / source.path
    texts = [item for item in source.read(path) if item.text.strip()]
    chosen = texts
    if 0 < sample < len(texts):
        numbers = sorted(random.Random(seed).sample(range(len(texts)), sample))
        chosen = [texts[number] for number in numbers]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return LabelledData(source.path, digest, len(texts), tuple(chosen), source.label)
