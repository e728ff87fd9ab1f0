"""Enough, nothing found, or a required modality missing; and what the merged language document holds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.errors import ConfigError
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.profile.profile import Profile, read_profile
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.profile.sections.modalities import ModalitiesPlan
from braid.runtime.library import CODE_ROOT, profile
from evaluation.fusion_truth.materials import admission, picture_and_text, transcript
from lambdas.fusion.choose.summary import summarize
from lambdas.fusion.choose.verdict import decide
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.fusion.observe.branch_documents import merge_language

MISSING = BranchOutcome(
    "missing",
    error="UnsupportedError",
    cause=json.dumps({"errorMessage": "transcribe: no speech engine", "errorType": "UnsupportedError"}),
)
ABSENT = BranchOutcome("absent")
ANALYZED = BranchOutcome("analyzed")


def branches(
    speech: BranchOutcome, vision: BranchOutcome, text: BranchOutcome
) -> dict[Modality, BranchOutcome]:
    return {Modality.SPEECH: speech, Modality.VISION: vision, Modality.TEXT: text}


def needing(*modalities: Modality) -> Profile:
    general = profile("general")
    return replace(general, modalities=ModalitiesPlan(general.modalities.wanted, modalities))


def timeline_of(material: FusionInput) -> Timeline:
    return fuse(material, Thresholds(), 8000)


NOTHING = timeline_of(FusionInput(admission(duration_ms=1000), transcript=transcript()))
SOMETHING = timeline_of(picture_and_text(["Trail Runner"], "A shoe."))


def test_evidence_is_enough() -> None:
    verdict = decide(needing(), branches(ABSENT, ANALYZED, ANALYZED), SOMETHING)
    assert (verdict.verdict, verdict.reason) == ("enough", None)
    assert summarize(SOMETHING, verdict).startswith("2 observations in 1 segment")


def test_nothing_found_says_what_was_missing() -> None:
    verdict = decide(needing(), branches(MISSING, ABSENT, ABSENT), NOTHING)
    assert verdict.verdict == "nothing_found"
    assert "transcribe: no speech engine" in (verdict.reason or "")
    assert summarize(NOTHING, verdict) == verdict.reason


@pytest.mark.parametrize(
    ("branch", "told"), [(MISSING, "no speech engine"), (ABSENT, "the asset has no speech")]
)
def test_a_required_modality_that_gave_nothing_fails_the_asset(branch: BranchOutcome, told: str) -> None:
    verdict = decide(needing(Modality.SPEECH), branches(branch, ANALYZED, ANALYZED), SOMETHING)
    assert verdict.verdict == "required_missing"
    assert told in (verdict.reason or "")


def test_a_cause_that_is_no_json_is_told_in_words() -> None:
    branch = BranchOutcome("missing", error="States.Timeout", cause="it took too long")
    verdict = decide(needing(), branches(branch, ABSENT, ABSENT), NOTHING)
    assert "it took longer than it may take" in (verdict.reason or "")


def test_language_documents_become_one() -> None:
    one = LanguageAnalysis(
        (LanguageSource("transcript", "en", "hello", {"u1": 0}),),
        missing=(MissingOperation("comprehend:DetectToxicContent", "no engine"),),
        usage=(Usage("comprehend", "DetectEntities", "unit", 3),),
    )
    other = LanguageAnalysis(
        (LanguageSource("passages", "en", "hi", {"p1": 0}),),
        missing=(MissingOperation("comprehend:DetectToxicContent", "no engine"),),
        usage=(Usage("comprehend", "DetectEntities", "unit", 4),),
    )
    unanalyzed = BranchOutcome("unanalyzed", error="ThrottledError", cause="too many")
    merged = merge_language([one, other], branches(ANALYZED, unanalyzed, ANALYZED))
    assert [source.source for source in merged.sources] == ["transcript", "passages"]
    assert merged.usage == (Usage("comprehend", "DetectEntities", "unit", 7),)
    assert [item.operation for item in merged.missing] == [
        "comprehend:DetectToxicContent",
        "language:detected_text",
    ]


@pytest.mark.parametrize(
    ("section", "complaint"),
    [
        ("pauses_ms = 900", "pauses_ms"),
        ("redundant_from = 2", "fusion.redundant_from must be from 0 to 1"),
        ("pause_ms = -1", "fusion.pause_ms can't be negative"),
    ],
)
def test_what_is_wrong_with_a_profiles_thresholds_is_told_when_it_is_read(
    section: str, complaint: str
) -> None:
    folder = CODE_ROOT / "profiles" / "general"
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    text = files["profile.toml"].decode()

    sound = text.replace("[fusion]", "[fusion]\npause_ms = 900")
    assert read_profile("general", {**files, "profile.toml": sound.encode()}, "").fusion.pause_ms == 900
    broken = text.replace("[fusion]", f"[fusion]\n{section}")
    with pytest.raises(ConfigError, match=complaint):
        read_profile("general", {**files, "profile.toml": broken.encode()}, "")
