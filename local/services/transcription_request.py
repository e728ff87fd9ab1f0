"""Checks a StartTranscriptionJob request and tells what of it no local engine can do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local.services.protocol import ServiceError

_NAME = re.compile(r"[0-9a-zA-Z._-]{1,200}")
_S3_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)
_LANGUAGE_CHOICES = ("LanguageCode", "IdentifyLanguage", "IdentifyMultipleLanguages")

# Option -> why a job that asks for it fails here.
_UNAVAILABLE_SETTINGS = {
    "ShowSpeakerLabels": "no local engine tells speakers apart",
    "ChannelIdentification": "the local engine hears channels together",
    "ShowAlternatives": "the local engine gives one transcript",
    "VocabularyName": "the local engine takes no custom vocabulary",
    "VocabularyFilterName": "the local engine takes no vocabulary filter",
}
_UNAVAILABLE_OPTIONS = {
    "IdentifyMultipleLanguages": "no local engine tells several languages apart",
    "ModelSettings": "the local engine takes no custom language model",
    "ContentRedaction": "no local engine redacts speech",
    "ToxicityDetection": "no local engine judges the toxicity of speech",
    "Subtitles": "the local engine writes no subtitles",
}


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
    media_location(request)
    output_location(request)


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


def unavailable(request: Mapping[str, Any]) -> str | None:
    """Why no local engine can do this job; None if one can."""
    settings = request.get("Settings") or {}
    reasons = [reason for name, reason in _UNAVAILABLE_SETTINGS.items() if settings.get(name)]
    reasons += [reason for name, reason in _UNAVAILABLE_OPTIONS.items() if request.get(name)]
    wanted = (
        [request["LanguageCode"]] if request.get("LanguageCode") else request.get("LanguageOptions") or []
    )
    if wanted and not any(_is_english(code) for code in wanted):
        reasons.append(f"the local engine understands English only, not {', '.join(wanted)}")
    return "; ".join(reasons) or None


def identified_language(request: Mapping[str, Any]) -> str:
    """The code under which English is reported: the first English one of the options, else en-US."""
    return next((code for code in request.get("LanguageOptions") or [] if _is_english(code)), "en-US")


def _is_english(code: str) -> bool:
    return code.startswith("en-")


def _bad(message: str) -> ServiceError:
    return ServiceError("BadRequestException", message)
