"""What a profile lays beside its prompt: a policy, a taxonomy, a house style. Part of what is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Reference", "read_references"]

# Everything of these kinds beside prompt.md is asked along; examples/ and deeper folders are not.
_FILE = re.compile(
    r"(?P<stem>[a-z][a-z0-9-]*)(?:\.(?P<language>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.(?P<kind>md|txt)"
)
_NO_REFERENCES = frozenset({"prompt.md", "README.md"})
# All of them stand in every request: a few thousand tokens, not a library.
_MAX_CHARACTERS = 60_000


@dataclass(frozen=True)
class Reference:
    """One file beside the prompt; ``by_language`` are its variants, ``policy.de.md`` under ``de``."""

    name: str
    text: str
    by_language: dict[str, str] = field(default_factory=dict)

    def text_for(self, language_code: str | None) -> str:
        """The variant for a language (BCP 47): of its region, else of the language, else the plain file."""
        code = (language_code or "").lower()
        variants = {name.lower(): text for name, text in self.by_language.items()}
        for wanted in (code, code.split("-")[0]):
            if wanted in variants:
                return variants[wanted]
        return self.text


def read_references(files: Mapping[str, bytes]) -> tuple[tuple[Reference, ...], list[str]]:
    """The references among a profile's files by name, and what is wrong with them."""
    problems: list[str] = []
    plain: dict[str, str] = {}
    variants: dict[str, dict[str, str]] = {}
    for path in sorted(files):
        if "/" in path or path in _NO_REFERENCES or not path.endswith((".md", ".txt")):
            continue
        match = _FILE.fullmatch(path)
        if match is None:
            problems.append(
                f"{path}: a reference is called name.md, name.txt or name.<language>.md, in small letters"
            )
            continue
        try:
            text = files[path].decode().strip()
        except UnicodeDecodeError as error:
            problems.append(f"{path} isn't UTF-8 (byte {error.start + 1} is wrong); save it as UTF-8")
            continue
        if not text:
            problems.append(f"{path} is empty")
        name = f"{match['stem']}.{match['kind']}"
        if match["language"]:
            variants.setdefault(name, {})[match["language"]] = text
        else:
            plain[name] = text
    for name in variants.keys() - plain.keys():
        problems.append(f"{name} is missing: it stands for every language that has no variant")
    length = sum(map(len, plain.values()))
    if length > _MAX_CHARACTERS:
        problems.append(
            f"every request carries the references: {length} characters of at most {_MAX_CHARACTERS}"
        )
    found = tuple(Reference(name, text, variants.get(name, {})) for name, text in sorted(plain.items()))
    return found, problems
