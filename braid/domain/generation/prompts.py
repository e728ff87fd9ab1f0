"""The prompt library: a folder per template, of which this version is vetted, or isn't.

``prompts/<name>/prompt.toml`` holds the parts of a prompt with placeholders in braces; ``vetted.toml`` beside
it says who approved of which version, by the hash of the file's bytes: an edit is another version, unvetted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from braid.domain.errors import ConfigError, InvalidAssetError, InvalidInputError
from braid.domain.generation.linter import split_negatives
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.tasks import Task
from braid.domain.toml_text import parse_toml
from braid.domain.wire import decode

__all__ = ["FilledPrompt", "PromptTemplate", "Vetting", "fill", "fill_free", "read_template", "vetted_text"]

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_MAX_VALUE_CHARACTERS = 500


@dataclass(frozen=True)
class Vetting:
    """Who approved of the version with this hash, and when (ISO 8601)."""

    hash: str
    by: str
    at: str


@dataclass(frozen=True)
class _Vetted:
    vetted: tuple[Vetting, ...] = ()


@dataclass(frozen=True)
class _Parts:
    """``prompt.toml``. ``placeholders`` says of each what it is, for whoever fills it in."""

    task: Task
    type: str
    content: str
    style: str
    camera: str = ""
    negative: str = ""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    schema_version: str = "1"


@dataclass(frozen=True)
class PromptTemplate:
    """One template. ``version`` is the first 16 digits of its hash; ``vetting`` is this version's."""

    name: str
    version: str
    task: Task
    type: str
    content: str
    style: str
    camera: str
    negative: str
    placeholders: Mapping[str, str]
    vetting: Vetting | None = None

    @property
    def text(self) -> str:
        """The parts in one line, as a model is asked."""
        return ", ".join(part.strip().rstrip(".,") for part in self._parts if part.strip())

    @property
    def _parts(self) -> tuple[str, ...]:
        return (self.type, self.content, self.style, self.camera)


@dataclass(frozen=True)
class FilledPrompt:
    """What a model is asked, and where it came from. ``moved`` was a denial in the prompt's words."""

    text: str
    negative: str
    template: str = ""
    version: str = ""
    vetted_by: str = ""
    vetted_at: str = ""
    moved: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of both texts: what the manifest says instead of the prompt itself."""
        return hashlib.sha256(f"{self.text}\n{self.negative}".encode()).hexdigest()


def read_template(name: str, files: Mapping[str, bytes]) -> PromptTemplate:
    """The template of ``prompts/<name>``. Raises ``ConfigError`` that names the file and what is wrong."""
    place = f"prompts/{name}"
    if "prompt.toml" not in files:
        raise ConfigError(f"{place} has no prompt.toml")
    try:
        parts = decode(_Parts, parse_toml(files["prompt.toml"].decode()), called="the template")
        listed = decode(_Vetted, parse_toml(files.get("vetted.toml", b"").decode()), called="vetted.toml")
    except (InvalidInputError, ValueError) as error:
        raise ConfigError(f"{place}: {error}") from error
    used = set(_PLACEHOLDER.findall(" ".join((parts.type, parts.content, parts.style, parts.camera))))
    if unlike := sorted(used ^ set(parts.placeholders)):
        raise ConfigError(
            f"{place}/prompt.toml: {', '.join(unlike)} must stand in the text and in [placeholders]"
        )
    version = hashlib.sha256(files["prompt.toml"]).hexdigest()[:16]
    vetting = next((item for item in reversed(listed.vetted) if item.hash == version), None)
    return PromptTemplate(
        name,
        version,
        parts.task,
        parts.type,
        parts.content,
        parts.style,
        parts.camera,
        parts.negative,
        dict(parts.placeholders),
        vetting,
    )


def vetted_text(earlier: str, template: PromptTemplate, *, by: str, at: str) -> str:
    """``vetted.toml`` with one entry more: this version, approved of by ``by``.

    Raises ``InvalidInputError`` where nobody is named, or the name can't stand in the file.
    """
    if not by.strip() or any(ord(character) < 32 or character in '"\\' for character in by):
        raise InvalidInputError("say who vets it: a name without quotes and backslashes")
    entry = f'[[vetted]]\nhash = "{template.version}"\nby = "{by.strip()}"\nat = "{at}"\n'
    return f"{earlier.rstrip()}\n\n{entry}" if earlier.strip() else entry


def fill(template: PromptTemplate, request: GenerationRequest, *, only_vetted: bool) -> FilledPrompt:
    """The template with the request's values in it.

    Raises ``InvalidAssetError`` for values that are missing, unknown or too long, another task, and an
    unvetted version where only vetted ones may be used.
    """
    problems = []
    if request.task is not template.task:
        problems.append(f"it is for {template.task}, not {request.task}")
    if missing := sorted(set(template.placeholders) - set(request.values)):
        problems.append(f"it needs values for {', '.join(missing)}")
    if unknown := sorted(set(request.values) - set(template.placeholders)):
        problems.append(f"it has no place for {', '.join(unknown)}")
    for name, value in request.values.items():
        if len(value) > _MAX_VALUE_CHARACTERS:
            problems.append(f"{name} has {len(value)} characters; at most {_MAX_VALUE_CHARACTERS} fit")
    if only_vetted and template.vetting is None:
        problems.append(f"its version {template.version} isn't vetted: braid prompts vet {template.name}")
    if problems:
        raise InvalidAssetError(f"template {template.name}: " + "; ".join(problems))
    text = _PLACEHOLDER.sub(lambda found: request.values[found[1]].strip(), template.text)
    negative = ", ".join(part for part in (template.negative, request.negative_prompt) if part.strip())
    return FilledPrompt(
        text,
        negative,
        template.name,
        template.version,
        template.vetting.by if template.vetting else "",
        template.vetting.at if template.vetting else "",
    )


def fill_free(request: GenerationRequest, *, only_vetted: bool) -> FilledPrompt:
    """The request's own words; what they deny ("no people") is moved to where models read denials.

    Raises ``InvalidAssetError`` where only vetted templates may be used.
    """
    if only_vetted and request.prompt:
        raise InvalidAssetError(
            "this deployment takes vetted templates alone: name one under `template` (braid prompts list)"
        )
    text, moved = split_negatives(request.prompt.strip())
    negative = ", ".join(part for part in (request.negative_prompt.strip(), *moved) if part)
    return FilledPrompt(text, negative, moved=moved)
