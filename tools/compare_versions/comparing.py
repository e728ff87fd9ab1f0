"""The differences between what two versions stored, modulo renames and what differs from run to run."""

from __future__ import annotations

import difflib
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.compare_versions.renames import Renames
from tools.compare_versions.side.ogg import without_serials

__all__ = ["Difference", "Store", "compare_stores"]

_ABSENT = "(absent)"
_SHOWN = 300
# A report is a few long lines: it is compared tag by tag.
_TOKENS = re.compile(r"(<[^>]*>)|\n")


@dataclass(frozen=True)
class Difference:
    """One place, with both values as they are shown."""

    document: str
    path: str
    old: str
    new: str

    def __str__(self) -> str:
        place = f"{self.document}: {self.path}" if self.path else self.document
        return f"{place}\n  - {self.old}\n  + {self.new}"


class Store:
    """What one version stored: bytes by key, and the names of assets by their ids.

    Keys and texts are given with ``<name of the asset>`` where an id stands, because ids may differ.
    """

    def __init__(self, objects: Mapping[str, bytes], assets: Mapping[str, str], bucket: str = "") -> None:
        # The longest first: one id may begin like another.
        self._ids = {name: asset_id for asset_id, name in assets.items()}
        self._pattern = re.compile("|".join(map(re.escape, sorted(assets, key=len, reverse=True))) or "(?!)")
        self._assets = assets
        self._bucket = bucket
        self._bodies = {self.named(key): body for key, body in objects.items()}

    def named(self, text: str) -> str:
        """``text`` with assets' names for their ids."""
        if self._bucket:
            text = text.replace(self._bucket, "<results>")
        return self._pattern.sub(lambda found: f"<{self._assets[found[0]]}>", text)

    @property
    def keys(self) -> frozenset[str]:
        """All keys, with names for ids."""
        return frozenset(self._bodies)

    def body(self, key: str) -> bytes:
        """The bytes at a key with names."""
        return self._bodies[key]

    def text(self, key: str) -> str | None:
        """The text at a key with names, with names too; None where it is no text."""
        try:
            return self.named(self._bodies[key].decode("utf-8"))
        except UnicodeDecodeError:
            return None

    def resolve(self, claim: Mapping[str, Any]) -> Mapping[str, Any]:
        """A claim without size and hash where they are those of the object that it names.

        That object is compared itself; a claim that doesn't fit its object stays as it is, and differs.
        """
        uri = str(claim["uri"])
        body = self._bodies.get(uri.removeprefix("s3://<results>/"))
        if body is None or hashlib.sha256(body).hexdigest() != claim["sha256"]:
            return claim
        resolved = {name: value for name, value in claim.items() if name != "sha256"}
        if claim.get("size_bytes") == len(body):
            resolved.pop("size_bytes")
        return resolved


def compare_stores(old: Store, new: Store, renames: Renames) -> Iterator[Difference]:
    """Every difference that ``renames`` doesn't explain, by the old version's keys."""
    expected = {renames.mask(renames.new_key(key)): key for key in old.keys}
    stored = {renames.mask(key): key for key in new.keys}
    for place in sorted(stored.keys() - expected.keys()):
        key = stored[place]
        if not renames.covers(renames.added, key, ()):
            yield Difference(key, "", _ABSENT, f"({len(new.body(key))} bytes)")
    for place, key in sorted(expected.items(), key=lambda item: item[1]):
        if place not in stored:
            if not renames.covers(renames.removed, key, ()):
                yield Difference(key, "", f"({len(old.body(key))} bytes)", _ABSENT)
        elif not renames.covers(renames.ignored, key, ()):
            yield from _Comparison(old, new, renames, key, stored[place]).differences()


class _Comparison:
    """Two bodies of one document."""

    def __init__(self, old: Store, new: Store, renames: Renames, key: str, new_key: str) -> None:
        self._old, self._new, self._renames = old, new, renames
        self._key, self._new_key = key, new_key

    def differences(self) -> Iterator[Difference]:
        before, after = self._old.body(self._key), self._new.body(self._new_key)
        one, other = self._old.text(self._key), self._new.text(self._new_key)
        if one is None or other is None:
            if without_serials(before) != without_serials(after):
                yield Difference(self._key, "", _digest(before), _digest(after))
        elif self._key.endswith(".json"):
            yield from self._values(json.loads(one), json.loads(other), ())
        elif self._key.endswith(".jsonl"):
            before_lines, after_lines = (
                [json.loads(line) for line in text.splitlines()] for text in (one, other)
            )
            yield from self._values(before_lines, after_lines, ())
        else:
            yield from self._texts(one, other)

    def _values(self, one: Any, other: Any, path: tuple[str, ...]) -> Iterator[Difference]:
        if isinstance(one, dict) and isinstance(other, dict):
            if self._renames.covers(self._renames.per_run_members, self._key, path, one):
                return
            yield from self._members(_resolved(one, self._old), _resolved(other, self._new), path)
        elif isinstance(one, list) and isinstance(other, list):
            yield from self._items(one, other, path)
        elif isinstance(one, str) and isinstance(other, str):
            is_per_run = self._renames.covers(self._renames.per_run_members, self._key, path)
            if not is_per_run and not self._same_text(one, other):
                yield self._difference(path, one, other)
        elif type(one) is type(other) and one == other:  # JSON tells 1 from 1.0 and true
            return
        elif not self._renames.covers(self._renames.per_run_members, self._key, path):
            yield self._difference(path, one, other)

    def _members(
        self, one: Mapping[str, Any], other: Mapping[str, Any], path: tuple[str, ...]
    ) -> Iterator[Difference]:
        renames = self._renames
        new_names = {name: renames.new_name(self._key, (*path, name)) for name in one}
        for name, value in one.items():
            place = (*path, name)
            if new_names[name] in other:
                found = list(self._values(value, other[new_names[name]], place))
                if found and not renames.covers(renames.ignored, self._key, place):
                    yield from found
            elif not renames.covers((*renames.removed, *renames.ignored), self._key, place):
                yield self._difference(place, value, _ABSENT)
        for name in sorted(other.keys() - set(new_names.values())):
            place = (*path, name)
            if not renames.covers((*renames.added, *renames.ignored), self._key, place):
                yield self._difference(place, _ABSENT, other[name])

    def _items(self, one: Sequence[Any], other: Sequence[Any], path: tuple[str, ...]) -> Iterator[Difference]:
        for place in range(max(len(one), len(other))):
            here = (*path, str(place))
            if place >= len(other):
                yield self._difference(here, one[place], _ABSENT)
            elif place >= len(one):
                yield self._difference(here, _ABSENT, other[place])
            else:
                yield from self._values(one[place], other[place], here)

    def _same_text(self, one: str, other: str) -> bool:
        """Wording is mapped only where texts differ: a rule can't change what stayed."""
        mask = self._renames.mask
        return mask(one) == mask(other) or mask(self._renames.reword(one)) == mask(other)

    def _texts(self, one: str, other: str) -> Iterator[Difference]:
        before, after = (self._tokens(text) for text in (one, other))
        for start, end, new_start, new_end in _changed(before, after):
            ours, theirs = "\n".join(before[start:end]), "\n".join(after[new_start:new_end])
            if self._same_text(ours, theirs):
                continue
            yield Difference(self._key, f"token {start + 1}", _shown(ours), _shown(theirs))

    def _tokens(self, text: str) -> list[str]:
        """Lines, or tags and what stands between them, as a reader of the page sees it."""
        if self._key.endswith(".html"):
            parts = [html.unescape(part).strip() for part in _TOKENS.split(text.replace("<wbr>", "")) if part]
        else:
            parts = text.splitlines()
        return [self._renames.mask(part) for part in parts if part]

    def _difference(self, path: Sequence[str], one: Any, other: Any) -> Difference:
        return Difference(self._key, ".".join(path), _shown(one), _shown(other))


def _resolved(value: Mapping[str, Any], store: Store) -> Mapping[str, Any]:
    return store.resolve(value) if {"uri", "sha256"} <= value.keys() else value


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that differ, each as begin and end on both sides."""
    if len(before) == len(after):
        # A word here and there: place by place is exact, and linear.
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            if one != other:
                yield place, place + 1, place, place + 1
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield start, end, new_start, new_end


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


def _digest(body: bytes) -> str:
    return f"({len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()[:12]})"
