"""What one version calls otherwise than another, as ``renames.toml`` says it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path
from typing import Any

__all__ = ["PathRule", "Rename", "Renames", "TextRule", "read_renames"]


class RenamesError(ValueError):
    """The file of renames can't be read; the message says which entry is wrong."""


@dataclass(frozen=True)
class PathRule:
    """Places in documents: ``document`` is a pattern over its key, ``path`` over the members that lead there.

    In a path ``*`` is any one member or place in a list, ``**`` any number of them. Members have their old
    names, also in a rule about an added one. Where ``services`` are named, the place holds a member
    ``service`` that is one of them.
    """

    document: str
    path: str
    why: str = ""
    services: tuple[str, ...] = ()

    def matches(self, document: str, path: Sequence[str], value: Any = None) -> bool:
        """Whether it names this place, at which ``value`` stands."""
        if self.services and not (isinstance(value, dict) and value.get("service") in self.services):
            return False
        return fnmatchcase(document, self.document) and _leads(self.path.split("."), path)


@dataclass(frozen=True)
class Rename(PathRule):
    """A member at ``path`` that is called ``new``."""

    new: str = ""


@dataclass(frozen=True)
class TextRule:
    """A sentence and its new wording. ``{name}`` stands for what varies, in both."""

    old: str
    new: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds the old wording."""
        parts = re.split(r"\{(\w+)\}", self.old)
        literal, names = parts[::2], parts[1::2]
        pattern, seen = re.escape(literal[0]), set[str]()
        for name, text in zip(names, literal[1:], strict=True):
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            # At the end of a sentence nothing follows that would say where the varying part ends.
            pattern += re.escape(text) if text else "$"
            seen.add(name)
        return re.compile(pattern)

    def apply(self, text: str) -> str:
        """``text`` with every old wording replaced."""

        def reworded(found: re.Match[str]) -> str:
            return re.sub(r"\{(\w+)\}", lambda name: found[name[1]], self.new)

        return self.pattern.sub(reworded, text)


@dataclass
class Renames:
    """All rules; ``used`` collects those that something needed."""

    members: tuple[Rename, ...] = ()
    added: tuple[PathRule, ...] = ()
    removed: tuple[PathRule, ...] = ()
    ignored: tuple[PathRule, ...] = ()
    texts: tuple[TextRule, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    per_run_members: tuple[PathRule, ...] = ()
    per_run_texts: tuple[str, ...] = ()
    fusion_truth: Mapping[str, list[str]] = field(default_factory=dict)
    used: set[PathRule | TextRule | str] = field(default_factory=set)

    def new_name(self, document: str, path: Sequence[str]) -> str:
        """What the member at ``path`` (old names) is called now."""
        for rule in self.members:
            if rule.matches(document, path):
                self.used.add(rule)
                return rule.new
        return path[-1]

    def covers(
        self, rules: Sequence[PathRule], document: str, path: Sequence[str], value: Any = None
    ) -> bool:
        """Whether one of ``rules`` names the place, at which ``value`` stands."""
        found = next((rule for rule in rules if rule.matches(document, path, value)), None)
        if found is not None:
            self.used.add(found)
        return found is not None

    def new_key(self, document: str) -> str:
        """Where a document lies now."""
        for old, new in self.documents.items():
            pattern = "(.*)".join(re.escape(part) for part in old.split("*"))
            if (found := re.fullmatch(pattern, document)) is not None:
                self.used.add(old)
                return "".join(map("".join, zip_longest(new.split("*"), found.groups(), fillvalue="")))
        return document

    def reword(self, text: str) -> str:
        """``text`` as the new version says it."""
        for rule in self.texts:
            reworded = rule.apply(text)
            if reworded != text:
                self.used.add(rule)
                text = reworded
        return text

    def mask(self, text: str) -> str:
        """``text`` without what differs from run to run."""
        for pattern in self.per_run_texts:
            text = re.sub(pattern, "…", text)
        return text

    def unused(self) -> Iterator[str]:
        """The rules that nothing needed, one line each."""
        for rule in (*self.members, *self.added, *self.removed, *self.ignored):
            if rule not in self.used:
                yield f"{rule.document}: {rule.path}"
        yield from (f"text: {rule.old}" for rule in self.texts if rule not in self.used)
        yield from (f"document: {old}" for old in self.documents if old not in self.used)


def read_renames(path: Path) -> Renames:
    """Reads the file; raises ``RenamesError``."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
        per_run = value.get("per_run", {})
        return Renames(
            members=tuple(Rename(**entry) for entry in value.get("members", ())),
            added=_rules(value, "added"),
            removed=_rules(value, "removed"),
            ignored=_rules(value, "ignored"),
            texts=tuple(TextRule(**entry) for entry in value.get("texts", ())),
            documents=value.get("documents", {}),
            per_run_members=_rules(per_run, "members"),
            per_run_texts=(*per_run.get("texts", ()), *value.get("masked", {}).get("texts", ())),
            fusion_truth=value.get("fusion_truth", {}),
        )
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise RenamesError(f"{path}: {error}") from error


def _rules(value: Mapping[str, Any], section: str) -> tuple[PathRule, ...]:
    entries = ({**entry, "services": tuple(entry.get("services", ()))} for entry in value.get(section, ()))
    return tuple(PathRule(**entry) for entry in entries)


def _leads(pattern: Sequence[str], path: Sequence[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_leads(pattern[1:], path[start:]) for start in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _leads(pattern[1:], path[1:])
