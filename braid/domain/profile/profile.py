"""Profiles: a use case as a folder of files. Reading and validation; finding the folder is the caller's."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from braid.domain.asset.asset import Modality
from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.model_registry import TIERS
from braid.domain.profile.files import decision_problems, read_paths, schema_problems
from braid.domain.profile.policy import FILE as POLICY_FILE
from braid.domain.profile.policy import Policy, read_policy
from braid.domain.profile.references import Reference, read_references
from braid.domain.profile.sections.accessibility import AccessibilityPlan
from braid.domain.profile.sections.captions import CaptionPlan
from braid.domain.profile.sections.checks import CheckPlan
from braid.domain.profile.sections.decision import DecisionPlan
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.profile.sections.gates import GatePlan
from braid.domain.profile.sections.guardrail import GuardrailPlan
from braid.domain.profile.sections.report import ReportPlan
from braid.domain.profile.sections.review import ReviewPlan
from braid.domain.profile.sections.speech import SpeechPlan
from braid.domain.profile.sections.targets import TargetPlan
from braid.domain.profile.sections.vision import VisionPlan
from braid.domain.profile.taxonomy import TaxonomyPlan, with_paths
from braid.domain.wire import decode

__all__ = [
    "NAME",
    "InferencePlan",
    "Profile",
    "ProfileModalities",
    "asked_with",
    "profile_hash",
    "read_profile",
]

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MAX_REPAIRS = 2
_MAX_PICTURES = 20
_MAX_OUTPUT_TOKENS = 10_000
ServiceTier = Literal["default", "flex", "priority"]
_POINTER = re.compile(r"(/[^/]+)+")


@dataclass(frozen=True)
class ProfileModalities:
    """What is analysed where an asset has it, and what it can't be answered without."""

    wanted: tuple[Modality, ...]
    required: tuple[Modality, ...] = ()


@dataclass(frozen=True)
class InferencePlan:
    """How the answer is asked for. Tiers are those of the model registry.

    Text alone goes to ``text_tier`` up to ``small_evidence_tokens``, more of it to ``large_tier``, pictures
    (at most ``max_pictures``) to ``picture_tier``; a failed repair, and an answer of less confidence than
    ``escalate_below``, escalate to ``escalation_tier``. ``cache_prompt`` marks rules and prompt for Bedrock's
    prompt cache, ``service_tier`` is Bedrock's: ``flex`` is slower and cheaper, ``priority`` the reverse.
    ``headline`` is a JSON pointer to the text that stands for the whole answer.
    """

    headline: str
    text_tier: str = "micro"
    picture_tier: str = "lite"
    large_tier: str = "lite"
    escalation_tier: str = "pro"
    small_evidence_tokens: int = 6000
    max_output_tokens: int = 3000
    temperature: float = 0.0
    max_pictures: int = 0
    repairs: int = _MAX_REPAIRS
    escalate_below: float = 0.0
    cache_prompt: bool = False
    service_tier: ServiceTier = "default"


@dataclass(frozen=True)
class Profile:
    """A use case: what to analyse, what to ask, and what the answer looks like.

    ``rules`` are those of every profile and precede its ``prompt``; ``fusion`` holds fusion's thresholds.
    ``references`` are the files beside the prompt that are asked along, ``taxonomy`` the paths that a
    category may have. ``content_hash`` (SHA-256 over the rules and every file that is ``asked_with``) goes
    into each answer: two answers with the same hash were asked for in the same words.
    """

    name: str
    title: str
    description: str
    modalities: ProfileModalities
    inference: InferencePlan
    rules: str
    prompt: str
    answer_schema: dict[str, Any]
    content_hash: str
    fusion: Thresholds = field(default_factory=Thresholds)
    gates: GatePlan = field(default_factory=GatePlan)
    speech: SpeechPlan = field(default_factory=SpeechPlan)
    vision: VisionPlan = field(default_factory=VisionPlan)
    report: ReportPlan = field(default_factory=ReportPlan)
    guardrail: GuardrailPlan = field(default_factory=GuardrailPlan)
    review: ReviewPlan = field(default_factory=ReviewPlan)
    targets: TargetPlan = field(default_factory=TargetPlan)
    captions: CaptionPlan = field(default_factory=CaptionPlan)
    checks: CheckPlan = field(default_factory=CheckPlan)
    accessibility: AccessibilityPlan = field(default_factory=AccessibilityPlan)
    decision: DecisionPlan = field(default_factory=DecisionPlan)
    taxonomy_plan: TaxonomyPlan = field(default_factory=TaxonomyPlan)
    references: tuple[Reference, ...] = ()
    taxonomy: tuple[str, ...] = ()

    def policy(self, language_code: str | None) -> Policy:
        """The thresholds of ``policy.md`` that hold for an asset in that language."""
        found = next((item for item in self.references if item.name == POLICY_FILE), None)
        return read_policy(found.text_for(language_code), self.decision.ranks)[0] if found else {}


@dataclass(frozen=True)
class _Toml:
    """``profile.toml`` as it is written."""

    name: str
    title: str
    description: str
    modalities: ProfileModalities
    inference: InferencePlan
    fusion: Thresholds = field(default_factory=Thresholds)
    gates: GatePlan = field(default_factory=GatePlan)
    speech: SpeechPlan = field(default_factory=SpeechPlan)
    vision: VisionPlan = field(default_factory=VisionPlan)
    report: ReportPlan = field(default_factory=ReportPlan)
    guardrail: GuardrailPlan = field(default_factory=GuardrailPlan)
    review: ReviewPlan = field(default_factory=ReviewPlan)
    targets: TargetPlan = field(default_factory=TargetPlan)
    captions: CaptionPlan = field(default_factory=CaptionPlan)
    checks: CheckPlan = field(default_factory=CheckPlan)
    accessibility: AccessibilityPlan = field(default_factory=AccessibilityPlan)
    decision: DecisionPlan = field(default_factory=DecisionPlan)
    taxonomy: TaxonomyPlan = field(default_factory=TaxonomyPlan)


def asked_with(path: str) -> bool:
    """Whether the file at ``path`` of a profile's folder bears on what is asked: examples and hidden files
    don't."""
    parts = path.split("/")
    return parts[0] != "examples" and not any(part.startswith(".") for part in parts)


def profile_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the folder's files by path, each with its length, so that no two folders share a hash."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def read_profile(name: str, files: Mapping[str, bytes], rules: str) -> Profile:
    """Builds the profile of folder ``name`` from its files (relative path to content) and the common rules.

    Raises ConfigError that lists everything that is wrong with it.
    """
    problems: list[str] = []
    asked = {path: body for path, body in files.items() if asked_with(path)}
    toml = _read_toml(files, problems)
    prompt = _text(files, "prompt.md", problems)
    schema = _read_schema(files, problems)
    references, wrong = read_references(files)
    problems.extend(wrong)
    paths: tuple[str, ...] = ()
    if not NAME.fullmatch(name):
        problems.append(f"the folder's name must be {NAME.pattern}")
    if toml is not None:
        problems.extend(_plan_problems(name, toml))
        if schema is not None:
            problems.extend(schema_problems(schema, toml.inference.headline))
            problems.extend(f"profile.toml: {each}" for each in toml.accessibility.schema_problems(schema))
            problems.extend(f"profile.toml: {each}" for each in toml.checks.schema_problems(schema))
            paths = read_paths(schema, toml.taxonomy, references, problems)
            problems.extend(decision_problems(schema, toml.decision, toml.review, references))
    if not prompt.strip() and "prompt.md" in files:
        problems.append("prompt.md is empty")
    if problems or toml is None or schema is None:
        raise ConfigError(f"profiles/{name}: " + "\n  ".join(problems))
    return Profile(
        name=toml.name,
        title=toml.title,
        description=toml.description,
        modalities=toml.modalities,
        inference=toml.inference,
        rules=rules,
        prompt=prompt,
        answer_schema=with_paths(schema, toml.taxonomy, paths) if paths else schema,
        content_hash=profile_hash({**asked, "../rules.md": rules.encode()}),
        fusion=toml.fusion,
        gates=toml.gates,
        speech=toml.speech,
        vision=toml.vision,
        report=toml.report,
        guardrail=toml.guardrail,
        review=toml.review,
        targets=toml.targets,
        captions=toml.captions,
        checks=toml.checks,
        accessibility=toml.accessibility,
        decision=toml.decision,
        taxonomy_plan=toml.taxonomy,
        references=references,
        taxonomy=paths,
    )


def _text(files: Mapping[str, bytes], path: str, problems: list[str]) -> str:
    if path not in files:
        problems.append(f"{path} is missing")
        return ""
    try:
        return files[path].decode()
    except UnicodeDecodeError as error:
        problems.append(f"{path} isn't UTF-8: {error}")
        return ""


def _read_toml(files: Mapping[str, bytes], problems: list[str]) -> _Toml | None:
    text = _text(files, "profile.toml", problems)
    if not text:
        return None
    try:
        return decode(_Toml, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, InvalidInputError) as error:
        problems.append(f"profile.toml: {str(error).replace('_Toml.', '').replace('_Toml', 'it')}")
        return None


def _read_schema(files: Mapping[str, bytes], problems: list[str]) -> dict[str, Any] | None:
    text = _text(files, "answer.schema.json", problems)
    if not text:
        return None
    try:
        schema = json.loads(text)
    except ValueError as error:
        problems.append(f"answer.schema.json isn't JSON: {error}")
        return None
    if not isinstance(schema, dict) or schema.get("type") != "object":
        problems.append("answer.schema.json must describe an object: a tool's input is one")
        return None
    return schema


def _plan_problems(name: str, toml: _Toml) -> Iterator[str]:
    plan = toml.inference
    if toml.name != name:
        yield f"profile.toml: name is {toml.name!r}, the folder is {name!r}"
    if not toml.modalities.wanted:
        yield "profile.toml: modalities.wanted names none"
    for modality in toml.modalities.required:
        if modality not in toml.modalities.wanted:
            yield f"profile.toml: modalities.required has {modality}, which isn't wanted"
    for member in ("text_tier", "picture_tier", "large_tier", "escalation_tier"):
        if getattr(plan, member) not in TIERS:
            yield f"profile.toml: inference.{member} must be one of {', '.join(TIERS)}"
    limits = (
        ("repairs", 0, _MAX_REPAIRS),
        ("max_pictures", 0, _MAX_PICTURES),
        ("max_output_tokens", 1, _MAX_OUTPUT_TOKENS),
        ("small_evidence_tokens", 0, 10**6),
        ("temperature", 0.0, 1.0),
        ("escalate_below", 0.0, 1.0),
    )
    for member, least, most in limits:
        if not least <= getattr(plan, member) <= most:
            yield f"profile.toml: inference.{member} must be from {least} to {most}"
    sections = (
        toml.gates,
        toml.speech,
        toml.vision,
        toml.guardrail,
        toml.review,
        toml.targets,
        toml.decision,
        toml.fusion,
        toml.captions,
        toml.checks,
        toml.accessibility,
    )
    for section in sections:
        yield from (f"profile.toml: {problem}" for problem in section.problems())
    if toml.report.embed_media and toml.speech.redact_pii:
        yield "profile.toml: report.embed_media would carry the words that speech.redact_pii takes out"
    if not _POINTER.fullmatch(plan.headline):
        yield "profile.toml: inference.headline must be a JSON pointer such as /summary/0/text"
