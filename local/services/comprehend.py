"""Amazon Comprehend over local engines: language, sentiment, entities, key phrases, personal data.

Limits and errors are the service's. What no engine here can do answers UnsupportedLanguageException: that
is documented for every operation and isn't retried, so a caller lists the operation as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local.engines.pool import EnginePool
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import Caller, Operation, Service, ServiceError

__all__ = ["build_service"]

_LANGUAGE_CODES = ("en", "es", "fr", "de", "it", "pt", "ar", "hi", "ja", "ko", "zh", "zh-TW")
_SENTIMENT_BYTES = 5_000  # "5 KB"; the service counts UTF-8 bytes
_TEXT_BYTES = 100_000
_BATCH_TEXT_BYTES = 5_000
_BATCH_SIZE = 25
_TOXICITY_SEGMENTS = 10

_Detection = Callable[[str], dict[str, Any]]


def build_service(engines: EnginePool) -> Service:
    """The service; its operations run in the pool's worker processes."""
    return Service("comprehend", _Comprehend(engines).operations())


class _Comprehend:
    def __init__(self, engines: EnginePool) -> None:
        self._engines = engines

    def operations(self) -> dict[str, Operation]:
        return {
            "DetectDominantLanguage": self._single(self._language, _TEXT_BYTES, None),
            "BatchDetectDominantLanguage": self._batch(self._language, None),
            "DetectSentiment": self._single(self._sentiment, _SENTIMENT_BYTES, ("en",)),
            "BatchDetectSentiment": self._batch(self._sentiment, ("en",)),
            "DetectEntities": self._entities_of_a_text,
            "BatchDetectEntities": self._batch(self._entities, ("en",)),
            "DetectKeyPhrases": self._single(self._key_phrases, _TEXT_BYTES, ("en",)),
            "BatchDetectKeyPhrases": self._batch(self._key_phrases, ("en",)),
            # Comprehend itself knows personal data in English and Spanish only.
            "DetectPiiEntities": self._single(self._personal_data, _TEXT_BYTES, ("en", "es")),
            "ContainsPiiEntities": self._single(self._personal_data_labels, _TEXT_BYTES, ("en",)),
            "DetectToxicContent": _detect_toxic_content,
        }

    def _single(self, detect: _Detection, most_bytes: int, languages: tuple[str, ...] | None) -> Operation:
        def operation(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
            del caller  # these operations touch nothing of the caller's
            text = _required_text(request)
            if languages is not None:
                _check_language(request, languages)
            _check_size(text, most_bytes)
            return detect(text)

        return operation

    def _batch(self, detect: _Detection, languages: tuple[str, ...] | None) -> Operation:
        def operation(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
            del caller  # these operations touch nothing of the caller's
            texts = request.get("TextList")
            if not texts:
                raise _invalid("textList", "null" if texts is None else "[]", "Member must not be empty")
            if len(texts) > _BATCH_SIZE:
                raise ServiceError(
                    "BatchSizeLimitExceededException",
                    f"Input text list has {len(texts)} documents; the limit is {_BATCH_SIZE}.",
                )
            if languages is not None:
                _check_language(request, languages)
            results, errors = [], []
            for index, text in enumerate(texts):
                try:
                    _check_not_empty(text)
                    _check_size(text, _BATCH_TEXT_BYTES)
                    results.append({"Index": index, **detect(text)})
                except ServiceError as error:  # one bad document doesn't spoil the batch
                    entry = {"Index": index, "ErrorCode": error.code, "ErrorMessage": error.message}
                    errors.append(entry)
            return {"ResultList": results, "ErrorList": errors}

        return operation

    def _run(self, task: str, text: str) -> Any:
        with engine_errors_answered(
            unreadable="InvalidRequestException",
            internal="InternalServerException",
            throttled="TooManyRequestsException",
        ):
            return self._engines.run(task, text)

    def _language(self, text: str) -> dict[str, Any]:
        found = self._run("text.language:dominant_languages", text)
        return {"Languages": [{"LanguageCode": each["code"], "Score": each["probability"]} for each in found]}

    def _sentiment(self, text: str) -> dict[str, Any]:
        found = self._run("text.sentiment:sentiment", text)
        kinds = ("positive", "negative", "neutral", "mixed")
        return {
            "Sentiment": found["sentiment"],
            "SentimentScore": {kind.capitalize(): found[kind] for kind in kinds},
        }

    def _entities_of_a_text(self, request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        for member in ("EndpointArn", "Bytes", "DocumentReaderConfig"):
            if member in request:
                raise ServiceError(
                    "InvalidRequestException",
                    f"{member} needs a custom entity recognizer, and there is none here: send Text.",
                )
        return self._single(self._entities, _TEXT_BYTES, ("en",))(request, caller)

    def _entities(self, text: str) -> dict[str, Any]:
        found = self._run("text.entities:entities", text)
        return {"Entities": [{"Type": each["type"], **_mention(each)} for each in found]}

    def _key_phrases(self, text: str) -> dict[str, Any]:
        found = self._run("text.key_phrases:key_phrases", text)
        return {"KeyPhrases": [_mention(each) for each in found]}

    def _personal_data(self, text: str) -> dict[str, Any]:
        found = self._run("text.pii:personal_data", text)
        return {
            "Entities": [
                {
                    "Type": each["type"],
                    "Score": each["score"],
                    "BeginOffset": each["begin"],
                    "EndOffset": each["end"],
                }
                for each in found
            ]
        }

    def _personal_data_labels(self, text: str) -> dict[str, Any]:
        scores: dict[str, float] = {}
        for each in self._run("text.pii:personal_data", text):
            scores[each["type"]] = max(each["score"], scores.get(each["type"], 0.0))
        return {"Labels": [{"Name": name, "Score": score} for name, score in sorted(scores.items())]}


def _mention(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Text": found["text"],
        "Score": found["score"],
        "BeginOffset": found["begin"],
        "EndOffset": found["end"],
    }


def _detect_toxic_content(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
    del caller  # nothing of the caller's is touched
    segments = request.get("TextSegments")
    if not segments:
        raise _invalid("textSegments", "null" if segments is None else "[]", "Member must not be empty")
    if len(segments) > _TOXICITY_SEGMENTS:
        raise ServiceError(
            "InvalidRequestException",
            f"The request has {len(segments)} text segments; the limit is {_TOXICITY_SEGMENTS}.",
        )
    _check_language(request, _LANGUAGE_CODES)
    raise ServiceError(
        "UnsupportedLanguageException",
        "This machine has no engine that judges toxicity. It works on AWS.",
    )


def _required_text(request: Mapping[str, Any]) -> str:
    text = request.get("Text")
    if text is None:
        raise _invalid("text", "null", "Member must not be null")
    _check_not_empty(text)
    return str(text)


def _check_not_empty(text: str) -> None:
    if not text.strip():
        raise ServiceError("InvalidRequestException", "Input text can't be empty or only white space.")


def _check_size(text: str, most_bytes: int) -> None:
    size = len(text.encode())
    if size > most_bytes:
        raise ServiceError(
            "TextSizeLimitExceededException",
            f"Input text size exceeds limit. Max length of request text allowed is {most_bytes} bytes "
            f"while in this request the text size is {size} bytes",
        )


def _check_language(request: Mapping[str, Any], languages: tuple[str, ...]) -> None:
    code = request.get("LanguageCode")
    if code not in _LANGUAGE_CODES:
        shown = "null" if code is None else f"'{code}'"
        allowed = ", ".join(_LANGUAGE_CODES)
        raise _invalid("languageCode", shown, f"Member must satisfy enum value set: [{allowed}]")
    if code not in languages:
        raise ServiceError(
            "UnsupportedLanguageException",
            f"The local engine for this operation doesn't know the language '{code}', only "
            f"{', '.join(languages)}. It works on AWS if the service supports it.",
        )


def _invalid(member: str, shown: str, constraint: str) -> ServiceError:
    return ServiceError(
        "ValidationException",
        f"1 validation error detected: Value {shown} at '{member}' failed to satisfy constraint: "
        f"{constraint}",
    )
