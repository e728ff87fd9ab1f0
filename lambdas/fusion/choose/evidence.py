"""What the answer may cite: the most telling observations under a token budget, over the whole length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from braid.domain.evidence.citation import voice
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Agreement, AgreementKind
from braid.domain.tokens import estimate_tokens
from braid.text.term_weights import TermWeights
from lambdas.fusion.choose.tenths import Tenth, Tenths
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["Choice", "choose_evidence"]

# A JSON line's members beside the text: ids, span, kind, confidence.
_LINE_TOKENS = 45
_MAX_TEXT_CHARACTERS = 1_000
# A piece that alone keeps a tenth covered may be cut down to so little, but not further.
_MIN_TEXT_CHARACTERS = 60
_CONTRADICTION_SHARE = 0.3
_WORDLESS_SHARE = 0.4
_COUNTED_KINDS = ("label", "faces", "color")
# Said again where it was already chosen: only if there is room at the end.
_REPEATED_FROM = 0.8
_CONFIRMED_BONUS = 1.2
# What has no words to weigh counts as so many average words.
_WORDLESS = {"moderation": 6.0, "toxicity": 6.0, "description": 4.0, "faces": 1.5, "color": 1.0, "label": 1.0}
_SENTENCE_END = re.compile(r"[.!?…](?:\s|$)|\n|(?<=[。！？])")


@dataclass
class _Candidate:
    """An observation that may be chosen. ``bins`` are the tenths that it reaches, ``text`` is shown."""

    observation: Observation
    terms: frozenset[str]
    value: float
    cost: int
    bins: tuple[Tenth, ...]
    text: str
    reason: str = ""

    def cut_to(self, tokens: int) -> None:
        """Shows less of the text, so that it costs at most so many tokens; never less than a few words."""
        characters = len(self.text)
        while self.cost > tokens and characters > _MIN_TEXT_CHARACTERS:
            characters = max(_MIN_TEXT_CHARACTERS, characters * 2 // 3)
            self.text = _shortened(self.observation.text, characters)
            self.cost = _LINE_TOKENS + estimate_tokens(self.text)


@dataclass(frozen=True)
class Choice:
    """The chosen evidence in order, what it costs, and how many tenths it touches of those with content."""

    evidence: tuple[Evidence, ...]
    tokens: int
    covered_tenths: int
    filled_tenths: int


@dataclass
class _Basket:
    """What has been chosen so far."""

    budget: int
    tokens: int = 0
    wordless_tokens: int = 0
    chosen: dict[str, _Candidate] = field(default_factory=dict)
    terms: dict[Tenth, set[str]] = field(default_factory=dict)

    def take(self, candidate: _Candidate, reason: str) -> bool:
        """Takes the candidate if it fits and is new; true if it is in the basket now."""
        name = candidate.observation.observation_id
        if name in self.chosen:
            return True
        if self.tokens + candidate.cost > self.budget:
            return False
        candidate.reason = reason
        self.chosen[name] = candidate
        self.tokens += candidate.cost
        if candidate.observation.kind in _COUNTED_KINDS:
            self.wordless_tokens += candidate.cost
        for place in candidate.bins:
            self.terms.setdefault(place, set()).update(candidate.terms)
        return True

    def is_crowded(self, candidate: _Candidate) -> bool:
        """Whether it is one label too many: there are hundreds, and each costs as much as a sentence."""
        limit = _WORDLESS_SHARE * self.budget
        return candidate.observation.kind in _COUNTED_KINDS and self.wordless_tokens + candidate.cost > limit

    def repeats(self, candidate: _Candidate, weights: TermWeights) -> bool:
        """Whether nearly all that the candidate says was chosen in its tenth already."""
        if not candidate.terms:
            return False
        known = self.terms.get(candidate.bins[0], set())
        return weights.total(candidate.terms & known) >= _REPEATED_FROM * weights.total(candidate.terms)


def choose_evidence(
    observations: Sequence[ParsedObservation],
    agreements: Iterable[Agreement],
    weights: TermWeights,
    duration_ms: int | None,
    budget_tokens: int,
) -> Choice:
    """Chooses evidence for at most ``budget_tokens``, in the order of ``observations``.

    First both sides of every contradiction (up to 30 % of the budget); then, tenth by tenth of the asset's
    length, the most telling observation of each modality; then the next most telling of each tenth in turn,
    new words before repeated ones. So a long beginning can't crowd out the end.
    """
    tenths = Tenths([parsed.observation.span for parsed in observations], duration_ms)
    candidates = _candidates(observations, agreements, weights, tenths)
    basket = _Basket(budget_tokens)
    _take_contradictions(basket, candidates, agreements)
    queues = _queues(candidates.values())
    _take_first(basket, {**_reaching(candidates.values(), queues), **queues}, tenths)
    _take_each_modality(basket, queues, tenths)
    repeated = _take_in_turn(basket, queues, weights, tenths)
    for candidate in repeated:
        basket.take(candidate, "confirms what other evidence says")
    filled = {place for candidate in candidates.values() for place in candidate.bins}
    covered = {place for candidate in basket.chosen.values() for place in candidate.bins}
    evidence = tuple(_evidence(candidate) for name, candidate in candidates.items() if name in basket.chosen)
    return Choice(evidence, basket.tokens, len(covered), len(filled))


def _candidates(
    observations: Sequence[ParsedObservation],
    agreements: Iterable[Agreement],
    weights: TermWeights,
    tenths: Tenths,
) -> dict[str, _Candidate]:
    confirmed = {
        name
        for agreement in agreements
        if agreement.kind is AgreementKind.REDUNDANT
        for name in agreement.observation_ids
    }
    candidates = {}
    for parsed in observations:
        observation = parsed.observation
        name = observation.observation_id
        terms = frozenset(parsed.terms)
        value = weights.total(terms) + _WORDLESS.get(observation.kind, 0.0)
        value *= observation.confidence * (_CONFIRMED_BONUS if name in confirmed else 1.0)
        text = _shortened(observation.text, _MAX_TEXT_CHARACTERS)
        cost = _LINE_TOKENS + estimate_tokens(text)
        candidates[name] = _Candidate(observation, terms, value, cost, tenths.of(observation), text)
    return candidates


def _take_contradictions(
    basket: _Basket, candidates: dict[str, _Candidate], agreements: Iterable[Agreement]
) -> None:
    points = [point for point in agreements if point.kind is AgreementKind.CONTRADICTORY]
    for point in sorted(points, key=lambda point: -point.strength):
        both = [candidates[name] for name in point.observation_ids]
        cost = sum(candidate.cost for candidate in both)
        if basket.tokens + cost <= _CONTRADICTION_SHARE * basket.budget:
            for candidate in both:
                basket.take(candidate, f"contradiction: {point.reason}")


def _queues(candidates: Iterable[_Candidate]) -> dict[Tenth, list[_Candidate]]:
    """Per tenth the candidates that lie in it, the most telling for their length last."""
    queues: dict[Tenth, list[_Candidate]] = {}
    for candidate in candidates:
        queues.setdefault(candidate.bins[0], []).append(candidate)
    for queue in queues.values():
        queue.sort(key=lambda item: (item.value / item.cost**0.5, item.observation.observation_id))
    return dict(sorted(queues.items()))


def _reaching(
    candidates: Iterable[_Candidate], queues: Mapping[Tenth, object]
) -> dict[Tenth, list[_Candidate]]:
    """For tenths that no candidate has its middle in, those that reach into it."""
    reaching: dict[Tenth, list[_Candidate]] = {}
    for candidate in candidates:
        for place in candidate.bins[1:]:
            if place not in queues:
                reaching.setdefault(place, []).append(candidate)
    return reaching


def _take_first(basket: _Basket, queues: dict[Tenth, list[_Candidate]], tenths: Tenths) -> None:
    """Of each tenth the most telling that fits its share of the budget; else the shortest, cut if need be."""
    for number, (place, queue) in enumerate(sorted(queues.items())):
        if any(place in candidate.bins for candidate in basket.chosen.values()):
            continue
        share = (basket.budget - basket.tokens) // (len(queues) - number)
        fitting = next((candidate for candidate in reversed(queue) if candidate.cost <= share), None)
        if fitting is not None:
            basket.take(fitting, f"most telling of {tenths.called(place)}")
        else:
            shortest = min(queue, key=lambda item: item.cost)
            shortest.cut_to(share)
            basket.take(shortest, f"keeps {tenths.called(place)} covered")


def _take_each_modality(basket: _Basket, queues: dict[Tenth, list[_Candidate]], tenths: Tenths) -> None:
    """The most telling of each modality in each tenth; all tenths get a second before any gets a third."""
    best: list[tuple[int, Tenth, _Candidate]] = []
    for place, queue in queues.items():
        seen: set[str] = set()
        for candidate in reversed(queue):
            modality = str(candidate.observation.modality)
            if modality not in seen:
                best.append((len(seen), place, candidate))
                seen.add(modality)
    for _, place, candidate in sorted(best, key=lambda item: item[:2]):
        what = f"most telling {voice(candidate.observation.modality)}"
        basket.take(candidate, f"{what} of {tenths.called(place)}")


def _take_in_turn(
    basket: _Basket, queues: dict[Tenth, list[_Candidate]], weights: TermWeights, tenths: Tenths
) -> list[_Candidate]:
    """One more of each tenth in turn until nothing fits; gives back what only repeats."""
    repeated: list[_Candidate] = []
    waiting = {place: list(queue) for place, queue in queues.items()}
    # Less than a line's own members leaves room for no other line.
    while waiting and basket.tokens + _LINE_TOKENS < basket.budget:
        for place in list(waiting):
            queue = waiting[place]
            while queue:
                candidate = queue.pop()
                if candidate.observation.observation_id in basket.chosen or basket.is_crowded(candidate):
                    continue
                if basket.repeats(candidate, weights):
                    repeated.append(candidate)
                elif basket.take(candidate, f"adds new words to {tenths.called(place)}"):
                    break
            if not queue:
                del waiting[place]
    return repeated


def _evidence(candidate: _Candidate) -> Evidence:
    observation = candidate.observation
    return Evidence(
        evidence_id=observation.observation_id,
        modality=observation.modality,
        kind=observation.kind,
        span=observation.span,
        text=candidate.text,
        confidence=round(observation.confidence, 4),
        source=observation.source,
        member=observation.member,
        reason=candidate.reason,
        speaker=observation.speaker,
    )


def _shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut behind a sentence where one ends in the second half."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit - 2)]
    cut = ends[-1] if ends and ends[-1] > limit // 2 else limit - 2
    return f"{text[:cut].rstrip()} …"
