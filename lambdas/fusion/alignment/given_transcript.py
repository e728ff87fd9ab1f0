"""A given transcript held against what was heard: when each of its sentences is said, and where it differs.

A bundle's member of the role ``transcript`` has words and no clock. Its words are matched with those of the
speech; every sentence of which enough was heard gets the time of its words and is compared from then on like
everything else that lies on the clock. What differs is counted and listed, as a proofreader would want it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from braid.domain.asset.admission import Admission
from braid.domain.evidence.observation import Observation
from braid.domain.span import Span
from braid.text.languages import FUNCTION_WORDS, guess_language
from braid.text.numbers.quantities import find_quantities
from braid.text.words import Token, tokenize
from lambdas.fusion.alignment.given_differences import Difference, GivenTranscript
from lambdas.fusion.alignment.matching import match_words
from lambdas.fusion.observe.observations import Observed

__all__ = ["time_given_transcripts"]

# Below this share of its words (recognisers miss a third of hard speech) a text is about another recording.
_MIN_HEARD = 0.4
_MIN_HEARD_WORDS = 3
# A sentence with less of it heard may not have been said at all.
_MIN_SENTENCE_HEARD = 0.3
_MAX_SENTENCE_WORDS = 40
_MAX_LISTED_WORDS = 12

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])|\n+")
# What a transcript says about the speech and nobody says: how, when, by whom.
_ASIDE = re.compile(r"\[[^\]\n]*\]|\([^)\n]*\)|\b\d+:\d\d(?::\d\d)?\b")
_SPEAKER = re.compile(r"^\W*\w[\w .'-]{0,30}:(?=\s)")


@dataclass
class _Heard:
    """The words of one recording: as they are compared, and from when to when each was said."""

    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


@dataclass
class _Sentence:
    """A sentence of a given text: its passage, its words as written, the places of its words among all."""

    passage: Observed
    text: str
    pieces: list[str]
    begin: int = 0
    end: int = 0


@dataclass
class _Given:
    """The words of one given text as they are compared, and of each its sentence and its piece therein."""

    sentences: list[_Sentence] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)


def time_given_transcripts(
    observed: Sequence[Observed], admission: Admission
) -> tuple[list[Observed], list[GivenTranscript]]:
    """The observations with the sentences of given transcripts on the speech's clock, and how each compares.

    Sentences that weren't heard stay where they are. Without speech, or without a given transcript, nothing
    changes.
    """
    names = [member.name for member in admission.members if member.role == "transcript"]
    recordings: dict[str, list[Observed]] = {}
    for item in observed:
        if item.observation.kind == "utterance":
            recordings.setdefault(item.observation.member, []).append(item)
    if not names or not recordings:
        return list(observed), []
    speech = [_heard(utterances) for _, utterances in sorted(recordings.items())]
    timed = list(observed)
    compared = []
    for name in names:
        passages = [item for item in timed if _is_given(item.observation, name)]
        given = _given(passages)
        if not given.words:
            continue
        matches = [(match_words(heard.words, given.words), heard) for heard in speech]
        matched, heard = max(matches, key=lambda match: len(match[0]))
        comparison = _compare(name, given, heard, matched)
        compared.append(comparison)
        if comparison.is_timed:
            timed = [item for item in timed if not _is_given(item.observation, name)]
            taken = {item.observation.observation_id for item in timed}
            timed.extend(_timed_sentences(given, heard, matched, taken))
    return timed, compared


def _is_given(observation: Observation, name: str) -> bool:
    return observation.kind == "passage" and observation.member == name and not observation.span.is_timed


def _comparable(tokens: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Words as they are compared, with the token that each begins with; a number is its digits."""
    numbers = {begin: (end, term) for begin, end, term in find_quantities(tokens)[1]}
    index = 0
    while index < len(tokens):
        end, text = numbers.get(index, (index + 1, tokens[index].text))
        if tokens[index].kind in ("word", "number"):
            yield text, tokens[index]
        elif text == "%":
            yield "percent", tokens[index]  # recognisers write "12%" for "twelve percent"
        index = end


def _heard(utterances: Sequence[Observed]) -> _Heard:
    heard = _Heard()
    for item in sorted(utterances, key=lambda item: item.observation.span.start_ms or 0):
        span = item.observation.span
        first = len(heard.words)
        for text, token in _comparable(
            tokenize(item.pieces or ((item.observation.text, span.start_ms, 1.0),))
        ):
            heard.words.append(text)
            heard.starts.append(token.at_ms or 0)
        starts = heard.starts[first:]
        heard.ends.extend([*starts[1:], span.end_ms or 0] if starts else [])
    return heard


def _given(passages: Sequence[Observed]) -> _Given:
    given = _Given()
    for passage in passages:
        for text in _sentences(passage.observation.text):
            sentence = _Sentence(passage, text, _spoken(text).split(), len(given.words))
            # The piece's number stands where a time would: it comes back with every token.
            tokens = tokenize((piece, number, 1.0) for number, piece in enumerate(sentence.pieces))
            for word, token in _comparable(tokens):
                given.words.append(word)
                given.places.append((len(given.sentences), token.at_ms or 0))
            sentence.end = len(given.words)
            given.sentences.append(sentence)
    return given


def _sentences(text: str) -> Iterator[str]:
    """Sentences; where nobody set a full stop, pieces that are still short enough to be listened to."""
    for part in _SENTENCE_END.split(text):
        words = part.split()
        if len(words) <= _MAX_SENTENCE_WORDS:
            if words:
                yield part.strip()
            continue
        for begin in range(0, len(words), _MAX_SENTENCE_WORDS):
            yield " ".join(words[begin : begin + _MAX_SENTENCE_WORDS])


def _spoken(sentence: str) -> str:
    return _SPEAKER.sub(" ", _ASIDE.sub(" ", sentence))


def _compare(name: str, given: _Given, heard: _Heard, matched: Sequence[tuple[int, int]]) -> GivenTranscript:
    total = len(given.words)
    share = len(matched) / total
    fillers = FUNCTION_WORDS.get(guess_language(given.words) or "en", FUNCTION_WORDS["en"])
    wrong = 0
    differences = []
    ends = [*matched, (len(heard.words), total)]
    for (said, written), (next_said, next_written) in zip([(-1, -1), *matched], ends, strict=True):
        is_edge = said < 0 or next_said == len(heard.words)
        # A text may begin later or end sooner than the recording: that is no difference.
        spoken = [] if is_edge else heard.words[said + 1 : next_said]
        places = range(written + 1, next_written)
        wrong += max(len(spoken), len(places))
        if spoken or places:
            at_ms = heard.starts[said + 1] if spoken else heard.ends[said] if said >= 0 else 0
            differences.append(_difference(given, places, spoken, at_ms, fillers))
    return GivenTranscript(
        member=name,
        words=total,
        heard_share=share,
        word_error_rate=wrong / total,
        is_timed=share >= _MIN_HEARD and len(matched) >= min(_MIN_HEARD_WORDS, total),
        differences=tuple(filter(None, differences)),
    )


def _difference(
    given: _Given, places: range, spoken: Sequence[str], at_ms: int, fillers: frozenset[str]
) -> Difference | None:
    """The difference if it has content; a filler more or less is none worth reading."""
    written = [given.words[place] for place in places]
    if all(word in fillers for word in (*written, *spoken)):
        return None
    pieces = dict.fromkeys(given.places[place] for place in places)
    texts = [given.sentences[sentence].pieces[piece] for sentence, piece in pieces]
    is_name = any(piece > 0 and text[:1].isupper() for (_, piece), text in zip(pieces, texts, strict=True))
    is_number = any(word[:1].isdigit() for word in (*written, *spoken))
    return Difference(
        at_ms=at_ms,
        kind="number" if is_number else "name" if is_name else "words",
        given=" ".join(texts[:_MAX_LISTED_WORDS]),
        heard=" ".join(spoken[:_MAX_LISTED_WORDS]),
    )


def _timed_sentences(
    given: _Given, heard: _Heard, matched: Sequence[tuple[int, int]], taken: set[str]
) -> Iterator[Observed]:
    """The sentences under their passage's id, from the second on with a number that is free."""
    found = {written: said for said, written in matched}
    numbers: dict[str, int] = {}
    for sentence in given.sentences:
        passage_id = name = sentence.passage.observation.observation_id
        while name in taken:
            numbers[passage_id] = numbers.get(passage_id, 1) + 1
            name = f"{passage_id}-{numbers[passage_id]}"
        taken.add(name)
        observation = replace(sentence.passage.observation, observation_id=name, text=sentence.text)
        words = [place for place in range(sentence.begin, sentence.end) if place in found]
        if len(words) < max(1.0, _MIN_SENTENCE_HEARD * (sentence.end - sentence.begin)):
            yield Observed(observation)
            continue
        starts = {given.places[place][1]: heard.starts[found[place]] for place in reversed(words)}
        end_ms = heard.ends[found[words[-1]]]
        times = _filled(starts, len(sentence.pieces), end_ms)
        span = Span(times[0], max(times[0], end_ms))
        yield Observed(
            replace(observation, span=span),
            tuple((piece, at_ms, 1.0) for piece, at_ms in zip(sentence.pieces, times, strict=True)),
        )


def _filled(known: dict[int, int], count: int, end_ms: int) -> list[int]:
    """A time for each of ``count`` pieces: the known ones, and evenly between them the others."""
    anchors = sorted(known.items())
    times = [anchors[0][1]] * anchors[0][0]
    for (piece, start_ms), (following, stop_ms) in itertools.pairwise([*anchors, (count, end_ms)]):
        length_ms = max(0, stop_ms - start_ms)
        steps = following - piece
        times.extend(start_ms + round(length_ms * step / steps) for step in range(steps))
    return times
