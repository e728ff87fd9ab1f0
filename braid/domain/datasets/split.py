"""Train, validation and test: classes alike in each, and nothing that belongs together parted."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["SplitItem", "draw", "split"]


@dataclass(frozen=True)
class SplitItem:
    """One example: what it may share with others (content, source asset, near duplicates), and its class."""

    shared: tuple[str, ...]
    label: str = ""


def split(items: Sequence[SplitItem], shares: Mapping[str, float], *, seed: int = 0) -> list[str]:
    """The name of the part of each item, in order; ``shares`` by name, ``{"train": 0.8, "test": 0.2}``.

    Items that share anything, also through others, go together. Of each class, each part gets its share as
    closely as groups allow. The same items and seed give the same parts.
    Raises ``ValueError`` where the shares aren't positive or don't add up to 1.
    """
    if not shares or min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("shares are positive and add up to 1")
    group_of = _groups(items)
    members: dict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(group_of):
        members[group].append(index)
    by_label: dict[str, list[int]] = defaultdict(list)
    for group, indexes in members.items():
        counts = Counter(items[index].label for index in indexes)
        by_label[min(counts, key=lambda label: (-counts[label], label))].append(group)
    parts = [""] * len(items)
    for label in sorted(by_label):
        groups = sorted(by_label[label], key=lambda group: _rank(seed, items, members[group]))
        whole = sum(len(members[group]) for group in groups)
        given = dict.fromkeys(shares, 0)
        for group in groups:
            # Where most is missing: the first of those that are short by as much.
            part = max(shares, key=lambda name: shares[name] * whole - given[name])
            given[part] += len(members[group])
            for index in members[group]:
                parts[index] = part
    return parts


def draw(labels: Sequence[str], limit: int, *, seed: int = 0) -> list[int]:
    """Indexes of ``limit`` items, in order, each class by its share; all where there are no more."""
    if limit >= len(labels):
        return list(range(len(labels)))
    by_label: dict[str, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        by_label[label].append(index)
    exact = {label: limit * len(indexes) / len(labels) for label, indexes in by_label.items()}
    wanted = {label: int(share) for label, share in exact.items()}
    short = limit - sum(wanted.values())
    for label in sorted(exact, key=lambda label: (wanted[label] - exact[label], label))[:short]:
        wanted[label] += 1
    chosen = [
        index
        for label, indexes in by_label.items()
        for index in sorted(indexes, key=lambda index: _digest(seed, str(index)))[: wanted[label]]
    ]
    return sorted(chosen)


def _groups(items: Sequence[SplitItem]) -> list[int]:
    """For each item the smallest index of its group."""
    parent = list(range(len(items)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, item in enumerate(items):
        for name in item.shared:
            one, other = root(first.setdefault(name, index)), root(index)
            parent[max(one, other)] = min(one, other)
    return [root(index) for index in range(len(items))]


def _rank(seed: int, items: Sequence[SplitItem], indexes: Sequence[int]) -> bytes:
    names = sorted({name for index in indexes for name in items[index].shared})
    return _digest(seed, *(names or [str(indexes[0])]))


def _digest(seed: int, *names: str) -> bytes:
    return hashlib.blake2b("\0".join([str(seed), *names]).encode("utf-8", "replace"), digest_size=8).digest()
