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

__all__ = ["SOURCES", "LabelledData", "LabelledText", "Published", "read_labelled"]


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
class Published:
    """How many texts a benchmark has, as those say who report figures on it."""

    harmless: int
    harmful: int

    def __str__(self) -> str:
        return (
            f"{self.harmless + self.harmful:,} texts ({self.harmless:,} harmless, {self.harmful:,} harmful)"
        )


@dataclass(frozen=True)
class Source:
    """Where a data set lies below the folder, how it is read, and what its label means."""

    path: str
    read: Callable[[Path], Iterator[LabelledText]]
    label: str
    published: Published | None = None


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


def _aegis(path: Path) -> Iterator[LabelledText]:
    """A list of objects. Prompts and answers are labelled each for itself; others aren't texts of the set."""
    for number, row in enumerate(json.loads(path.read_bytes()), 1):
        for label, text in (
            ("prompt_label", row["prompt"]),
            ("response_label", _exchange(row["prompt"], row.get("response"))),
        ):
            if row.get(label):
                yield LabelledText(f"{path.name}:{number}:{label}", text, row[label] == "unsafe")


def _wildguard(path: Path) -> Iterator[LabelledText]:
    """JSON lines, as ``datasets`` exports them; prompts and answers as above."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            for label, text in (
                ("prompt_harm_label", row["prompt"]),
                ("response_harm_label", _exchange(row["prompt"], row.get("response"))),
            ):
                if row.get(label):
                    yield LabelledText(f"{path.name}:{number}:{label}", text, row[label] == "harmful")


def _jigsaw(path: Path) -> Iterator[LabelledText]:
    """Texts, and their labels in the file beside; -1 is a text that was never scored."""
    with path.with_name("test_labels.csv").open(newline="", encoding="utf-8") as file:
        toxic = {row["id"]: row["toxic"] for row in csv.DictReader(file)}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if toxic.get(row["id"], "-1") != "-1":
                yield LabelledText(f"{path.name}:{row['id']}", row["comment_text"], toxic[row["id"]] == "1")


def _exchange(prompt: str, response: str | None) -> str:
    return f"Human: {prompt}\nModel: {response or ''}"


# The last three are benchmarks of others, of which nothing is shipped or fetched: whoever agreed to their
# terms puts the files there. Their counts are of the AWS blog, "Customizing text content moderation with
# Amazon Nova" (2025).
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
    "aegis-2": Source(
        "moderation/aegis-2/test.json",
        _aegis,
        "harmful: unsafe, prompts and answers each for itself",
        Published(harmless=1_324, harmful=1_453),
    ),
    "wildguardmix": Source(
        "moderation/wildguardmix/wildguardtest.jsonl",
        _wildguard,
        "harmful: harmful, prompts and answers each for itself",
        Published(harmless=2_370, harmful=1_038),
    ),
    "jigsaw-toxic": Source(
        "moderation/jigsaw-toxic/test.csv",
        _jigsaw,
        "harmful: toxic; what was never scored is left out",
        Published(harmless=57_888, harmful=6_090),
    ),
}


def read_labelled(folder: Path, name: str, *, sample: int, seed: int) -> LabelledData:
    """``sample`` texts of a source in ``SOURCES``, drawn by ``seed``, in the file's order; 0 takes all.

    Raises ``FileNotFoundError`` where the folder hasn't the file, and ``ValueError`` where the file has
    another number of texts than the benchmark that it should be, whose figures it would be compared with.
    """
    source = SOURCES[name]
    path = folder / source.path
    texts = list(source.read(path))
    if source.published is not None:
        harmful = sum(item.is_harmful for item in texts)
        found = Published(len(texts) - harmful, harmful)
        if found != source.published:
            raise ValueError(f"{path} has {found}; {name} has {source.published}")
    texts = [item for item in texts if item.text.strip()]
    chosen = texts
    if 0 < sample < len(texts):
        numbers = sorted(random.Random(seed).sample(range(len(texts)), sample))
        chosen = [texts[number] for number in numbers]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return LabelledData(source.path, digest, len(texts), tuple(chosen), source.label)
