"""A profile's speech plan as members of StartTranscriptionJob. Pure.

Only what is asked for is sent: an option that stands at its default leaves no member behind.
"""

from __future__ import annotations

from typing import Any

from braid.domain.profile.sections.speech import LanguageResources, SpeechPlan

__all__ = ["billed_extras", "job_options"]


def job_options(plan: SpeechPlan) -> dict[str, Any]:
    """The request's members beside name, media and output; the plan has no ``problems``."""
    members = _language(plan)
    if settings := _settings(plan):
        members["Settings"] = settings
    if plan.language_model:
        members["ModelSettings"] = {"LanguageModelName": plan.language_model}
    if plan.redact_pii:
        redaction: dict[str, Any] = {"RedactionType": "PII", "RedactionOutput": plan.redact_pii}
        if plan.pii_types:
            redaction["PiiEntityTypes"] = list(plan.pii_types)
        members["ContentRedaction"] = redaction
    if plan.toxicity:
        members["ToxicityDetection"] = [{"ToxicityCategories": ["ALL"]}]
    return members


def billed_extras(plan: SpeechPlan) -> tuple[str, ...]:
    """The options that cost something on top of the transcription, by the second like it; as members."""
    models = (plan.language_model, *(resources.language_model for resources in plan.by_language.values()))
    extras = {
        "ContentRedaction": bool(plan.redact_pii),
        "ModelSettings": any(models),
        "ToxicityDetection": plan.toxicity,
    }
    return tuple(name for name, is_asked in extras.items() if is_asked)


def _language(plan: SpeechPlan) -> dict[str, Any]:
    if plan.language_code:
        return {"LanguageCode": plan.language_code}
    members: dict[str, Any] = {
        "IdentifyMultipleLanguages" if plan.several_languages else "IdentifyLanguage": True
    }
    if plan.language_options:
        members["LanguageOptions"] = list(plan.language_options)
    if plan.by_language:
        members["LanguageIdSettings"] = {
            code: _named(resources) for code, resources in plan.by_language.items()
        }
    return members


def _settings(plan: SpeechPlan) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if plan.max_speakers:
        settings |= {"ShowSpeakerLabels": True, "MaxSpeakerLabels": plan.max_speakers}
    if plan.channels:
        settings["ChannelIdentification"] = True
    if plan.vocabulary:
        settings["VocabularyName"] = plan.vocabulary
    if plan.vocabulary_filter:
        settings["VocabularyFilterName"] = plan.vocabulary_filter
    by_language = plan.by_language.values()
    if plan.vocabulary_filter or any(resources.vocabulary_filter for resources in by_language):
        # Filters of identified languages have no method of their own: the settings' one holds for all.
        settings["VocabularyFilterMethod"] = plan.vocabulary_filter_method
    return settings


_MEMBERS = {
    "vocabulary": "VocabularyName",
    "vocabulary_filter": "VocabularyFilterName",
    "language_model": "LanguageModelName",
}


def _named(resources: LanguageResources) -> dict[str, str]:
    return {_MEMBERS[member]: name for member, name in resources.named()}
