"""What a JSON Schema's property wants, read from its name, description and type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = [
    "has_type",
    "is_citation",
    "is_judgement",
    "is_nullable",
    "lists_colors",
    "lists_pairs",
    "lists_voices",
    "means_undecided",
    "means_unknown",
    "name_of",
    "question_of",
    "role_of",
    "type_of",
    "wants_a_title",
]

_WORDS_OF_ROLES = (
    ("topics", "topic keyword tag theme subject term phrase concept"),
    ("moments", "moment chapter highlight event timeline step scene segment marker"),
    (
        "summary",
        "summary summarie abstract overview synopsis gist takeaway description caption point finding answer",
    ),
)
_SUMMARISES = re.compile(r"\b(?:summary|summari[sz]e|overview|abstract|synopsis)\b", re.IGNORECASE)
_CITED_ID = re.compile(r"(?:evidence|citation|source|reference)s?_?ids?$")
_CITATIONS = re.compile(r"evidence|citations|cites|references|sources")
_TITLE = re.compile(r"title|headline|heading|name|label")
_JUDGEMENT = re.compile(r"decision|verdict|ruling|vote|severity|level|difficulty")
_UNDECIDED = re.compile(
    r"(?<![a-z])(?:review|undecided|unsure|uncertain|abstain|escalate)(?![a-z])", re.IGNORECASE
)
_COLORS = re.compile(r"colou?rs?$")
# Members that only hold the wording of what they belong to: what that is, the object around them says.
_WORDING = frozenset({"text", "value", "words"})
_UNKNOWN = re.compile(
    r"(?<![a-z])(?:unknown|unclear|undetermined|unspecified|not|none|n/?a|other)(?![a-z])", re.IGNORECASE
)


def is_citation(name: str, schema: Mapping[str, Any]) -> bool:
    """Whether a property holds ids of evidence."""
    items = schema.get("items", {})
    if "enum" in schema or "enum" in items:
        return False
    if type_of(schema) == "string":
        return _CITED_ID.search(name.lower()) is not None
    is_list = type_of(schema) == "array" and items.get("type", "string") == "string"
    return is_list and (_CITED_ID.search(name.lower()) or _CITATIONS.fullmatch(name.lower())) is not None


def role_of(path: str, schema: Mapping[str, Any]) -> str:
    """What a property wants, by its name: ``topics``, ``moments``, ``summary``, else ``about``."""
    words = re.findall(r"[a-z]+", _spaced(_subject_of(path)).lower())
    for role, singulars in _WORDS_OF_ROLES:
        if any(word.removesuffix("s") in singulars.split() for word in words):
            return role
    # A description has many words; only these are plain enough.
    return "summary" if _SUMMARISES.search(str(schema.get("description", ""))) else "about"


def question_of(path: str, schema: Mapping[str, Any]) -> str:
    """What a property asks, in words: its name and description."""
    name = _spaced(_subject_of(path)).replace("_", " ")
    return f"{name}: {schema.get('description', '')}".strip(": ")


def _spaced(name: str) -> str:
    """keyMoments: key Moments."""
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name)


def name_of(path: str) -> str:
    """The property's own name at the end of a path; that of the list for its items."""
    return path.removesuffix("[]").rsplit("/", 1)[-1]


def type_of(schema: Mapping[str, Any]) -> str:
    """The JSON type that is wanted beside null; guessed from the keywords where none is given."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def is_nullable(schema: Mapping[str, Any]) -> bool:
    """Whether null will do."""
    kind = schema.get("type")
    return kind == "null" or (isinstance(kind, list) and "null" in kind)


def has_type(value: object, kind: str) -> bool:
    """Whether a value is a string, number, integer or boolean as wanted."""
    types: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "number": (int, float),
        "integer": (int,),
        "boolean": (bool,),
    }
    return isinstance(value, types.get(kind, ())) and (kind == "boolean" or not isinstance(value, bool))


def wants_a_title(path: str) -> bool:
    """Whether a short form will do: the property is a title, a name or the like."""
    return _TITLE.search(_subject_of(path).lower()) is not None


def _subject_of(path: str) -> str:
    """What a value is about: ``title`` for ``/title/text``, which is a title."""
    around = path.rpartition("/")[0]
    return name_of(around) if name_of(path) in _WORDING and around else name_of(path)


def is_judgement(path: str) -> bool:
    """Whether a value can only come from somebody who judges: no quotation is a verdict."""
    return _JUDGEMENT.fullmatch(name_of(path).lower()) is not None


def means_undecided(label: str) -> bool:
    """Whether a possible judgement leaves it to somebody else."""
    return _UNDECIDED.search(label) is not None


def lists_pairs(items: Mapping[str, Any]) -> bool:
    """Whether a list wants names with their values."""
    return {"name", "value"} <= set(items.get("properties", ()))


def lists_colors(path: str, items: Mapping[str, Any]) -> bool:
    """Whether a list wants colours by name."""
    return _COLORS.search(name_of(path).lower()) is not None and "name" in items.get("properties", ())


def lists_voices(items: Mapping[str, Any]) -> bool:
    """Whether a list has something to say for each modality."""
    return "enum" in items.get("properties", {}).get("modality", ())


def means_unknown(label: str) -> bool:
    """Whether a class of an enum says that none of the others fits."""
    return _UNKNOWN.search(label) is not None
