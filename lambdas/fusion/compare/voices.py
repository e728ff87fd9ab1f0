"""Who speaks in a segment: all that one modality (in a bundle: of one member) says there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from braid.domain.asset.asset import Modality
from braid.domain.evidence.citation import voice
from braid.domain.span import Span
from braid.text.attributes.mentions import ColorMention, Negation, TraitMention
from braid.text.numbers.quantities import Quantity
from braid.text.term_weights import TermWeights
from lambdas.fusion.compare.row_index import RowIndex
from lambdas.fusion.observe.parsing import WORDED_KINDS, ParsedObservation

__all__ = ["Numbers", "Voice", "pairs", "voices"]

# A passage is where it is a given transcript's; others have no time.
_SPOKEN_OVER_TIME = ("utterance", "cue", "passage")


@dataclass
class Voice:
    """The observations of one source in one segment, and what they hold there.

    ``terms`` maps each term to the observations that use it, in order; ``name`` is how people call the voice;
    ``indexes`` are its observations by kind of what they say, made where somebody compares those.
    """

    modality: Modality
    member: str
    observations: list[ParsedObservation] = field(default_factory=list)
    terms: dict[str, list[ParsedObservation]] = field(default_factory=dict)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    quantities: list[tuple[Quantity, ParsedObservation]] = field(default_factory=list)
    negations: list[tuple[Negation, ParsedObservation]] = field(default_factory=list)
    colors: list[tuple[ColorMention, ParsedObservation]] = field(default_factory=list)
    traits: list[tuple[TraitMention, ParsedObservation]] = field(default_factory=list)
    shown_colors: dict[str, tuple[float, ParsedObservation]] = field(default_factory=dict)
    indexes: dict[tuple[str, ...], RowIndex] = field(default_factory=dict)
    _weight: float | None = None
    _name: str | None = None

    @property
    def name(self) -> str:
        """The voice's name for people, as citations call it; ask once all observations are in it."""
        if self._name is None:
            is_captions = all(parsed.observation.kind == "cue" for parsed in self.observations)
            self._name = voice(self.modality, self.member, is_captions=is_captions)
        return self._name

    @property
    def is_timed(self) -> bool:
        """Whether all of it lies on the clock."""
        return all(parsed.observation.span.is_timed for parsed in self.observations)

    @property
    def tells_nothing(self) -> bool:
        """Whether somebody speaks or writes, but only words without content: nothing to compare."""
        return not self.terms and any(parsed.observation.kind in WORDED_KINDS for parsed in self.observations)

    def weight(self, weights: TermWeights) -> float:
        """The summed weight of its terms, which is asked for once per other voice."""
        if self._weight is None:
            self._weight = weights.total(self.terms)
        return self._weight

    def add(self, parsed: ParsedObservation, span: Span) -> None:
        """Takes in what of ``parsed`` lies in ``span``."""
        self.observations.append(parsed)
        begin, end = _within(parsed, span)
        previous = ""
        for term in parsed.terms[begin:end]:
            users = self.terms.setdefault(term, [])
            if not users or users[-1] is not parsed:
                users.append(parsed)
            if previous:
                self.pairs.add((previous, term))
            previous = term
        # Most observations have none of these: asking first is half of the time of adding a label.
        if parsed.quantities:
            self.quantities += [(it, parsed) for it in parsed.quantities if _holds(parsed, it.at_ms, span)]
        if parsed.negations:
            self.negations += [(it, parsed) for it in parsed.negations if _holds(parsed, it.at_ms, span)]
        if parsed.colors:
            self.colors += [(it, parsed) for it in parsed.colors if _holds(parsed, it.at_ms, span)]
        if parsed.traits:
            self.traits += [(it, parsed) for it in parsed.traits if _holds(parsed, it.at_ms, span)]
        for name, share in parsed.shown_colors:
            if share > self.shown_colors.get(name, (0.0, parsed))[0]:
                self.shown_colors[name] = (share, parsed)


def _within(parsed: ParsedObservation, span: Span) -> tuple[int, int]:
    """Which terms of the observation lie in ``span``: an utterance may run over several shots."""
    own = parsed.observation.span
    is_whole = (
        span.start_ms is None
        or span.end_ms is None
        or own.start_ms is None
        or own.end_ms is None
        or (own.start_ms >= span.start_ms and own.end_ms <= span.end_ms)
        or parsed.observation.kind not in _SPOKEN_OVER_TIME
    )
    if is_whole or span.start_ms is None or span.end_ms is None:
        return 0, len(parsed.terms)
    return bisect_left(parsed.times, span.start_ms), bisect_left(parsed.times, span.end_ms)


def _holds(parsed: ParsedObservation, at_ms: int | None, span: Span) -> bool:
    """Whether what was said at ``at_ms`` lies in ``span``; what is shown does as long as it is shown."""
    if at_ms is None or span.start_ms is None or span.end_ms is None:
        return True
    if parsed.observation.kind not in _SPOKEN_OVER_TIME:
        return True
    return span.start_ms <= at_ms < span.end_ms


def voices(observations: Iterable[ParsedObservation], span: Span, *, by_member: bool) -> list[Voice]:
    """Who speaks in a segment; in a bundle each member speaks for itself. In a stable order."""
    found: dict[tuple[str, str], Voice] = {}
    for parsed in observations:
        observation = parsed.observation
        member = observation.member if by_member else ""
        key = (member, str(observation.modality))
        if key not in found:
            found[key] = Voice(observation.modality, member)
        found[key].add(parsed, span)
    return [found[key] for key in sorted(found)]


def pairs(present: Sequence[Voice], span: Span) -> list[tuple[Voice, Voice]]:
    """The voices of a segment that are held against each other.

    Two pictures aren't: two views of one thing need not show the same. Pages belong to one member.
    """
    return [
        (one, other)
        for index, one in enumerate(present)
        for other in present[index + 1 :]
        if (one.modality is not other.modality or one.modality is Modality.TEXT)
        and (span.page is None or one.member == other.member)
    ]


class Numbers:
    """Every number of the asset by who names it, to find what a voice says a little earlier or later."""

    def __init__(self, observations: Iterable[ParsedObservation], *, by_member: bool) -> None:
        named: dict[tuple[str, str], list[tuple[int, Quantity]]] = {}
        for parsed in observations:
            observation = parsed.observation
            key = (observation.member if by_member else "", str(observation.modality))
            for quantity in parsed.quantities:
                named.setdefault(key, []).append((quantity.at_ms or 0, quantity))
        self._named = {key: sorted(found, key=lambda pair: pair[0]) for key, found in named.items()}
        self._starts = {key: [at_ms for at_ms, _ in found] for key, found in self._named.items()}

    def near(self, speaker: Voice, span: Span, nearby_ms: int) -> list[Quantity]:
        """The quantities that ``speaker`` names within ``nearby_ms`` of ``span``; off the clock, all."""
        key = (speaker.member, str(speaker.modality))
        named = self._named.get(key, [])
        if span.start_ms is not None and span.end_ms is not None:
            begin = bisect_left(self._starts.get(key, []), span.start_ms - nearby_ms)
            named = named[begin : bisect_left(self._starts.get(key, []), span.end_ms + nearby_ms)]
        return [quantity for _, quantity in named]
