"""Checks a StartTranscriptionJob request and tells what of it no local engine can do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local.services.protocol import ServiceError

_NAME = re.compile(r"[0-9a-zA-Z._-]{1,200}")
_S3_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)
_LANGUAGE_CHOICES = ("LanguageCode", "IdentifyLanguage", "IdentifyMultipleLanguages")

# Option -> why a job that asks for it fails here. What only adds to a transcript (toxicity, several
# languages) is left out of the output instead: the words are worth having without it.
_UNAVAILABLE_SETTINGS = {"ShowAlternatives": "the local engine gives one transcript"}
_UNAVAILABLE_OPTIONS = {"Subtitles": "the local engine writes no subtitles"}

# "Redacting PII in your batch job" (our patterns know English alone) and "Detecting toxic speech".
_REDACTED_LANGUAGES = ("en-US",)
_TOXICITY_LANGUAGES = ("en-US",)


def check(request: Mapping[str, Any]) -> None:
    """Raises ``ServiceError`` BadRequestException for what Transcribe itself refuses at the start."""
    if not _NAME.fullmatch(request["TranscriptionJobName"]):
        raise _bad("The job name must match [0-9a-zA-Z._-] and have at most 200 characters.")
    chosen = [name for name in _LANGUAGE_CHOICES if request.get(name)]
    if not chosen:
        raise _bad(
            "The language code is missing. Either add a language code or turn on language identification."
        )
    if len(chosen) > 1:
        raise _bad(f"Give only one of {' and '.join(chosen)}.")
    settings = request.get("Settings") or {}
    if bool(settings.get("ShowSpeakerLabels")) != ("MaxSpeakerLabels" in settings):
        raise _bad("ShowSpeakerLabels and MaxSpeakerLabels must be given together.")
    if settings.get("ShowSpeakerLabels") and settings.get("ChannelIdentification"):
        raise _bad("You can't set both ShowSpeakerLabels and ChannelIdentification.")
    if "VocabularyFilterName" in settings and "VocabularyFilterMethod" not in settings:
        raise _bad("VocabularyFilterName needs VocabularyFilterMethod.")
    waiting = request.get("JobExecutionSettings") or {}
    if len({"AllowDeferredExecution", "DataAccessRoleArn"} & set(waiting)) == 1:
        raise _bad("AllowDeferredExecution and DataAccessRoleArn must be given together.")
    _check_content_options(request)
    _check_resources(request)
    media_location(request)
    output_location(request)


def _check_content_options(request: Mapping[str, Any]) -> None:
    for option, languages in (
        ("ContentRedaction", _REDACTED_LANGUAGES),
        ("ToxicityDetection", _TOXICITY_LANGUAGES),
    ):
        if request.get(option) and request.get("LanguageCode") not in languages:
            raise _bad(f"{option} isn't supported here but with LanguageCode {', '.join(languages)}.")


def _check_resources(request: Mapping[str, Any]) -> None:
    """Vocabularies, filters and models can't be made here, so that none of any name exists."""
    named = [
        request.get("Settings") or {},
        request.get("ModelSettings") or {},
        *(request.get("LanguageIdSettings") or {}).values(),
    ]
    for member, what in (
        ("VocabularyName", "vocabulary"),
        ("VocabularyFilterName", "vocabulary filter"),
        ("LanguageModelName", "language model"),
    ):
        for settings in named:
            if settings.get(member):
                raise _bad(
                    f"The requested {what} {settings[member]!r} couldn't be found. Check the name and try"
                    f" your request again. (The embedded Transcribe holds no {what} at all.)"
                )


def media_location(request: Mapping[str, Any]) -> tuple[str, str]:
    """Bucket and key of the media. Raises ``ServiceError`` BadRequestException."""
    uri = (request.get("Media") or {}).get("MediaFileUri", "")
    parts = _S3_URI.fullmatch(uri)
    if parts is None:
        raise _bad(f"The media URI must have the form s3://bucket/key; it is {uri!r}.")
    return parts[1], parts[2]


def output_location(request: Mapping[str, Any]) -> tuple[str, str]:
    """Bucket and key of the transcript, by Transcribe's rule: a key that ends in .json is the file's name,
    any other a folder for ``<job name>.json``. Raises ``ServiceError`` BadRequestException.
    """
    bucket = request.get("OutputBucketName")
    if not bucket:
        raise _bad("OutputBucketName is missing; the embedded Transcribe has no bucket of its own.")
    key = request.get("OutputKey") or ""
    if key.endswith(".json"):
        return bucket, key
    folder = f"{key.rstrip('/')}/" if key else ""
    return bucket, f"{folder}{request['TranscriptionJobName']}.json"


def redacted_key(key: str) -> str:
    """Where the redacted transcript lies: beside the other one, under a name that says so."""
    folder, slash, name = key.rpartition("/")
    return f"{folder}{slash}redacted-{name}"


def unavailable(request: Mapping[str, Any]) -> str | None:
    """Why no local engine can do this job; None if one can."""
    settings = request.get("Settings") or {}
    reasons = [reason for name, reason in _UNAVAILABLE_SETTINGS.items() if settings.get(name)]
    reasons += [reason for name, reason in _UNAVAILABLE_OPTIONS.items() if request.get(name)]
    return "; ".join(reasons) or None


def wanted_codes(request: Mapping[str, Any]) -> tuple[str, ...]:
    """The language codes that the speech may have; none where any will do."""
    code = request.get("LanguageCode")
    return (code,) if code else tuple(request.get("LanguageOptions") or ())


def _bad(message: str) -> ServiceError:
    return ServiceError("BadRequestException", message)
