"""Why an operation gave nothing, in words for readers; the error's class and code are for the log."""

from __future__ import annotations

import re

from braid.domain.errors import AccessDeniedError, BraidError, ServiceUnavailableError, ThrottledError

__all__ = ["NO_ANSWER", "TOO_BUSY", "missing_reason", "plain_reason"]

NO_ANSWER = "no model wrote an answer"
TOO_BUSY = "the service was too busy until the last try"

_MAX_CHARACTERS = 300
# What an adapter puts before a service's own words: the operation, which stands beside the reason anyway, and
# the service's code, ``AccessDeniedException``.
_OPERATION = re.compile(r"^[a-z][a-z0-9-]*:[A-Z]\w*(?::\w+)*: ")
_CODE = re.compile(r"^(?:[A-Z][a-z0-9]+){2,}: ")
# How IAM and botocore speak of rights; the rest of such a message is names of roles and policies.
_NOT_ALLOWED = re.compile(r"arn:aws|not authorized|access denied|credential|don't have access", re.IGNORECASE)
# What a reader goes without.
_LOSSES = {
    "bedrock:ApplyGuardrail": "the answer wasn't filtered",
    "bedrock:Converse": NO_ANSWER,
    "bedrock:Converse:descriptions": "the pictures weren't described",
    "bedrock:InvokeModel:embeddings": "words and pictures were compared by wording alone, not by meaning",
    "comprehend:DetectDominantLanguage": "the text's language wasn't detected",
    "comprehend:DetectEntities": "names of people, places and things weren't found",
    "comprehend:DetectKeyPhrases": "key phrases weren't found",
    "comprehend:DetectPiiEntities": "personal data in the text wasn't found",
    "comprehend:DetectSentiment": "the text's sentiment wasn't judged",
    "comprehend:DetectToxicContent": "the text wasn't checked for toxic content",
    "polly:SynthesizeSpeech": "the audio description wasn't spoken",
    "rekognition:DetectFaces": "faces in the pictures weren't found",
    "rekognition:DetectLabels": "what the pictures show wasn't named, and their colours weren't measured",
    "rekognition:DetectModerationLabels": "the pictures weren't checked for disturbing content",
    "rekognition:DetectText": "the writing in the pictures wasn't read",
    "textract:DetectDocumentText": "pages that are pictures weren't read",
    "translate:TranslateText": "captions and transcript weren't translated",
}
# Operations that are listed by language: ``translate:TranslateText:de``.
_BY_LANGUAGE = re.compile(r"^(?P<operation>translate:TranslateText):(?P<language>[\w-]+)$")


def missing_reason(operation: str, error: BraidError) -> str:
    """What a reader goes without as ``operation`` failed with ``error``, and why.

    ``the pictures weren't described: the service was too busy until the last try``.
    """
    loss = _LOSSES.get(operation)
    if by_language := _BY_LANGUAGE.match(operation):
        loss = f"{_LOSSES[by_language['operation']]} into {by_language['language']}"
    why = _why(error)
    return _cut(f"{loss}: {why}" if loss else why)


def plain_reason(reason: str) -> str:
    """A reason that is in words already, without the operation and the code that an error puts before it."""
    return _cut(_CODE.sub("", _OPERATION.sub("", reason)))


def _why(error: BraidError) -> str:
    match error:
        case ThrottledError():
            return TOO_BUSY
        case ServiceUnavailableError():
            return "the service failed or didn't answer until the last try"
        case AccessDeniedError() if _NOT_ALLOWED.search(str(error)):
            return "this account isn't allowed to use the service"
    return plain_reason(str(error)).strip().rstrip(".") or "the service gave no reason"


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else f"{text[: _MAX_CHARACTERS - 1].rstrip()}…"
