"""Asks Comprehend about a text of any length: piece by piece, side by side, resuming where a try stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from braid.aws.comprehend import LANGUAGES, MAX_TEXT_BYTES, Comprehend
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.money.accounting import Meter, Usage, total
from braid.runtime.retries import Availability, Retries
from braid.runtime.survey import Outcome, Surveyed, SurveyPlan, survey
from braid.store.documents import DocumentStore
from lambdas.language.questions import (
    LANGUAGE_QUESTION,
    QUESTIONS,
    Found,
    Question,
    mean_sentiment,
    requests,
)
from lambdas.language.source_text import SourceName, SourceText

__all__ = ["PieceFindings", "analyze", "comprehend_language"]

# Of each operation. The quota is 20 a second; an asset may have three texts.
_AT_ONCE = 4
_PER_SECOND = 10.0
# The function has five minutes, of which a call takes half a minute where the service answers late.
_BEGIN_WITHIN_SECONDS = 240.0
# An asset may have all three, and what is too short in one of them is no loss of the others.
_TOLD_AS: dict[SourceName, str] = {
    "transcript": "what is said",
    "detected_text": "the writing in the pictures",
    "passages": "the text",
}


@dataclass(frozen=True)
class PieceFindings:
    """What came of one request, as it lies in ``work/``: a retry asks for what isn't there."""

    found: Found | None = None
    refusal: str = ""
    usage: tuple[Usage, ...] = ()


def analyze(
    source: SourceText,
    *,
    store: DocumentStore,
    retries: Retries,
    comprehend: Any = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> LanguageAnalysis:
    """The analysis of one source; operations that can't deliver, or not for its language, are listed missing.

    A blank text costs no call. A piece that the service refuses costs that piece, and is listed. What was
    answered is stored as a long text goes, of a short one where this call raises: the next try asks only for
    the rest. ``comprehend`` is a boto3 client other than the process's own. Raises ``ThrottledError``, also
    where time ran out, or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    if not source.text.strip():
        blank = LanguageSource(source.source, source.language_code, source.text, source.begin_offsets)
        return LanguageAnalysis((blank,))
    asker = _Asker(source, store, Availability(retries), comprehend, clock, sleep)
    try:
        return asker.analyze()
    except BaseException:  # what was paid for is kept for the next try, however this one ends
        asker.store_all()
        raise


def comprehend_language(code: str) -> str | None:
    """Comprehend's code for a language tag (``en`` for ``en-US``); ``None`` where it doesn't know it."""
    if code.lower() in ("zh-tw", "zh-hant", "zh-hk"):
        return "zh-TW"
    primary = code.split("-")[0].lower()
    return primary if primary in LANGUAGES else None


class _Asker:
    """Asks all questions side by side, each about all pieces at its own rate."""

    def __init__(
        self,
        source: SourceText,
        store: DocumentStore,
        availability: Availability,
        client: Any,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._source = source
        self._store = store
        self._availability = availability
        self._client = client
        self._clock = clock
        self._sleep = sleep
        # So many requests may outlast the function, and one that is killed stores nothing any more.
        self._stores_at_once = len(source.text) > MAX_TEXT_BYTES
        self._unstored: dict[str, PieceFindings] = {}

    def analyze(self) -> LanguageAnalysis:
        """What all questions that the text's language allows found."""
        text, told = self._source.text, Surveyed[Found]()
        if (language := self._source.language_code) is None:
            beginning = text[: LANGUAGE_QUESTION.max_bytes + 1]
            first = dict([*requests(LANGUAGE_QUESTION, beginning).items()][:1])
            told = self._survey(LANGUAGE_QUESTION, first, "")
            language = next((found.language for found in told.answers.values()), None)
        code = comprehend_language(language) if language else None
        asked = {item.operation: requests(item, text) for item in QUESTIONS if self._knows(item, language)}
        with ThreadPoolExecutor(len(QUESTIONS)) as pool:
            running = {
                question.operation: pool.submit(self._survey, question, asked[question.operation], code or "")
                for question in QUESTIONS
                if question.operation in asked
            }
        surveyed = {operation: survey.result() for operation, survey in running.items()}
        found = [item for survey in surveyed.values() for item in survey.answers.values()]
        moods = surveyed.get("DetectSentiment", Surveyed()).answers
        return LanguageAnalysis(
            sources=(
                LanguageSource(
                    self._source.source,
                    code or language,
                    text,
                    self._source.begin_offsets,
                    entities=tuple(item for one in found for item in one.entities),
                    key_phrases=tuple(item for one in found for item in one.key_phrases),
                    sentiment=mean_sentiment(
                        (len(asked["DetectSentiment"][name][0].text), one.sentiment)
                        for name, one in moods.items()
                        if one.sentiment is not None
                    ),
                    pii=tuple(item for one in found for item in one.pii),
                    toxicity=tuple(item for one in found for item in one.toxicity),
                ),
            ),
            missing=self._availability.missing,
            usage=total((*told.usage, *(used for survey in surveyed.values() for used in survey.usage))),
        )

    def store_all(self) -> None:
        """Stores what was told and isn't stored yet, for the next try."""
        for key, findings in self._unstored.items():
            self._store.put_document(key, findings)

    def _knows(self, question: Question, language: str | None) -> bool:
        """Whether the operation knows the language; if not, it is listed missing."""
        if language and comprehend_language(language) in question.languages:
            return True
        told_as = _TOLD_AS[self._source.source]
        reason = (
            f"the language of {told_as} ({language}) isn't among those it knows:"
            f" {', '.join(question.languages)}"
            if language
            else f"{told_as} is too short or too mixed to tell its language"
        )
        self._availability.list_missing(f"comprehend:{question.operation}", reason)
        return False

    def _survey(self, question: Question, asked: Mapping[str, tuple[Any, ...]], code: str) -> Surveyed[Found]:
        def ask(request: tuple[Any, ...], meter: Meter) -> Found:
            return question.ask(Comprehend(meter, comprehend=self._client), request, code)

        def keep(name: str, outcome: Outcome[Found]) -> None:
            findings = PieceFindings(outcome.answer, outcome.refusal, outcome.usage)
            if self._stores_at_once:
                self._store.put_document(self._key(question, name), findings)
            else:
                self._unstored[self._key(question, name)] = findings

        return survey(
            [*asked.items()],
            ask,
            plan=SurveyPlan(
                f"comprehend:{question.operation}",
                at_once=_AT_ONCE,
                per_second=_PER_SECOND,
                begin_within_seconds=_BEGIN_WITHIN_SECONDS,
                goes_on=True,
                pieces="parts of the text",
            ),
            availability=self._availability,
            earlier=self._earlier(question, [*asked]),
            keep=keep,
            clock=self._clock,
            sleep=self._sleep,
        )

    def _earlier(self, question: Question, names: list[str]) -> dict[str, Outcome[Found]]:
        """What earlier tries were told. A survey's first piece goes alone: without it there is nothing."""
        earlier: dict[str, Outcome[Found]] = {}
        for name in names:
            findings = self._store.find_document(PieceFindings, self._key(question, name))
            if findings is not None:
                earlier[name] = Outcome(findings.found, findings.refusal, findings.usage)
            elif not earlier:
                break
        return earlier

    def _key(self, question: Question, name: str) -> str:
        piece = name.replace(" ", "-")
        return self._store.work_key(f"language/{self._source.source}/{question.operation}-{piece}.json")
