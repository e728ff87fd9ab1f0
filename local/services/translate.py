"""Amazon Translate where nothing translates: its limits and errors, and never a translation that isn't one.

No engine here knows two languages, so that every pair is one that the service hasn't: callers list that
language as missing. Text that is asked for in its own language comes back as it is, as on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.services.protocol import Caller, Service, ServiceError

__all__ = ["build_service"]

_MAX_TEXT_BYTES = 10_000


def build_service() -> Service:
    """The service; it needs no engine."""
    return Service("translate", {"TranslateText": _translate_text})


def _translate_text(request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    del caller  # nothing of the caller's is touched
    text, source, target = (
        str(request.get(name) or "") for name in ("Text", "SourceLanguageCode", "TargetLanguageCode")
    )
    if not text or not source or not target:
        raise ServiceError(
            "InvalidRequestException", "Text, SourceLanguageCode and TargetLanguageCode are needed."
        )
    size = len(text.encode())
    if size > _MAX_TEXT_BYTES:
        raise ServiceError(
            "TextSizeLimitExceededException",
            f"Input text size exceeds limit. Max length of request text allowed is {_MAX_TEXT_BYTES} bytes "
            f"while in this request the text size is {size} bytes",
        )
    if request.get("TerminologyNames"):
        raise ServiceError("ResourceNotFoundException", "There are no terminologies here.")
    if source != target:
        raise ServiceError(
            "UnsupportedLanguagePairException",
            f"This machine has no engine that translates from {source} to {target}. It works on AWS.",
        )
    return {"TranslatedText": text, "SourceLanguageCode": source, "TargetLanguageCode": target}
