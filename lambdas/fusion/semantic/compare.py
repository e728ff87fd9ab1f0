"""Whether two voices mean the same in other words, by vectors that a model gave their sentences.

Models spread their cosines differently: unrelated sentences have 0.1 with one and 0.7 with another. Every
model is therefore held against the same pairs of sentences first (``YARDSTICK``), and similarities are told
on that scale: 0 as between unrelated sentences, 1 as between paraphrases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from braid.domain.span import Span
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.semantic.phrases import Phrase, Phrases

__all__ = ["YARDSTICK", "Alike", "Meaning", "Vector", "can_tell_meaning"]

Vector = Sequence[float]

# Sentences and the same in other words; each sentence beside another one's paraphrase is unrelated.
_PARAPHRASES = (
    ("The train was two hours late.", "We arrived long after the timetable said."),
    ("She gave up smoking last year.", "It is a while since her last cigarette."),
    ("The museum costs nothing on Sundays.", "Free entry to the exhibition at weekends."),
    ("The soup is far too salty.", "Somebody over-seasoned the broth."),
    ("Their team won the final.", "Our rivals are the new champions."),
    ("The baby cried until dawn.", "The infant kept us awake all night."),
    ("This road is closed because of snow.", "Winter weather blocks the route."),
    ("The doctor told him to lose weight.", "His physician recommended a diet."),
    ("Rents in the capital keep climbing.", "Flats in the biggest city get more expensive."),
    ("The thief escaped through the cellar.", "The burglar fled by way of the basement."),
    ("Few students passed the exam.", "Most of the class failed the test."),
    ("The company hired a hundred people.", "The firm created many new jobs."),
)
YARDSTICK = tuple(text for pair in _PARAPHRASES for text in pair)
# A model that tells paraphrases from the rest by less than this can't be told anything by.
_MIN_SPREAD = 0.1
# A single sentence that is repeated outright says no more than a good paraphrase of it.
_MOST = 1.5


@dataclass(frozen=True)
class Alike:
    """How alike two voices are in meaning, and the two phrases that are most so."""

    similarity: float
    one: Phrase
    other: Phrase


class Meaning:
    """The vectors of an asset's phrases, by text, on the yardstick's scale."""

    def __init__(self, vectors: Mapping[str, Vector], phrases: Phrases) -> None:
        """``vectors`` are of unit length; those of ``YARDSTICK`` must be among them."""
        self._vectors = vectors
        self._phrases = phrases
        self._known: dict[tuple[str, str], float] = {}
        self._zero, self._one = _scale(vectors)

    def compare(self, one: Voice, other: Voice, span: Span) -> Alike | None:
        """How much of what the lesser voice says the other one says as well; None without all vectors.

        The mean over the lesser voice's phrases of the likest phrase that the other voice has (greedy
        matching as in BERTScore, Zhang et al. 2020), each weighing as much as it has terms.
        """
        ours, theirs = self._phrases.of(one, span), self._phrases.of(other, span)
        if self._one - self._zero < _MIN_SPREAD:
            return None
        if not ours or not theirs or any(it.text not in self._vectors for it in (*ours, *theirs)):
            return None
        if _size(ours) <= _size(theirs):
            return self._contained(ours, theirs)
        found = self._contained(theirs, ours)
        return Alike(found.similarity, found.other, found.one)

    def _contained(self, lesser: Sequence[Phrase], greater: Sequence[Phrase]) -> Alike:
        best = [
            max(((self._similarity(it, to), to) for to in greater), key=lambda pair: pair[0]) for it in lesser
        ]
        total = math.fsum(
            similarity * len(it.terms) for it, (similarity, _) in zip(lesser, best, strict=True)
        ) / _size(lesser)
        likest = max(range(len(lesser)), key=lambda at: best[at][0])
        return Alike(total, lesser[likest], best[likest][1])

    def _similarity(self, one: Phrase, other: Phrase) -> float:
        """How much of ``one`` the other phrase says: of shared words the words have told already."""
        if not one.may_be_said_by(other):
            return 0.0
        return self._scaled(one, other) * (1 - len(one.terms & other.terms) / len(one.terms))

    def _scaled(self, one: Phrase, other: Phrase) -> float:
        key = (one.text, other.text)
        if key not in self._known:
            cosine = _cosine(self._vectors[one.text], self._vectors[other.text])
            scaled = (cosine - self._zero) / (self._one - self._zero)
            self._known[key] = min(_MOST, max(0.0, scaled))
        return self._known[key]


def can_tell_meaning(vectors: Mapping[str, Vector]) -> bool:
    """Whether the model that gave ``vectors`` tells paraphrases from other sentences at all."""
    zero, one = _scale(vectors)
    return one - zero >= _MIN_SPREAD


def _scale(vectors: Mapping[str, Vector]) -> tuple[float, float]:
    """The model's mean cosine of unrelated sentences, and that of paraphrases."""
    same = [_cosine(vectors[one], vectors[other]) for one, other in _PARAPHRASES]
    apart = [
        _cosine(vectors[one], vectors[other])
        for at, (one, _) in enumerate(_PARAPHRASES)
        for _, other in (*_PARAPHRASES[:at], *_PARAPHRASES[at + 1 :])
    ]
    return math.fsum(apart) / len(apart), math.fsum(same) / len(same)


def _size(phrases: Sequence[Phrase]) -> int:
    return sum(len(phrase.terms) for phrase in phrases)


def _cosine(one: Vector, other: Vector) -> float:
    return float(sum(map(mul, one, other)))
