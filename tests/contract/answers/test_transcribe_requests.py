"""Every speech option reaches Transcribe as its model says; what the service refuses is refused before."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from braid.aws.transcribe.jobs import FinishedJob, Transcribe, read_job
from braid.aws.transcribe.options import billed_extras, job_options
from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.money.accounting import Meter
from braid.domain.profile.sections.speech import LanguageResources, SpeechPlan
from braid.domain.profile.speech_languages import (
    LANGUAGE_CODES,
    PII_TYPES,
    REDACTED_LANGUAGES,
    TOXICITY_LANGUAGES,
)
from braid.domain.wire import decode
from braid.runtime.library import CODE_ROOT, profile, profile_names
from braid.runtime.prices import price_book
from local.service_models import service_model
from tests.doubles.service_clients import answered_by


def _model() -> OperationModel:
    return service_model("transcribe").operation_model("StartTranscriptionJob")


def _shape(name: str) -> Any:
    return service_model("transcribe").shape_for(name)


_PLANS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("identified", {}, {"IdentifyLanguage": True}),
    ("given", {"language_code": "ja-JP"}, {"LanguageCode": "ja-JP"}),
    (
        "candidates",
        {"language_options": ["de-DE", "en-GB"]},
        {"IdentifyLanguage": True, "LanguageOptions": ["de-DE", "en-GB"]},
    ),
    ("several", {"several_languages": True}, {"IdentifyMultipleLanguages": True}),
    (
        "several candidates",
        {"several_languages": True, "language_options": ["hi-IN", "en-IN"]},
        {"IdentifyMultipleLanguages": True, "LanguageOptions": ["hi-IN", "en-IN"]},
    ),
    (
        "speakers",
        {"max_speakers": 30},
        {"IdentifyLanguage": True, "Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 30}},
    ),
    ("channels", {"channels": True}, {"IdentifyLanguage": True, "Settings": {"ChannelIdentification": True}}),
    (
        "vocabulary",
        {"language_code": "en-US", "vocabulary": "names"},
        {"LanguageCode": "en-US", "Settings": {"VocabularyName": "names"}},
    ),
    (
        "filter",
        {"language_code": "en-US", "vocabulary_filter": "rude", "vocabulary_filter_method": "tag"},
        {
            "LanguageCode": "en-US",
            "Settings": {"VocabularyFilterName": "rude", "VocabularyFilterMethod": "tag"},
        },
    ),
    (
        "custom model",
        {"language_code": "en-US", "language_model": "medicine"},
        {"LanguageCode": "en-US", "ModelSettings": {"LanguageModelName": "medicine"}},
    ),
    (
        "by language",
        {
            "language_options": ["de-DE", "en-US"],
            "vocabulary_filter_method": "remove",
            "by_language": {
                "de-DE": {"vocabulary": "namen", "vocabulary_filter": "grob"},
                "en-US": {"language_model": "medicine"},
            },
        },
        {
            "IdentifyLanguage": True,
            "LanguageOptions": ["de-DE", "en-US"],
            "LanguageIdSettings": {
                "de-DE": {"VocabularyName": "namen", "VocabularyFilterName": "grob"},
                "en-US": {"LanguageModelName": "medicine"},
            },
            "Settings": {"VocabularyFilterMethod": "remove"},
        },
    ),
    (
        "redaction",
        {"language_code": "en-US", "redact_pii": "redacted", "pii_types": ["NAME", "SSN"]},
        {
            "LanguageCode": "en-US",
            "ContentRedaction": {
                "RedactionType": "PII",
                "RedactionOutput": "redacted",
                "PiiEntityTypes": ["NAME", "SSN"],
            },
        },
    ),
    (
        "both transcripts",
        {"language_code": "es-US", "redact_pii": "redacted_and_unredacted"},
        {
            "LanguageCode": "es-US",
            "ContentRedaction": {"RedactionType": "PII", "RedactionOutput": "redacted_and_unredacted"},
        },
    ),
    (
        "toxicity",
        {"language_code": "en-US", "toxicity": True},
        {"LanguageCode": "en-US", "ToxicityDetection": [{"ToxicityCategories": ["ALL"]}]},
    ),
]


@pytest.mark.parametrize(("section", "members"), [case[1:] for case in _PLANS], ids=[c[0] for c in _PLANS])
def test_an_option_becomes_exactly_these_members(section: dict[str, Any], members: dict[str, Any]) -> None:
    plan = decode(SpeechPlan, section)
    assert list(plan.problems()) == []
    assert job_options(plan) == members
    request = {"TranscriptionJobName": "job", "Media": {"MediaFileUri": "s3://results/work/a.flac"}} | members
    report = ParamValidator().validate(request, _model().input_shape)
    assert not report.has_errors(), report.generate_report()
    # ParamValidator knows no enumerations.
    for code in (members.get("LanguageCode"), *members.get("LanguageOptions", ())):
        assert code is None or code in _shape("LanguageCode").enum


def test_every_option_of_the_plan_is_tried_above() -> None:
    tried = {name for _, section, _ in _PLANS for name in section}
    assert tried == set(SpeechPlan.__dataclass_fields__)


def test_the_profiles_ask_for_what_transcribe_takes() -> None:
    for name in profile_names():
        members = job_options(profile(name).speech)
        request = {"TranscriptionJobName": "job", "Media": {"MediaFileUri": "s3://results/a.flac"}} | members
        assert not ParamValidator().validate(request, _model().input_shape).has_errors(), name


def test_our_lists_are_those_of_the_model() -> None:
    assert set(_shape("LanguageCode").enum) == LANGUAGE_CODES
    assert set(_shape("PiiEntityType").enum) == PII_TYPES
    assert set(_shape("VocabularyFilterMethod").enum) == {"mask", "remove", "tag"}
    assert set(_shape("RedactionOutput").enum) == {"redacted", "redacted_and_unredacted"}
    assert REDACTED_LANGUAGES | TOXICITY_LANGUAGES <= LANGUAGE_CODES


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (
            {"language_code": "en-UK"},
            "speech.language_code: 'en-UK' isn't a language code of Transcribe; did",
        ),
        ({"language_code": "en-US", "language_options": ["en-US", "de-DE"]}, "speech.language_code is given"),
        ({"language_code": "en-US", "several_languages": True}, "speech.language_code gives one"),
        ({"language_options": ["de-DE"]}, "speech.language_options must be 2 or more different"),
        ({"language_options": ["de-DE", "Deutsch"]}, "speech.language_options: 'Deutsch' isn't"),
        ({"max_speakers": 1}, "speech.max_speakers must be 0 or from 2 to 30"),
        ({"max_speakers": 31}, "speech.max_speakers must be 0 or from 2 to 30"),
        ({"max_speakers": 2, "channels": True}, "exclude each other"),
        ({"vocabulary": "names"}, "speech.vocabulary is for one language"),
        ({"vocabulary_filter": "rude"}, "speech.vocabulary_filter is for one language"),
        ({"language_model": "medicine"}, "speech.language_model is for one language"),
        ({"language_code": "en-US", "vocabulary": "my names"}, "must be a name of at most 200"),
        ({"by_language": {"de-DE": {"vocabulary": "namen"}}}, "must be one of speech.language_options"),
        (
            {"language_code": "de-DE", "by_language": {"de-DE": {"vocabulary": "namen"}}},
            "speech.by_language is for identified languages",
        ),
        (
            {"language_options": ["de-DE", "fr-FR"], "by_language": {"de-DE": {}}},
            "speech.by_language.de-DE names nothing",
        ),
        (
            {
                "language_options": ["de-DE", "fr-FR", "it-IT", "es-ES", "pt-PT", "en-US"],
                "by_language": {"de-DE": {"vocabulary": "namen"}},
            },
            "speech.language_options must be 2 to 5 different",
        ),
        (
            {
                "several_languages": True,
                "language_options": ["de-DE", "fr-FR"],
                "by_language": {"de-DE": {"language_model": "medizin"}},
            },
            "takes no custom models with several languages",
        ),
        ({"redact_pii": "redacted"}, "speech.redact_pii needs speech.language_code to be given as de-CH,"),
        ({"language_code": "ja-JP", "redact_pii": "redacted"}, "speech.redact_pii needs"),
        ({"pii_types": ["NAME"]}, "speech.redact_pii is off"),
        (
            {"language_code": "en-US", "redact_pii": "redacted", "pii_types": ["FACE"]},
            "'FACE' isn't one of Transcribe's; there are ADDRESS,",
        ),
        ({"toxicity": True}, "speech.toxicity needs speech.language_code to be given as en-US"),
        ({"language_code": "en-GB", "toxicity": True}, "speech.toxicity needs"),
        (
            {"language_code": "en-US", "toxicity": True, "language_model": "m"},
            "takes no custom model with it",
        ),
    ],
)
def test_what_the_service_refuses_is_refused_in_words(section: dict[str, Any], problem: str) -> None:
    problems = list(decode(SpeechPlan, section).problems())
    assert [one for one in problems if problem in one], problems


def test_a_value_outside_a_closed_set_is_refused_when_read() -> None:
    for section in ({"vocabulary_filter_method": "bleep"}, {"redact_pii": "yes"}):
        with pytest.raises(InvalidInputError, match="must be one of"):
            decode(SpeechPlan, section)


@pytest.mark.parametrize(
    ("plan", "extras"),
    [
        (SpeechPlan(), ()),
        (SpeechPlan(language_code="en-US", redact_pii="redacted"), ("ContentRedaction",)),
        (
            SpeechPlan(language_code="en-US", toxicity=True, redact_pii="redacted"),
            ("ContentRedaction", "ToxicityDetection"),
        ),
        (SpeechPlan(language_code="en-US", language_model="m"), ("ModelSettings",)),
        (SpeechPlan(by_language={"en-US": LanguageResources(language_model="m")}), ("ModelSettings",)),
        (SpeechPlan(by_language={"en-US": LanguageResources(vocabulary="v")}), ()),
    ],
)
def test_what_costs_extra_is_counted_by_the_second_and_has_a_price(
    plan: SpeechPlan, extras: tuple[str, ...]
) -> None:
    assert billed_extras(plan) == extras
    job = {"TranscriptionJobName": "talk", "TranscriptionJobStatus": "COMPLETED", "LanguageCode": "en-US"}
    client = answered_by("transcribe", {"GetTranscriptionJob": lambda members: {"TranscriptionJob": job}})
    meter = Meter()
    Transcribe(meter, transcribe=client).finished_job("talk", audio_duration_ms=61_000, plan=plan)
    counted = {usage.operation: usage.quantity for usage in meter.usage()}
    assert counted == dict.fromkeys(
        ("StartTranscriptionJob", *(f"StartTranscriptionJob:{extra}" for extra in extras)), 61
    )
    assert all(price_book().find("transcribe", operation, "second") for operation in counted)


def _finished(**transcript: str) -> FinishedJob:
    job = {"TranscriptionJobName": "talk", "TranscriptionJobStatus": "COMPLETED", "Transcript": transcript}
    return read_job({"TranscriptionJob": job})


@pytest.mark.parametrize(
    "uri",
    [
        "https://s3.us-east-1.amazonaws.com/results/work/talk/1/redacted-transcribe.json",
        "https://s3.amazonaws.com/results/work/talk/1/redacted-transcribe.json",
        "https://results.s3.eu-west-1.amazonaws.com/work/talk/1/redacted-transcribe.json",
    ],
)
def test_the_output_is_where_the_service_says(uri: str) -> None:
    job = _finished(RedactedTranscriptFileUri=uri)
    assert job.output_key("results", redacted=True) == "work/talk/1/redacted-transcribe.json"


def test_the_unredacted_file_never_stands_in_for_the_redacted_one() -> None:
    job = _finished(
        TranscriptFileUri="https://s3.us-east-1.amazonaws.com/results/work/talk/1/transcribe.json"
    )
    assert job.output_key("results", redacted=False) == "work/talk/1/transcribe.json"
    with pytest.raises(InvalidServiceOutputError, match="wrote no file of a redacted transcript"):
        job.output_key("results", redacted=True)
    with pytest.raises(InvalidServiceOutputError, match="not in bucket other"):
        job.output_key("other", redacted=False)


def test_every_option_is_explained_where_people_write_it() -> None:
    text = (CODE_ROOT / "profiles" / "general" / "profile.toml").read_text("utf-8")
    section = text.partition("[speech]")[2].partition("\n[")[0]
    shown = "\n".join(line[2:] for line in section.splitlines() if re.match(r"# [a-z_]+ = ", line))
    assert tomllib.loads(shown).keys() == SpeechPlan.__dataclass_fields__.keys()
    decode(SpeechPlan, tomllib.loads(shown))
