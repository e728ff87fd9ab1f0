"""Profiles: a kind of use as a folder of files. Reading and checking; finding the folder is the caller's."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.model_registry import TIERS
from braid.domain.profile.files import decision_problems, malformed, read_paths, schema_problems
from braid.domain.profile.plan import ProfilePlan
from braid.domain.profile.policy import FILE as POLICY_FILE
from braid.domain.profile.policy import Policy, read_policy
from braid.domain.profile.references import Reference, read_references
from braid.domain.profile.taxonomy import with_paths
from braid.domain.toml_text import parse_toml
from braid.domain.wire import decode, old_spellings

__all__ = [
    "NAME",
    "Profile",
    "asked_with",
    "profile_hash",
    "read_profile",
]

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Profile(ProfilePlan):
    """What to analyse, what to ask, and what the answer looks like, for one kind of use.

    ``rules`` are those of every profile and precede its ``prompt``. ``references`` are the files beside the
    prompt that are asked along, ``taxonomy_paths`` those that a category may have. ``content_hash`` (SHA-256
    over the rules and every file that is ``asked_with``) goes into each answer: two answers with the same
    hash were asked for in the same words. ``warnings`` say what its author should change soon.
    """

    rules: str
    prompt: str
    answer_schema: dict[str, Any]
    content_hash: str
    references: tuple[Reference, ...] = ()
    taxonomy_paths: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def downgraded(self) -> Profile:
        """The same questions for the cheapest models, which are shown no pictures; none are described."""
        cheapest = TIERS[0]
        inference = dataclasses.replace(
            self.inference,
            text_tier=cheapest,
            picture_tier=cheapest,
            large_tier=cheapest,
            escalation_tier=cheapest,
            max_pictures=0,
        )
        vision = dataclasses.replace(self.vision, description_tier="")
        return dataclasses.replace(self, inference=inference, vision=vision)

    def policy(self, language_code: str | None) -> Policy:
        """The thresholds of ``policy.md`` that hold for an asset in that language."""
        found = next((item for item in self.references if item.name == POLICY_FILE), None)
        return read_policy(found.text_for(language_code), self.decision.ranks)[0] if found else {}


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
    plan, warnings = _read_plan(files, problems)
    prompt = _text(files, "prompt.md", problems)
    schema = _read_schema(files, problems)
    references, wrong = read_references(files)
    problems.extend(wrong)
    paths: tuple[str, ...] = ()
    if not NAME.fullmatch(name):
        problems.append(f"the folder's name must be {NAME.pattern}")
    if plan is not None:
        if plan.name != name:
            problems.append(f"profile.toml: name is {plan.name!r}, the folder is {name!r}")
        problems.extend(f"profile.toml: {each}" for each in plan.problems())
        if schema is not None:
            problems.extend(schema_problems(schema, plan.inference.headline))
            problems.extend(f"profile.toml: {each}" for each in plan.accessibility.schema_problems(schema))
            problems.extend(f"profile.toml: {each}" for each in plan.checks.schema_problems(schema))
            paths = read_paths(schema, plan.taxonomy, references, problems)
            problems.extend(decision_problems(schema, plan.decision, plan.review, references))
    if not prompt.strip() and "prompt.md" in files:
        problems.append("prompt.md is empty")
    if problems or plan is None or schema is None:
        raise ConfigError(f"profiles/{name}: " + "\n  ".join(problems))
    return Profile(
        **{section.name: getattr(plan, section.name) for section in dataclasses.fields(plan)},
        rules=rules,
        prompt=prompt,
        answer_schema=with_paths(schema, plan.taxonomy, paths) if paths else schema,
        content_hash=profile_hash({**asked, "../rules.md": rules.encode()}),
        references=references,
        taxonomy_paths=paths,
        warnings=tuple(f"profiles/{name}: profile.toml: {each}" for each in warnings),
    )


def _text(files: Mapping[str, bytes], path: str, problems: list[str]) -> str:
    if path not in files:
        problems.append(f"{path} is missing")
        return ""
    try:
        return files[path].decode()
    except UnicodeDecodeError as error:
        problems.append(f"{path} isn't UTF-8 (byte {error.start + 1} is wrong); save it as UTF-8")
        return ""


def _read_plan(files: Mapping[str, bytes], problems: list[str]) -> tuple[ProfilePlan | None, list[str]]:
    """The plan, where it can be read, and the members that have another name now."""
    text = _text(files, "profile.toml", problems)
    if not text:
        return None, []
    try:
        written = parse_toml(text)
        return decode(ProfilePlan, written), old_spellings(ProfilePlan, written)
    except (ValueError, InvalidInputError) as error:
        told = str(error).replace("ProfilePlan.", "").replace("ProfilePlan", "it")
        problems.append(f"profile.toml: {told}")
        return None, []


def _read_schema(files: Mapping[str, bytes], problems: list[str]) -> dict[str, Any] | None:
    text = _text(files, "answer.schema.json", problems)
    if not text:
        return None
    try:
        schema = parse_json(text)
    except ValueError as error:
        problems.append(f"answer.schema.json isn't JSON: {error}")
        return None
    if not isinstance(schema, dict) or schema.get("type") != "object":
        problems.append("answer.schema.json must describe an object: a tool's input is one")
        return None
    if wrong := [f"answer.schema.json: {each}" for each in malformed(schema)]:
        problems.extend(wrong)
        return None
    return schema
