"""Word error rates: how many words must be changed, added or taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Alignment", "align", "word_error_rate"]


@dataclass(frozen=True)
class Alignment:
    """``edits`` turn what was heard into what was said; ``wrong`` are the heard words that take part."""

    edits: int
    wrong: frozenset[int]


def word_error_rate(heard: Sequence[str], said: Sequence[str]) -> float:
    """Edits per said word (Levenshtein 1966); above 1 where much was invented.

    Raises ``ValueError`` where nothing was said.
    """
    if not said:
        raise ValueError("nothing was said, so there is no rate")
    return align(heard, said).edits / len(said)


def align(heard: Sequence[str], said: Sequence[str], *, parted_alike: bool = False) -> Alignment:
    """The least edits. ``parted_alike``: words that differ only in where they are parted are the same."""
    # best[i][j]: edits for the first i heard and j said words, and the step that led there.
    best: list[list[tuple[int, tuple[int, int]]]] = [[(j, (0, 1)) for j in range(len(said) + 1)]]
    for i in range(1, len(heard) + 1):
        row: list[tuple[int, tuple[int, int]]] = [(i, (1, 0))]
        for j in range(1, len(said) + 1):
            options = [
                (best[i - 1][j - 1][0] + (heard[i - 1] != said[j - 1]), (1, 1)),
                (best[i - 1][j][0] + 1, (1, 0)),
                (row[j - 1][0] + 1, (0, 1)),
            ]
            if parted_alike and i > 1 and heard[i - 2] + heard[i - 1] == said[j - 1]:
                options.append((best[i - 2][j - 1][0], (2, 1)))
            if parted_alike and j > 1 and said[j - 2] + said[j - 1] == heard[i - 1]:
                options.append((best[i - 1][j - 2][0], (1, 2)))
            row.append(min(options))
        best.append(row)
    wrong: set[int] = set()
    i, j = len(heard), len(said)
    while i or j:
        down, right = best[i][j][1]
        if (down, right) == (1, 0) or ((down, right) == (1, 1) and heard[i - 1] != said[j - 1]):
            wrong.add(i - 1)
        i, j = i - down, j - right
    return Alignment(best[-1][-1][0], frozenset(wrong))
