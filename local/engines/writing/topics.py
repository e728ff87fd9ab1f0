"""What evidence is about: phrases of it that are close to the whole, often named, and in headings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from local.engines.text.embeddings import Vectors, embed
from local.engines.text.key_phrases import candidate_phrases, may_head
from local.engines.writing.selection import Corpus, is_label, unit
from local.engines.writing.statements import Statement

__all__ = ["Topic", "find_topics"]

_MOST_PHRASES = 120
_SAME_TOPIC = 0.68  # cosine from which two phrases are variants of one
_MOST_CITED = 6


@dataclass(frozen=True)
class Topic:
    """A phrase of the evidence, as written there, and the statements that hold it."""

    name: str
    statements: tuple[Statement, ...]


def find_topics(corpus: Corpus, most: int) -> list[Topic]:
    """What it is about: phrases close to the whole and often named, none a variant of another."""
    mentions: dict[str, list[int]] = {}
    spellings: dict[str, Counter[str]] = {}
    for index, statement in enumerate(corpus.statements):
        if is_label(statement):
            continue
        for text in _names(statement.text):
            mentions.setdefault(_singular(text), []).append(index)
            spellings.setdefault(_singular(text), Counter())[text] += 1
    _drop_parts(mentions)
    common = sorted(mentions, key=lambda key: -len(set(mentions[key])))[:_MOST_PHRASES]
    if not common:
        return []
    vectors = embed(common)
    closeness = vectors @ unit(corpus.vectors.mean(axis=0))
    scores = [float(closeness[row]) + _weight(corpus, mentions[key], key) for row, key in enumerate(common)]
    chosen: list[int] = []
    for row in sorted(range(len(common)), key=lambda row: -scores[row]):
        if len(chosen) == most or scores[row] < 0.5 * max(scores):
            break
        if not any(_same_topic(common, vectors, row, other) for other in chosen):
            chosen.append(row)
    return [
        Topic(_best_spelling(spellings[common[row]]), _holders(corpus, mentions[common[row]]))
        for row in chosen
    ]


def _weight(corpus: Corpus, indices: list[int], key: str) -> float:
    """What speaks for a phrase beside its meaning: named often, in several modalities, in a heading."""
    holders = [corpus.statements[index] for index in set(indices)]
    modalities = {piece.modality for holder in holders for piece in holder.pieces}
    two_words = 1 < len(key.split()) < 4
    return (
        0.06 * min(4, len(holders))
        + 0.08 * (len(modalities) - 1)
        + 0.08 * any(holder.is_heading for holder in holders)
        + 0.06 * two_words
    )


def _holders(corpus: Corpus, indices: list[int]) -> tuple[Statement, ...]:
    return tuple(corpus.statements[index] for index in sorted(set(indices))[:_MOST_CITED])


def _names(text: str) -> list[str]:
    """Phrases that may name a topic, and the shorter names inside them."""
    names = []
    for phrase in candidate_phrases(text):
        parts = phrase.text.split()
        for begin in range(len(parts)):
            for end in range(begin + 1, len(parts) + 1):
                name = " ".join(parts[begin:end])
                if len(name) >= 3 and not parts[begin][0].isdecimal() and may_head(parts[end - 1]):
                    names.append(name)
    return names


def _singular(text: str) -> str:
    lowered = text.casefold()
    return lowered[:-1] if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")) else lowered


def _drop_parts(mentions: dict[str, list[int]]) -> None:
    """Of a phrase and a name inside it keeps the phrase, unless the name is used clearly more often."""
    counts = {key: len(set(indices)) for key, indices in mentions.items()}
    for key in list(counts):
        parts = key.split()
        inner = {
            " ".join(parts[begin:end])
            for begin in range(len(parts))
            for end in range(begin + 1, len(parts) + 1)
            if end - begin < len(parts)
        }
        for part in inner & counts.keys():
            mentions.pop(key if counts[part] >= counts[key] + 2 else part, None)


def _same_topic(keys: list[str], vectors: Vectors, one: int, other: int) -> bool:
    first, second = ({_singular(word) for word in key.split()} for key in (keys[one], keys[other]))
    return float(vectors[one] @ vectors[other]) >= _SAME_TOPIC or first <= second or second <= first


def _best_spelling(spellings: Counter[str]) -> str:
    """As a slide writes it, not as speech recognition spells it: with capitals where anybody used them."""
    return max(spellings, key=lambda text: (text != text.lower() and not text.isupper(), spellings[text]))
