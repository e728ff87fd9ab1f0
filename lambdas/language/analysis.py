"""Asks Comprehend about a text of any length and maps the answers back onto it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from braid.aws.comprehend import (
    LANGUAGES,
    MAX_SENTIMENT_BYTES,
    MAX_TEXT_BYTES,
    MAX_TOXICITY_SEGMENT_BYTES,
    MAX_TOXICITY_SEGMENTS,
    PII_LANGUAGES,
    TOXICITY_LANGUAGES,
    Comprehend,
)
from braid.domain.evidence.language import (
    Entity,
    KeyPhrase,
    LanguageAnalysis,
    LanguageSource,
    PiiEntity,
    Sentiment,
    Toxicity,
)
from braid.domain.money.accounting import Meter, Usage, total
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.language.cutting import Cut, cut
from lambdas.language.source_text import SourceName, SourceText

__all__ = ["Findings", "analyze", "comprehend_language"]

# A segment counts as toxic in a category from here on (the categories always come, all of them, with a
# likelihood; below this they say that nothing is there).
_TOXIC_FROM = 0.5
# An asset may have all three, and what is too short in one of them is no loss of the others.
_TOLD_AS: dict[SourceName, str] = {
    "transcript": "what is said",
    "detected_text": "the writing in the pictures",
    "passages": "the text",
}


@dataclass(frozen=True)
class Findings:
    """The answers as they lie in ``work/`` where a try ended early, so that a retry asks for the rest only.

    ``answered`` names the operations that are done; ``usage`` is what all tries together were billed.
    """

    language: str | None = None
    answered: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    key_phrases: tuple[KeyPhrase, ...] = ()
    sentiment: Sentiment | None = None
    pii: tuple[PiiEntity, ...] = ()
    toxicity: tuple[Toxicity, ...] = ()
    usage: tuple[Usage, ...] = ()


def analyze(
    source: SourceText, *, store: DocumentStore, retries: Retries, comprehend: Any = None
) -> LanguageAnalysis:
    """The analysis of one source; operations that can't deliver, or not for its language, are listed missing.

    A blank text costs no call. Where this call raises, and as a long text goes, what was answered is stored:
    the next try asks only for the rest. ``comprehend`` is a boto3 client other than the process's own.
    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    result = LanguageSource(source.source, source.language_code, source.text, source.begin_offsets)
    if not source.text.strip():
        return LanguageAnalysis((result,))
    key = store.work_key(f"language/{source.source}.json")
    found = store.find_document(Findings, key) or Findings()
    earlier_usage = found.usage
    asker = _Asker(Availability(retries), comprehend, _TOLD_AS[source.source])
    language = source.language_code or found.language or asker.dominant_language(source.text)
    code = comprehend_language(language) if language else None
    open_questions = [question for question in _QUESTIONS if question.operation not in found.answered]
    questions = [question for question in open_questions if asker.can_ask(question, code, language)]
    found = replace(found, language=language)
    failures: list[BaseException] = []
    for answer in asker.answers(questions, source.text, code or ""):
        if isinstance(answer, BaseException):
            failures.append(answer)
            continue
        usage = total((*earlier_usage, *asker.usage()))
        found = replace(found, answered=(*found.answered, answer.operation), usage=usage, **answer.found)
        if len(source.text) > MAX_TEXT_BYTES:
            # So many requests may outlast the function, and one that is killed stores nothing any more.
            store.put_document(key, found)
    found = replace(found, usage=total((*earlier_usage, *asker.usage())))
    if failures:
        store.put_document(key, found)
        raise failures[0]
    return LanguageAnalysis(
        sources=(
            replace(
                result,
                language_code=code or language,
                entities=found.entities,
                key_phrases=found.key_phrases,
                sentiment=found.sentiment,
                pii=found.pii,
                toxicity=found.toxicity,
            ),
        ),
        missing=asker.availability.missing,
        usage=found.usage,
    )


def comprehend_language(code: str) -> str | None:
    """Comprehend's code for a language tag (``en`` for ``en-US``); ``None`` where it doesn't know it."""
    if code.lower() in ("zh-tw", "zh-hant", "zh-hk"):
        return "zh-TW"
    primary = code.split("-")[0].lower()
    return primary if primary in LANGUAGES else None


@dataclass(frozen=True)
class _Question:
    operation: str
    languages: Sequence[str]
    ask: Callable[[Comprehend, str, str], dict[str, Any]]


@dataclass(frozen=True)
class _Answered:
    """What an operation found, as members of ``LanguageSource``."""

    operation: str
    found: dict[str, Any]


@dataclass
class _Asker:
    """Asks single questions; safe to share between threads, as each counts on a meter of its own."""

    availability: Availability
    client: Any
    told_as: str
    meters: list[Meter] = field(default_factory=list)

    def dominant_language(self, text: str) -> str | None:
        """The language of the text's beginning, whose first piece is as good as the whole."""
        with self.availability.wanted("comprehend:DetectDominantLanguage"):
            return self._comprehend().detect_dominant_language(cut(text, MAX_SENTIMENT_BYTES)[0].text)
        return None

    def can_ask(self, question: _Question, code: str | None, language: str | None) -> bool:
        """Whether the operation knows the language; if not, it is listed missing."""
        if code in question.languages:
            return True
        reason = (
            f"the language of {self.told_as} ({language}) isn't among those it knows:"
            f" {', '.join(question.languages)}"
            if language
            else f"{self.told_as} is too short or too mixed to tell its language"
        )
        self.availability.list_missing(f"comprehend:{question.operation}", reason)
        return False

    def answers(
        self, questions: Sequence[_Question], text: str, code: str
    ) -> Iterator[_Answered | BaseException]:
        """Asks all questions at once; each answer, or what broke it, as it comes. Missing ones never come."""
        with ThreadPoolExecutor(len(_QUESTIONS)) as pool:
            for asked in as_completed([pool.submit(self._ask, item, text, code) for item in questions]):
                if (error := asked.exception()) is not None:
                    yield error
                elif (answered := asked.result()) is not None:
                    yield answered

    def usage(self) -> Iterator[Usage]:
        """What all questions together were billed, also those that failed half-way."""
        for meter in self.meters:
            yield from meter.usage()

    def _ask(self, question: _Question, text: str, code: str) -> _Answered | None:
        with self.availability.wanted(f"comprehend:{question.operation}"):
            return _Answered(question.operation, question.ask(self._comprehend(), text, code))
        return None

    def _comprehend(self) -> Comprehend:
        meter = Meter()
        self.meters.append(meter)
        return Comprehend(meter, comprehend=self.client)


def _entities(comprehend: Comprehend, text: str, code: str) -> dict[str, Any]:
    found: list[Entity] = []
    for piece in _pieces(text, MAX_TEXT_BYTES):
        found += _moved(comprehend.detect_entities(piece.text, code), piece)
    return {"entities": tuple(found)}


def _key_phrases(comprehend: Comprehend, text: str, code: str) -> dict[str, Any]:
    found: list[KeyPhrase] = []
    for piece in _pieces(text, MAX_TEXT_BYTES):
        found += _moved(comprehend.detect_key_phrases(piece.text, code), piece)
    return {"key_phrases": tuple(found)}


def _sentiment(comprehend: Comprehend, text: str, code: str) -> dict[str, Any]:
    moods: list[tuple[int, Sentiment]] = []
    for piece in _pieces(text, MAX_SENTIMENT_BYTES):
        moods.append((len(piece.text), comprehend.detect_sentiment(piece.text, code)))
    return {"sentiment": _mean_sentiment(moods)}


def _pii(comprehend: Comprehend, text: str, code: str) -> dict[str, Any]:
    found: list[PiiEntity] = []
    for piece in _pieces(text, MAX_TEXT_BYTES):
        found += _moved(comprehend.detect_pii_entities(piece.text, code), piece)
    return {"pii": tuple(found)}


def _toxicity(comprehend: Comprehend, text: str, code: str) -> dict[str, Any]:
    found: list[Toxicity] = []
    segments = _pieces(text, MAX_TOXICITY_SEGMENT_BYTES)
    for first in range(0, len(segments), MAX_TOXICITY_SEGMENTS):
        asked = segments[first : first + MAX_TOXICITY_SEGMENTS]
        answered = comprehend.detect_toxic_content([segment.text for segment in asked], code)
        for segment, likelihoods in zip(asked, answered, strict=True):
            end = segment.begin_offset + len(segment.text)
            found += [
                Toxicity(category.lower(), likelihood, segment.begin_offset, end)
                for category, likelihood in sorted(likelihoods.items())
                if likelihood >= _TOXIC_FROM
            ]
    return {"toxicity": tuple(found)}


_QUESTIONS = (
    _Question("DetectEntities", LANGUAGES, _entities),
    _Question("DetectKeyPhrases", LANGUAGES, _key_phrases),
    _Question("DetectSentiment", LANGUAGES, _sentiment),
    _Question("DetectPiiEntities", PII_LANGUAGES, _pii),
    _Question("DetectToxicContent", TOXICITY_LANGUAGES, _toxicity),
)


class _Placed(Protocol):
    @property
    def begin_offset(self) -> int: ...

    @property
    def end_offset(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def _pieces(text: str, max_bytes: int) -> list[Cut]:
    return [piece for piece in cut(text, max_bytes) if not piece.is_blank]


def _moved(found: Sequence[P], piece: Cut) -> list[P]:
    """Offsets into the piece as offsets into the whole text."""
    return [
        replace(  # type: ignore[type-var]  # every P of ours is a frozen dataclass
            item,
            begin_offset=item.begin_offset + piece.begin_offset,
            end_offset=item.end_offset + piece.begin_offset,
        )
        for item in found
    ]


def _mean_sentiment(moods: Sequence[tuple[int, Sentiment]]) -> Sentiment | None:
    """The mean, weighted by the pieces' lengths and named after the strongest; of a single piece its own."""
    if len(moods) <= 1:
        return moods[0][1] if moods else None
    length = sum(weight for weight, _ in moods)

    def mean(name: str) -> float:
        value = sum(weight * float(getattr(mood, name)) for weight, mood in moods) / length
        return round(value, 6)

    positive, negative, neutral, mixed = map(mean, ("positive", "negative", "neutral", "mixed"))
    strongest = max(positive, negative, neutral, mixed)
    if strongest == neutral:  # of equals the least daring
        return Sentiment("neutral", positive, negative, neutral, mixed)
    if strongest == mixed:
        return Sentiment("mixed", positive, negative, neutral, mixed)
    return Sentiment("positive" if strongest == positive else "negative", positive, negative, neutral, mixed)
