"""One side of a comparison: all that one modality (in a bundle: of one member) says in one stretch."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from braid.domain.asset.asset import Modality
from braid.domain.evidence.citation import voice
from braid.domain.span import Span
from braid.text.attributes.mentions import ColorMention, Negation, TraitMention
from braid.text.numbers.quantities import Quantity
from lambdas.fusion.observe.parsing import Statement

__all__ = ["Numbers", "Side", "sides"]

# A passage is where it is a given transcript's; others have no time.
_SPOKEN_OVER_TIME = ("utterance", "cue", "passage")


@dataclass
class Side:
    """The statements of one voice in one stretch, and what they hold there.

    ``terms`` maps each term to the statements that use it, in order; ``name`` is how people call the side,
    ``weight`` what its terms weigh together once somebody asked.
    """

    modality: Modality
    member: str
    statements: list[Statement] = field(default_factory=list)
    terms: dict[str, list[Statement]] = field(default_factory=dict)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    quantities: list[tuple[Quantity, Statement]] = field(default_factory=list)
    negations: list[tuple[Negation, Statement]] = field(default_factory=list)
    colors: list[tuple[ColorMention, Statement]] = field(default_factory=list)
    traits: list[tuple[TraitMention, Statement]] = field(default_factory=list)
    shown_colors: dict[str, tuple[float, Statement]] = field(default_factory=dict)
    weight: float | None = None

    @property
    def name(self) -> str:
        """The side's name for people, as citations call it."""
        is_captions = all(statement.observation.kind == "cue" for statement in self.statements)
        return voice(self.modality, self.member, is_captions=is_captions)

    def add(self, statement: Statement, span: Span) -> None:
        """Takes in what of ``statement`` lies in ``span``."""
        self.statements.append(statement)
        begin, end = _within(statement, span)
        previous = ""
        for term in statement.terms[begin:end]:
            users = self.terms.setdefault(term, [])
            if not users or users[-1] is not statement:
                users.append(statement)
            if previous:
                self.pairs.add((previous, term))
            previous = term
        # Most statements have none of these: asking first is half of the time of adding a label.
        if statement.quantities:
            self.quantities += [
                (it, statement) for it in statement.quantities if _holds(statement, it.at_ms, span)
            ]
        if statement.negations:
            self.negations += [
                (it, statement) for it in statement.negations if _holds(statement, it.at_ms, span)
            ]
        if statement.colors:
            self.colors += [(it, statement) for it in statement.colors if _holds(statement, it.at_ms, span)]
        if statement.traits:
            self.traits += [(it, statement) for it in statement.traits if _holds(statement, it.at_ms, span)]
        for name, share in statement.shown_colors:
            if share > self.shown_colors.get(name, (0.0, statement))[0]:
                self.shown_colors[name] = (share, statement)


def _within(statement: Statement, span: Span) -> tuple[int, int]:
    """Which terms of the statement lie in ``span``: an utterance may run over several shots."""
    own = statement.observation.span
    is_whole = (
        span.start_ms is None
        or span.end_ms is None
        or own.start_ms is None
        or own.end_ms is None
        or (own.start_ms >= span.start_ms and own.end_ms <= span.end_ms)
        or statement.observation.kind not in _SPOKEN_OVER_TIME
    )
    if is_whole or span.start_ms is None or span.end_ms is None:
        return 0, len(statement.terms)
    return bisect_left(statement.times, span.start_ms), bisect_left(statement.times, span.end_ms)


def _holds(statement: Statement, at_ms: int | None, span: Span) -> bool:
    """Whether what was said at ``at_ms`` lies in ``span``; what is shown does as long as it is shown."""
    if at_ms is None or span.start_ms is None or span.end_ms is None:
        return True
    if statement.observation.kind not in _SPOKEN_OVER_TIME:
        return True
    return span.start_ms <= at_ms < span.end_ms


def sides(statements: Iterable[Statement], span: Span, *, by_member: bool) -> list[Side]:
    """The sides of a stretch; in a bundle each member is one of its own. In a stable order."""
    found: dict[tuple[str, str], Side] = {}
    for statement in statements:
        observation = statement.observation
        member = observation.member if by_member else ""
        key = (member, str(observation.modality))
        if key not in found:
            found[key] = Side(observation.modality, member)
        found[key].add(statement, span)
    return [found[key] for key in sorted(found)]


class Numbers:
    """Every number of the asset by who names it, to find what a side says a little earlier or later."""

    def __init__(self, statements: Iterable[Statement], *, by_member: bool) -> None:
        named: dict[tuple[str, str], list[tuple[int, Quantity]]] = {}
        for statement in statements:
            observation = statement.observation
            key = (observation.member if by_member else "", str(observation.modality))
            for quantity in statement.quantities:
                named.setdefault(key, []).append((quantity.at_ms or 0, quantity))
        self._named = {key: sorted(found, key=lambda pair: pair[0]) for key, found in named.items()}
        self._starts = {key: [at_ms for at_ms, _ in found] for key, found in self._named.items()}

    def near(self, side: Side, span: Span, nearby_ms: int) -> Iterable[Quantity]:
        """The quantities that ``side`` names within ``nearby_ms`` of ``span``; off the clock, all."""
        key = (side.member, str(side.modality))
        named = self._named.get(key, [])
        if span.start_ms is not None and span.end_ms is not None:
            begin = bisect_left(self._starts.get(key, []), span.start_ms - nearby_ms)
            named = named[begin : bisect_left(self._starts.get(key, []), span.end_ms + nearby_ms)]
        return (quantity for _, quantity in named)
