"""Sentiment of an English text: VADER's lexicon, and MiniLM's closeness to sentences that praise or complain.

The lexicon knows the words, the encoder knows what is said without them ("It stopped working after a day").
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from local.engines.text.embeddings import Vectors, embed
from local.engines.text.sentences import sentence_spans

__all__ = ["sentiment"]

_PRAISE = (
    "I love it and would recommend it to everyone.",
    "The service was excellent and the staff were friendly.",
    "It works perfectly and exceeded my expectations.",
    "We had a wonderful time and will come back.",
    "This is the best purchase I have made this year.",
    "The team did a fantastic job and delivered early.",
    "It solved my problem right away.",
    "I am very happy with the result.",
)
_COMPLAINT = (
    "I hate it and want my money back.",
    "The service was terrible and the staff were rude.",
    "It broke after two days and never worked again.",
    "We waited for hours and nobody helped us.",
    "This is a waste of money, stay away from it.",
    "The delivery was late and the box was damaged.",
    "It made my problem worse.",
    "I am very disappointed with the result.",
)
_PLAIN = (
    "The meeting takes place on Tuesday at ten.",
    "The report has twelve pages and three tables.",
    "Water boils at one hundred degrees.",
    "Open the settings and choose a language.",
    "The company was founded in the north of the country.",
    "The train leaves from platform four.",
    "He put the book on the table and went to the window.",
    "The function returns a list of numbers.",
)
_SHARPNESS = 12.0  # of the softmax over closeness to the three kinds
_LEXICON_SHARPNESS = 3.0
_LEXICON_SHARE = 0.55
_MIXED_LEVEL = 0.5  # how sure a sentence must be to count against one of the other kind


def sentiment(text: str) -> dict[str, Any]:
    """``{"sentiment", "positive", "negative", "neutral", "mixed"}``: the strongest kind and all four, sum 1.

    ``sentiment`` is POSITIVE, NEGATIVE, NEUTRAL or MIXED. A text is mixed where some of its sentences
    clearly praise and others clearly complain.
    """
    sentences = [text[begin:end] for begin, end in sentence_spans(text)]
    per_sentence = _LEXICON_SHARE * _by_lexicon(sentences) + (1 - _LEXICON_SHARE) * _by_closeness(sentences)
    lengths = np.array([len(sentence) ** 0.5 for sentence in sentences])
    positive, negative, neutral = (float(value) for value in lengths @ per_sentence / lengths.sum())
    strongest = per_sentence.max(axis=0)
    mixed = 0.0
    if strongest[0] > _MIXED_LEVEL and strongest[1] > _MIXED_LEVEL:
        mixed = float(min(strongest[0], strongest[1]))
    shares = {"positive": positive, "negative": negative, "neutral": neutral, "mixed": mixed}
    total = sum(shares.values())
    shares = {name: share / total for name, share in shares.items()}
    return {"sentiment": max(shares, key=lambda name: shares[name]).upper(), **shares}


def _by_lexicon(sentences: list[str]) -> Vectors:
    """VADER's compound (-1 to 1) as positive, negative, neutral: one row a sentence."""
    compounds = np.array(
        [_vader().polarity_scores(sentence)["compound"] for sentence in sentences], np.float32
    )
    logits: Vectors = np.stack([compounds, -compounds, np.float32(0.35) - np.abs(compounds)], axis=1)
    return _softmax(logits * np.float32(_LEXICON_SHARPNESS))


def _by_closeness(sentences: list[str]) -> Vectors:
    vectors = embed(sentences)
    closest: Vectors = np.stack(
        [np.sort(vectors @ kind.T, axis=1)[:, -3:].mean(axis=1) for kind in _prototypes()], axis=1
    )
    return _softmax(closest * np.float32(_SHARPNESS))


def _softmax(logits: Vectors) -> Vectors:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return shares


@cache
def _prototypes() -> tuple[Vectors, Vectors, Vectors]:
    return embed(_PRAISE), embed(_COMPLAINT), embed(_PLAIN)


@cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import (
        SentimentIntensityAnalyzer,
    )  # reads its lexicon: only when needed

    return SentimentIntensityAnalyzer()
