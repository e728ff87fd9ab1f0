"""Which texts a model is given to compare voices by meaning: few, and only where it may matter."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.compare.agreement import shared_content
from lambdas.fusion.compare.calibration import redundancy_probability
from lambdas.fusion.prepare import Prepared
from lambdas.fusion.semantic.compare import YARDSTICK
from lambdas.fusion.semantic.phrases import Phrases

__all__ = ["Wanted", "texts_to_embed"]


@dataclass(frozen=True)
class Wanted:
    """The texts, and how many of the comparisons by meaning they are enough for."""

    texts: tuple[str, ...]
    pair_count: int
    of_pairs: int


def texts_to_embed(prepared: Prepared, thresholds: Thresholds) -> Wanted:
    """The phrases of voices that meet without repeating each other's words, and the yardstick's.

    At most ``thresholds.max_embedded_texts`` of the asset's own: where there are more, whole pairs of voices
    are taken, spread over the asset. None at all where no two voices are to be compared by meaning.
    """
    phrases = Phrases(prepared.given.language)
    pairs: list[dict[str, None]] = []
    for draft, _, compared in prepared.compared():
        for one, other in compared:
            if one.tells_nothing or other.tells_nothing:
                continue
            content, _ = shared_content(one, other, prepared.weights)
            if redundancy_probability(content) >= thresholds.redundant_from:
                continue
            ours, theirs = (phrases.of(voice, draft.span) for voice in (one, other))
            if ours and theirs:
                pairs.append(dict.fromkeys(phrase.text for phrase in (*ours, *theirs)))
    chosen: dict[str, None] = {}
    pair_count = 0
    for index in sorted(range(len(pairs)), key=_spread):
        more = pairs[index].keys() - chosen.keys()
        if len(chosen) + len(more) <= thresholds.max_embedded_texts:
            chosen.update(pairs[index])
            pair_count += 1
    texts = tuple(dict.fromkeys((*YARDSTICK, *chosen))) if chosen else ()
    return Wanted(texts, pair_count, len(pairs))


def _spread(index: int) -> tuple[int, int]:
    """Orders 0, 1, 2, … so that any beginning lies spread over the whole (van der Corput 1935)."""
    return int(f"{index:032b}"[::-1], 2), index
