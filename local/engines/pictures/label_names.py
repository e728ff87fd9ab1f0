"""Which labels the picture classifier's thousand classes stand for, and what each label is a kind of.

``label_names.tsv``: a label, its nearest parent, Rekognition's category, aliases (``;`` between them) and the
numbers of the ImageNet classes that are it. Where two classes differ less than the classifier can tell
(notebook, laptop) they share a label. Classes that it falls back to for whatever it doesn't know (nematode,
web site, bubble), parts of pictures of paper and screens, and people have none: they are never named.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["CLASS_COUNT", "LabelName", "label_names"]

CLASS_COUNT = 1000
_TABLE = Path(__file__).with_name("label_names.tsv")


@dataclass(frozen=True)
class LabelName:
    """A label: all it is a kind of, nearest first, and the classes of itself and of its kinds."""

    name: str
    parents: tuple[str, ...]
    category: str
    aliases: tuple[str, ...]
    classes: tuple[int, ...]


@cache
def label_names() -> Mapping[str, LabelName]:
    """All labels by name."""
    with _TABLE.open(encoding="utf-8", newline="") as opened:
        rows = {row["name"]: row for row in csv.DictReader(opened, delimiter="\t")}
    parents = {name: _parents(name, rows) for name in rows}
    classes: dict[str, list[int]] = {name: [] for name in rows}
    for name, row in rows.items():
        for held_by in (name, *parents[name]):
            classes[held_by] += [int(number) for number in row["classes"].split()]
    return {
        name: LabelName(
            name,
            parents[name],
            row["category"],
            tuple(alias for alias in row["aliases"].split(";") if alias),
            tuple(sorted(classes[name])),
        )
        for name, row in rows.items()
    }


def _parents(name: str, rows: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    found: list[str] = []
    while name := rows[name]["parent"]:
        found.append(name)
    return tuple(found)
