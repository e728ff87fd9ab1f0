"""Chooses among statements by meaning (MiniLM): the central, the telling, the closest to a question."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from local.engines.text.embeddings import Vectors, embed
from local.engines.writing.statements import WITHOUT_SENTENCES, Statement, excerpt

__all__ = ["Corpus", "Moment", "is_label", "unit"]

_MOST_STATEMENTS = 240  # two or three seconds of encoding; more are thinned out evenly
_NEAR_DUPLICATE = 0.8
_SUPPORTS = 0.4  # cosine from which a spoken sentence is about the slide that is shown
_SUPPORT_MARGIN_MS = 2_000
_POOR_QUALITY = 0.4
_OPENING = 0.15
_SUBJECT = 0.6  # cosine to the whole from which an opening names its subject
_RELATED = 0.25  # cosine from which a statement has to do with a question


@dataclass(frozen=True)
class Moment:
    """A point worth going to: a title copied from its first statement, and what supports it."""

    title: str
    statements: tuple[Statement, ...]


class Corpus:
    """The statements of one request and their vectors. Choices are deterministic; ties go to the earlier."""

    def __init__(self, statements: list[Statement]) -> None:
        """Keeps at most 240 statements: the best of each stretch."""
        self.statements = _thinned(_without_repeats(statements))

    @cached_property
    def vectors(self) -> Vectors:
        """One unit vector a statement."""
        return embed([statement.text for statement in self.statements])

    @cached_property
    def centrality(self) -> Vectors:
        """How close each statement is to what all say, weighted by how well they read (cosine)."""
        weights = np.array([statement.quality + 0.05 for statement in self.statements], np.float32)
        return self.vectors @ unit(weights @ self.vectors)

    def central(self, fewest: int, most: int) -> list[Statement]:
        """The statements that together say most, in the order of the asset.

        They are spread over it, none says the same as another, and what is contradicted comes with what
        contradicts it.
        """
        usable = [index for index, statement in enumerate(self.statements) if not is_label(statement)]
        only_labels = not usable
        usable = usable or list(range(len(self.statements)))
        # A summary of something short is shorter than what it sums up.
        wanted = max(fewest, min(most, math.ceil((len(usable) + 2) / 3)))
        chosen: list[int] = []
        while len(chosen) < wanted:
            best = self._next_central(usable, chosen, required=only_labels or len(chosen) < max(1, fewest))
            if best is None:
                break
            chosen.append(best)
        kept = chosen[:1] + sorted(chosen[1:], key=self._place)
        return self._in_order(self._with_contradictions(kept, most))

    def _with_contradictions(self, chosen: list[int], most: int) -> list[int]:
        """Adds the other side of a statement that is contradicted; the last ones make room."""
        both: list[int] = []
        for index in chosen:
            if index in both:
                continue
            both.append(index)
            others = {name for piece in self.statements[index].pieces for name in piece.contradicted_by}
            sides = [at for at, each in enumerate(self.statements) if others.intersection(each.evidence_ids)]
            if sides and not set(sides) & set(both):
                both.append(max(sides, key=lambda at: float(self.vectors[index] @ self.vectors[at])))
        return both[:most]

    def _next_central(self, usable: list[int], chosen: list[int], *, required: bool) -> int | None:
        strips = max(1, math.ceil(len(usable) / 6))
        taken = {self._strip(index, strips) for index in chosen}
        best, best_score = None, -math.inf
        for index in usable:
            if index in chosen:
                continue
            statement = self.statements[index]
            likeness = self._likeness(index, chosen)
            poor = statement.quality < _POOR_QUALITY and not required
            if likeness >= _NEAR_DUPLICATE or poor:
                continue
            score = 0.6 * float(self.centrality[index]) + 0.5 * statement.quality - 0.3 * likeness
            score += 0.12 * (self._strip(index, strips) not in taken) - 0.15 * statement.is_heading
            # Who opens by naming the subject has said what all is about.
            score += _OPENING * (index == 0 and float(self.centrality[index]) >= _SUBJECT)
            if score > best_score + 1e-6:
                best, best_score = index, score
        return best

    def moments(self, fewest: int, most: int) -> list[Moment]:
        """Points spread over the asset: first each new heading, then what tells most."""
        usable = [index for index, statement in enumerate(self.statements) if not is_label(statement)]
        wanted = max(fewest, min(most, math.ceil(math.sqrt(2 * len(usable)))))
        headings: list[int] = []
        for index in usable:
            if self.statements[index].is_heading and self._likeness(index, headings) < _NEAR_DUPLICATE:
                headings.append(index)
        wanted = max(wanted, min(most, len(headings)))
        chosen = _evenly(headings, wanted)
        while len(chosen) < wanted:
            best = self._next_between(usable, chosen)
            if best is None:
                break
            chosen.append(best)
        chosen.sort(key=self._place)
        return [self._moment(index) for index in chosen]

    def _next_between(self, usable: list[int], chosen: list[int]) -> int | None:
        """The statement that is farthest from the chosen ones in time, and says most."""
        positions = [statement.position for statement in self.statements]
        length = max(positions) - min(positions) or 1
        best, best_score = None, 0.0
        for index in usable:
            statement = self.statements[index]
            if index in chosen or statement.quality < _POOR_QUALITY:
                continue
            likeness = self._likeness(index, chosen)
            if likeness >= _NEAR_DUPLICATE:
                continue
            distance = (
                min((abs(positions[index] - positions[other]) for other in chosen), default=length) / length
            )
            score = (
                0.4 * distance
                + 0.3 * float(self.centrality[index])
                + 0.3 * statement.quality
                - 0.3 * likeness
            )
            if score > best_score + 1e-6:
                best, best_score = index, score
        return best

    def _moment(self, index: int) -> Moment:
        statement = self.statements[index]
        support = self._support(index) if statement.is_heading else None
        return Moment(excerpt(statement.text), (statement, support) if support else (statement,))

    def _support(self, heading: int) -> Statement | None:
        """What is said or written on the same subject while the heading is in view."""
        anchor = self.statements[heading]
        best, best_likeness = None, _SUPPORTS
        for index, statement in enumerate(self.statements):
            if (
                index == heading
                or statement.is_heading
                or is_label(statement)
                or not _together(anchor, statement)
            ):
                continue
            likeness = float(self.vectors[heading] @ self.vectors[index])
            if likeness > best_likeness + 1e-6:
                best, best_likeness = statement, likeness
        return best

    def about(self, question: str, fewest: int, most: int) -> list[Statement]:
        """The statements closest to a question, in their order; none where nothing has to do with it."""
        if not self.statements:
            return []
        closeness = self.vectors @ embed([question])[0]
        chosen: list[int] = []
        for index in sorted(range(len(self.statements)), key=lambda index: (-float(closeness[index]), index)):
            if len(chosen) == most or float(closeness[index]) < _RELATED:
                break
            if self._likeness(index, chosen) < _NEAR_DUPLICATE:
                chosen.append(index)
        return self._in_order(chosen) if len(chosen) >= fewest else []

    def classify(self, labels: list[str]) -> list[float]:
        """How close the whole is to each label (cosine, half its centre and half its closest statement)."""
        named = embed(
            [f"This text is about {label.replace('_', ' ').replace('-', ' ')}." for label in labels]
        )
        centre = unit(self.vectors.mean(axis=0))
        closeness = 0.5 * (named @ centre) + 0.5 * (named @ self.vectors.T).max(axis=1)
        return [float(value) for value in closeness]

    def _likeness(self, index: int, others: list[int]) -> float:
        return max((float(self.vectors[index] @ self.vectors[other]) for other in others), default=0.0)

    def _strip(self, index: int, strips: int) -> int:
        return index * strips // len(self.statements)

    def _in_order(self, indices: list[int]) -> list[Statement]:
        return [self.statements[index] for index in sorted(indices, key=self._place)]

    def _place(self, index: int) -> tuple[int, int]:
        return self.statements[index].position, index


def unit(vector: Vectors) -> Vectors:
    """The vector at length one; a zero vector stays what it is."""
    scaled: Vectors = vector / np.float32(max(float(np.linalg.norm(vector)), 1e-9))
    return scaled


def is_label(statement: Statement) -> bool:
    """Whether it only names what is there (a label, a colour), without saying anything about it."""
    return statement.pieces[0].kind in WITHOUT_SENTENCES


def _together(one: Statement, other: Statement) -> bool:
    if one.start_ms is not None and other.start_ms is not None:
        one_end, other_end = one.end_ms or one.start_ms, other.end_ms or other.start_ms
        return (
            one.start_ms - _SUPPORT_MARGIN_MS <= other_end and other.start_ms <= one_end + _SUPPORT_MARGIN_MS
        )
    return one.page == other.page


def _without_repeats(statements: list[Statement]) -> list[Statement]:
    """The first of statements that say the same words: a slide is seen in several keyframes."""
    firsts: dict[str, Statement] = {}
    for statement in statements:
        key = " ".join(statement.text.casefold().split())
        firsts.setdefault(key, statement)
    return list(firsts.values())


def _thinned(statements: list[Statement]) -> list[Statement]:
    if len(statements) <= _MOST_STATEMENTS:
        return statements
    kept = []
    for strip in range(_MOST_STATEMENTS):
        begin = strip * len(statements) // _MOST_STATEMENTS
        end = (strip + 1) * len(statements) // _MOST_STATEMENTS
        kept.append(max(statements[begin:end], key=lambda statement: statement.quality))
    return kept


def _evenly(indices: list[int], most: int) -> list[int]:
    """At most so many of a list, evenly spread, the first included."""
    if len(indices) <= most:
        return list(indices)
    return [indices[step * len(indices) // most] for step in range(most)]
