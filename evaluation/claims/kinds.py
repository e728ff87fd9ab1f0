"""Claims of each kind, made from passages: true ones, paraphrases, and four kinds of wrong ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from braid.text.attributes.negation import is_negator, read_clauses
from braid.text.languages import FUNCTION_WORDS
from braid.text.names import names_in
from braid.text.numbers.number_words import NUMBER_WORDS
from braid.text.stems import Word, content_stems, words
from evaluation.claims.passages import Passage

__all__ = ["FALSE_KINDS", "KINDS", "TRUE_KINDS", "Claim", "make_claims"]

_AUXILIARIES = (
    """is are was were has have had can could will would should must may might does do did""".split()
)
_CONTRACTED = {
    "is": "isn't",
    "are": "aren't",
    "was": "wasn't",
    "were": "weren't",
    "does": "doesn't",
    "did": "didn't",
}
_MONTHS = frozenset(
    "january february march april june july august september october november december".split()
)
_NEGATED_PREFIXES = ("It is not true that ", "It isn't the case that ", "Nobody says that ")
_SMALL = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NOT_MENTIONED = ("{} is not mentioned", "there is no mention of {}", "no {} is discussed")
_MIN_KEPT = 0.5  # of a paraphrase's content stems


@dataclass(frozen=True)
class Claim:
    """A claim of one kind about a passage, which it cites."""

    kind: str
    text: str
    passage: Passage


def make_claims(passages: Sequence[Passage], seed: int = 7) -> list[Claim]:
    """For each sentence one claim of every kind that can be made from it."""
    made = []
    for number, passage in enumerate(passages):
        for at, sentence in enumerate(passage.sentences):
            for kind, make in KINDS.items():
                rng = random.Random(f"{seed}:{kind}:{number}:{at}")
                text = make(sentence, passage, passages, rng)
                if text is not None and (text != sentence or kind == "true"):
                    made.append(Claim(kind, text, passage))
    return made


def _true(sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random) -> str | None:
    return sentence


def _paraphrase(
    sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random
) -> str | None:
    """Other words for up to half of the content, other forms of the rest; names, figures and denials stay."""
    found = words(sentence)
    kept = names_in(sentence, "en") | {
        stem for clause in read_clauses(sentence, "en") for denial in clause.denials for stem in denial.scope
    }
    content = content_stems(sentence, "en")
    free = [
        word
        for word in found
        if _is_plain(word)
        and not content_stems(word.text, "en") & kept
        and word.text not in kept
        and word.begin > 0
    ]
    rng.shuffle(free)
    others = _vocabulary(passages, rng)
    changed: dict[int, str] = {}
    lost: set[str] = set()
    for word in free:
        stems = content_stems(word.text, "en")
        if len(content - lost - stems) < _MIN_KEPT * len(content) + 1:
            break
        lost |= stems
        changed[word.begin] = rng.choice(others)
    for word in free[len(changed) :]:
        if rng.random() < 0.3:
            changed[word.begin] = _inflected(word.text)
    text = _with(sentence, found, changed)
    head, comma, tail = text.partition(", ")
    if comma and rng.random() < 0.3 and len(tail.split()) > 3 and not names_in(head[:1], "en"):
        first = head if head.split()[0].lower() in names_in(sentence, "en") else head[0].lower() + head[1:]
        text = f"{tail.rstrip('.!')}, {first}."
        text = text[0].upper() + text[1:]
    return text


def _wrong_number(
    sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random
) -> str | None:
    """One number, in digits or in words, is another, which the passage doesn't have."""
    found = words(sentence)
    there = {word.text for word in words(passage.text)}
    places = [
        word
        for word in found
        if (word.text[0].isdecimal() or (word.text in NUMBER_WORDS and word.text in _SMALL))
        and not re.search(r"\w$", sentence[: word.begin])
        and not re.match(r"[-\w]", sentence[word.end :])
    ]
    if not places:
        return None
    place = rng.choice(places)
    for _ in range(20):
        other = rng.choice(_SMALL) if place.text in _SMALL else _other_digits(place.text, rng)
        if other not in there and other != place.text:
            return _with(sentence, found, {place.begin: other})
    return None


def _negated(sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random) -> str | None:
    """A denial put in or taken out, of the sentence or of a paraphrase of it."""
    if rng.random() < 0.5:
        sentence = _paraphrase(sentence, passage, passages, rng) or sentence
    found = words(sentence)
    negators = [word for word in found if is_negator(word.text, "en")]
    if negators:
        return _without_denial(sentence, negators)
    for word in found:
        if word.text in _AUXILIARIES and not re.match(r"\s*[,.;!?]", sentence[word.end :]):
            form = _CONTRACTED.get(word.text) if rng.random() < 0.4 else None
            if rng.random() < 0.2:
                return rng.choice(_NEGATED_PREFIXES) + sentence
            following = form or f"{word.written} {rng.choice(['not', 'not', 'never'])}"
            return _with(sentence, found, {word.begin: following})
    return rng.choice(_NEGATED_PREFIXES) + sentence


def _without_denial(sentence: str, negators: Sequence[Word]) -> str | None:
    if len(negators) != 1:
        return None
    (word,) = negators
    if word.text == "cannot":
        return sentence[: word.begin] + "can" + sentence[word.end :]
    if word.text.endswith("n't"):
        root = {"won't": "will", "can't": "can"}.get(word.text, word.text.removesuffix("n't"))
        return sentence[: word.begin] + root + sentence[word.end :]
    if word.text in ("not", "never"):
        return sentence[: word.begin].rstrip() + sentence[word.end :]
    if word.text == "no":
        return sentence[: word.begin] + "some" + sentence[word.end :]
    if word.text == "without":
        return sentence[: word.begin] + "with" + sentence[word.end :]
    return None


def _swapped_subject(
    sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random
) -> str | None:
    """A name is another passage's name; of a sentence without one, what stands before its verb."""
    own = sorted(names_in(sentence, "en"))
    other = _elsewhere(passage, passages, rng)
    if own:
        theirs = sorted(names_in(other.text, "en") - names_in(passage.text, "en"))
        if not theirs:
            return None
        name = rng.choice(own)
        return re.sub(
            rf"\b{re.escape(name)}\b", rng.choice(theirs).title(), sentence, count=1, flags=re.IGNORECASE
        )
    subject, theirs_subject = _subject(sentence), _subject(rng.choice(other.sentences))
    if not subject or not theirs_subject:
        return None
    return theirs_subject + sentence[len(subject) :]


def _off_topic(
    sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random
) -> str | None:
    return rng.choice(_elsewhere(passage, passages, rng).sentences)


def _true_absence(
    sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random
) -> str | None:
    """The sentence, and that something isn't mentioned which another passage is about."""
    there = content_stems(passage.text, "en")
    found = words(_elsewhere(passage, passages, rng).text)
    others = [word for word in found if _is_plain(word) and not content_stems(word.text, "en") & there]
    return _and_not_mentioned(sentence, others, rng)


def _untrue_absence(
    sentence: str, passage: Passage, passages: Sequence[Passage], rng: random.Random
) -> str | None:
    """The sentence, and that something isn't mentioned which the passage has a word for."""
    return _and_not_mentioned(sentence, [word for word in words(passage.text) if _is_plain(word)], rng)


def _and_not_mentioned(sentence: str, named: Sequence[Word], rng: random.Random) -> str | None:
    if not named or sentence.rstrip().endswith("?"):
        return None
    form = rng.choice(_NOT_MENTIONED).format(rng.choice(named).text)
    return f"{sentence.rstrip().rstrip('.!')}, and {form}."


TRUE_KINDS = ("true", "paraphrase", "true absence")
FALSE_KINDS = ("wrong number", "negated", "swapped subject", "off topic", "untrue absence")
KINDS: Mapping[str, Callable[[str, Passage, Sequence[Passage], random.Random], str | None]] = {
    "true": _true,
    "paraphrase": _paraphrase,
    "wrong number": _wrong_number,
    "negated": _negated,
    "swapped subject": _swapped_subject,
    "off topic": _off_topic,
    "true absence": _true_absence,
    "untrue absence": _untrue_absence,
}


def _elsewhere(passage: Passage, passages: Sequence[Passage], rng: random.Random) -> Passage:
    while (other := rng.choice(passages)).document == passage.document:
        pass
    return other


def _subject(sentence: str) -> str:
    """What stands before the first auxiliary, if that is a word of content and few in all."""
    for word in words(sentence):
        if word.text in _AUXILIARIES:
            subject = sentence[: word.begin]
            return subject if 0 < len(subject.split()) <= 5 and content_stems(subject, "en") else ""
    return ""


def _is_plain(word: Word) -> bool:
    return (
        word.written.islower()
        and len(word.text) > 3
        and word.text.isalpha()
        and word.text not in FUNCTION_WORDS["en"]
        and word.text not in NUMBER_WORDS
        and not is_negator(word.text, "en")
    )


def _vocabulary(passages: Sequence[Passage], rng: random.Random) -> list[str]:
    picked = rng.choice(passages)
    found = [word.text for word in words(picked.text) if _is_plain(word)]
    return found or ["matter"]


def _inflected(word: str) -> str:
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word if word.endswith(("ed", "ing", "ly", "y")) else f"{word}s"


def _other_digits(written: str, rng: random.Random) -> str:
    digits = [place for place, character in enumerate(written) if character.isdecimal()]
    place = rng.choice(digits)
    choices = [digit for digit in "123456789" if digit != written[place]]
    return written[:place] + rng.choice(choices) + written[place + 1 :]


def _with(sentence: str, found: Sequence[Word], changed: Mapping[int, str]) -> str:
    parts: list[str] = []
    read = 0
    for word in found:
        if word.begin in changed:
            parts += (sentence[read : word.begin], changed[word.begin])
            read = word.end
    return "".join((*parts, sentence[read:]))
