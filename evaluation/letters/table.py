"""Which letter each of two indexes finds, as a table of 26 rows, and what it says of both models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from braid.domain.scores.comparison import Comparison, compare_right

__all__ = ["LetterTable", "caption_of", "letter_table"]


def caption_of(letter: str) -> str:
    """What a picture of a letter is called, and looked for by."""
    return f"The letter {letter.upper()} in sign language"


@dataclass(frozen=True)
class LetterTable:
    """A row for each letter: the letter, and the captions that base and tuned model found for it."""

    rows: tuple[tuple[str, str, str], ...]

    @property
    def comparison(self) -> Comparison:
        """The share of letters that are right, base against tuned, paired."""
        base, tuned = ([caption_of(row[0]) == row[side] for row in self.rows] for side in (1, 2))
        return compare_right(base, tuned)

    @property
    def right(self) -> tuple[int, int]:
        """How many letters base and tuned model found."""
        base, tuned = (sum(caption_of(row[0]) == row[side] for row in self.rows) for side in (1, 2))
        return base, tuned

    @property
    def wrong(self) -> tuple[str, ...]:
        """The letters that the tuned model missed."""
        return tuple(row[0].upper() for row in self.rows if caption_of(row[0]) != row[2])

    def __str__(self) -> str:
        width = max([len(row[1]) for row in self.rows] + [len("Base Result")])
        lines = [f"Letter  {'Base Result'.ljust(width)}  Fine-tuned Result"]
        lines += [f"{letter.upper():<6}  {base.ljust(width)}  {tuned}" for letter, base, tuned in self.rows]
        base, tuned = self.right
        total = len(self.rows)
        lines.append(
            f"precision: base {base}/{total} = {base / total:.4f},"
            f" tuned {tuned}/{total} = {tuned / total:.4f};"
            f" the tuned model misses {' '.join(self.wrong) or 'none'}"
        )
        return "\n".join(lines)


def letter_table(letters: Sequence[str], base: Mapping[str, str], tuned: Mapping[str, str]) -> LetterTable:
    """The table of what each index found, by letter; nothing found is an empty caption."""
    return LetterTable(tuple((letter, base.get(letter, ""), tuned.get(letter, "")) for letter in letters))
