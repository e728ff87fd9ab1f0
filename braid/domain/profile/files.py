"""What the files of a profile owe each other: the schema to its plan, the plan to policy and taxonomy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from braid.domain.profile.policy import FILE as POLICY_FILE
from braid.domain.profile.policy import read_policy
from braid.domain.profile.references import Reference
from braid.domain.profile.schema_pointers import schema_at
from braid.domain.profile.sections.decision import DecisionPlan, decision_schema_problems
from braid.domain.profile.sections.review import ReviewPlan
from braid.domain.profile.taxonomy import FILE as TAXONOMY_FILE
from braid.domain.profile.taxonomy import TaxonomyPlan, read_taxonomy, taxonomy_problems

__all__ = ["decision_problems", "malformed", "read_paths", "schema_problems"]

_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_COMBINED = ("anyOf", "oneOf", "allOf")
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("required", "enum", *_COMBINED), list),
    **dict.fromkeys(("properties", "items"), dict),
    "type": (str, list),
}
_DEEPEST = 50
# A tool of Nova takes type, properties and required at the top of its schema: braid/aws/bedrock/converse.py.
_UNTOLD = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "patternProperties"})


def schema_problems(schema: Mapping[str, Any], headline: str) -> Iterator[str]:
    """What is wrong with an answer's schema whatever the profile; ``headline`` points into it."""
    yield from _misspelt(schema)
    if not _has_citations(schema):
        yield "answer.schema.json: no object has evidence_ids, so that no statement could be traced"
    if schema_at(schema, headline) is None:
        yield f"profile.toml: inference.headline points to {headline}, which the schema doesn't have"


def read_paths(
    schema: Mapping[str, Any], plan: TaxonomyPlan, references: Iterable[Reference], problems: list[str]
) -> tuple[str, ...]:
    """The paths of ``taxonomy.txt`` where the answer is to hold one."""
    if not plan.pointer:
        return ()
    problems.extend(taxonomy_problems(schema, plan))
    found = next((item for item in references if item.name == TAXONOMY_FILE), None)
    if found is None:
        problems.append(f"{TAXONOMY_FILE} is missing: taxonomy.pointer wants a path of it")
        return ()
    paths, wrong = read_taxonomy(found.text)
    problems.extend(wrong)
    if found.by_language:
        problems.append(f"{TAXONOMY_FILE} can't have variants: the answer's schema holds its paths")
    return paths


def decision_problems(
    schema: Mapping[str, Any], plan: DecisionPlan, review: ReviewPlan, references: Iterable[Reference]
) -> Iterator[str]:
    """Why the plan can't decide: what schema, policy or review rules lack for it."""
    if not plan.decides or any(plan.problems()):
        return
    yield from decision_schema_problems(schema, plan)
    for decision in review.decisions:
        if decision not in plan.ranks:
            yield f"profile.toml: review.decisions has {decision!r}, which decision.ranks doesn't name"
    if not plan.categories:
        return
    found = next((item for item in references if item.name == POLICY_FILE), None)
    if found is None:
        yield f"{POLICY_FILE} is missing: decision.categories are held against its thresholds"
        return
    variants = {f"policy.{code}.md": text for code, text in found.by_language.items()}
    for name, text in ({POLICY_FILE: found.text} | variants).items():
        yield from (f"{name}: {problem}" for problem in read_policy(text, plan.ranks)[1])


def malformed(schema: Any, path: str = "") -> Iterator[str]:
    """Where a word of JSON Schema has a value of a kind that it doesn't take, or schemas nest too deep."""
    where = path or "the top"
    if not isinstance(schema, Mapping):
        yield f"{where} must be an object, not {schema!r:.40}"
        return
    if path.count("/") > _DEEPEST:
        yield f"{where} lies too deep"
        return
    for word, kinds in _KINDS.items():
        if word in schema and not isinstance(schema[word], kinds):
            yield f"{where}: {word} can't be {schema[word]!r:.40}"
            return
    for word in ("required", "type"):
        if not all(isinstance(each, str) for each in schema.get(word, ())):
            yield f"{where}: {word} takes texts"
    for name, member in schema.get("properties", {}).items():
        yield from malformed(member, f"{path}/{name}")
    parts = [schema["items"]] if "items" in schema else []
    for part in [*parts, *(part for word in _COMBINED for part in schema.get(word, ()))]:
        yield from malformed(part, f"{path}/0")


def _misspelt(schema: Mapping[str, Any]) -> Iterator[str]:
    """What no answer could satisfy, and what a model would never be told."""
    for member in sorted(_UNTOLD & schema.keys()):
        yield f"answer.schema.json: {member} at the top isn't told to a model: write it into properties"
    for path, part in _parts(schema):
        where = f"answer.schema.json: {path or 'the top'}"
        if "$ref" in part:
            yield f"{where} refers to {part['$ref']}, which a model isn't shown: write it out there"
        kinds = part.get("type", ())
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind not in _TYPES:
                yield f"{where} has the type {kind!r}; there are {', '.join(_TYPES)}"
        known = part.get("properties", {})
        for name in part.get("required", ()):
            if known and name not in known:
                yield f"{where} requires {name}, which isn't among its properties"


def _parts(schema: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A schema and those within it, each with the pointer of what it describes."""
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for name, member in (schema.get("properties") or {}).items():
        yield from _parts(member, f"{path}/{name}")
    yield from _parts(schema.get("items"), f"{path}/0")
    for kind in _COMBINED:
        for member in schema.get(kind, ()):
            yield from _parts(member, path)


def _has_citations(schema: Mapping[str, Any]) -> bool:
    """Looked for everywhere, without recursion: what no word of ours means may nest as it likes."""
    left: list[Any] = [schema]
    while left:
        part = left.pop()
        if isinstance(part, Mapping):
            properties = part.get("properties")
            if isinstance(properties, Mapping) and "evidence_ids" in properties:
                return True
            left += part.values()
        elif isinstance(part, list):
            left += part
    return False
