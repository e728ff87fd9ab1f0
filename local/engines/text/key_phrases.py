"""Key phrases of an English text: runs of content words, ranked by their closeness to the whole (MiniLM)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from local.engines.text.closed_classes import FUNCTION_WORDS, NEVER_HEADS, VERBS
from local.engines.text.embeddings import embed
from local.engines.text.sentences import sentence_spans

__all__ = ["Phrase", "candidate_phrases", "key_phrases", "may_head"]

_TOKEN = re.compile(r"[^\W_]+(?:['’\-/&.+][^\W_]+)*[+#]*")
_ENDINGS_OF_DESCRIPTIONS = ("ly", "ous", "ful", "less", "able", "ible", "ional", "ical", "inual", "ular")
_MOST_WORDS = 4
_MOST_RANKED = 200
_MOST_SENTENCES = 60


@dataclass(frozen=True)
class Phrase:
    """A candidate where it stands: half-open character offsets."""

    text: str
    begin: int
    end: int

    @property
    def key(self) -> str:
        """What two mentions of the same phrase share."""
        return self.text.casefold()


def key_phrases(text: str) -> list[dict[str, Any]]:
    """Every mention of a key phrase in reading order: ``{"text", "begin", "end", "score"}``.

    Offsets count characters (code points), half-open. ``score`` (0 to 1) is half the cosine to the text's
    mean sentence plus a half: it ranks, it isn't a probability. A long text gives its 200 commonest.
    """
    mentions = candidate_phrases(text)
    if not mentions:
        return []
    counts = Counter(phrase.key for phrase in mentions)
    ranked = [key for key, _ in counts.most_common(_MOST_RANKED)]
    spans = sentence_spans(text)
    sampled = spans[:: max(1, len(spans) // _MOST_SENTENCES)][:_MOST_SENTENCES]
    vectors = embed([*ranked, *(text[begin:end] for begin, end in sampled)])
    centre = vectors[len(ranked) :].mean(axis=0)
    closeness = vectors[: len(ranked)] @ centre / max(float((centre @ centre) ** 0.5), 1e-9)
    scores = {
        key: min(1.0, 0.5 + 0.5 * max(0.0, float(cosine)))
        for key, cosine in zip(ranked, closeness, strict=True)
    }
    return [
        {"text": phrase.text, "begin": phrase.begin, "end": phrase.end, "score": scores[phrase.key]}
        for phrase in mentions
        if phrase.key in scores
    ]


def candidate_phrases(text: str) -> list[Phrase]:
    """Runs of one to four content words that may name a thing, in reading order."""
    phrases = []
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        word = token[0].casefold().replace("’", "'")
        if run and text[run[-1].end() : token.start()].strip(" \t"):
            phrases += _phrase(text, run)
            run = []
        # After a noun a word in -ed is what it did ("water rushed"), before one it describes it.
        is_past = bool(run) and len(word) > 4 and word.endswith("ed")
        if is_past or word in FUNCTION_WORDS or word in VERBS:
            phrases += _phrase(text, run)
            run = []
        else:
            run.append(token)
    return phrases + _phrase(text, run)


def _phrase(text: str, run: list[re.Match[str]]) -> list[Phrase]:
    """The phrase that a run of content words holds, or none."""
    run = run[-_MOST_WORDS:]
    while run and not may_head(run[-1][0]):
        run = run[:-1]
    while run and run[0][0].casefold().endswith("ly") and len(run) > 1:
        run = run[1:]
    if not run:
        return []
    begin, end = run[0].start(), run[-1].end()
    return [Phrase(text[begin:end], begin, end)]


def may_head(word: str) -> bool:
    """Whether a noun phrase may end in this word."""
    lowered = word.casefold()
    return (
        lowered not in NEVER_HEADS
        and len(lowered) > 1
        and not (len(lowered) > 5 and lowered.endswith(_ENDINGS_OF_DESCRIPTIONS))
        and any(character.isalpha() for character in lowered)
    )
