"""Bundle manifests: ``inbox/<profile>/<name>.bundle/manifest.json`` says which objects belong together."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from braid.domain.asset.admission import MemberRole
from braid.domain.asset.asset import MANIFEST_NAME
from braid.domain.errors import InvalidAssetError
from braid.domain.quoting import quoted

__all__ = [
    "MAX_MANIFEST_BYTES",
    "MAX_MEMBERS",
    "MAX_NAME_BYTES",
    "Manifest",
    "ManifestMember",
    "read_manifest",
]

MAX_MANIFEST_BYTES = 64 * 1024
MAX_MEMBERS = 20
MAX_NAME_BYTES = 512
_ROLES: tuple[MemberRole, ...] = tuple(role for role in get_args(MemberRole) if role != "main")


@dataclass(frozen=True)
class ManifestMember:
    """An object of the bundle: its name relative to the bundle's folder, and what it is there for."""

    name: str
    role: MemberRole


@dataclass(frozen=True)
class Manifest:
    """The members in the order in which they are analysed and shown."""

    members: tuple[ManifestMember, ...]
    schema_version: str = "1"


def read_manifest(body: bytes) -> Manifest:
    """Reads ``manifest.json``. Raises ``InvalidAssetError`` that lists everything that is wrong with it."""
    if len(body) > MAX_MANIFEST_BYTES:
        raise InvalidAssetError(f"manifest.json is larger than {MAX_MANIFEST_BYTES // 1024} KiB.")
    try:
        value = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_without_doubles)
    except UnicodeDecodeError as error:
        raise InvalidAssetError("manifest.json is not UTF-8. Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidAssetError(f"manifest.json is not valid JSON from {where} on.") from error
    except _DoubledError as error:
        raise InvalidAssetError(f"manifest.json is not valid JSON: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidAssetError("manifest.json is not valid JSON.") from error
    if not isinstance(value, Mapping):
        raise InvalidAssetError("manifest.json must be an object with a list of members.")
    problems = [
        f"'{name}' is no member of a manifest" for name in _unknown(value, "members", "schema_version")
    ]
    if value.get("schema_version", "1") != "1":
        problems.append(f'schema_version must be "1", not {value["schema_version"]!r:.40}')
    members = value.get("members")
    if not isinstance(members, list) or not members:
        problems.append("'members' must be a list of at least one member")
        members = []
    if len(members) > MAX_MEMBERS:
        problems.append(f"there are {len(members)} members, at most {MAX_MEMBERS} are allowed")
        members = []
    for number, member in enumerate(members, start=1):
        problems += _problems(number, member)
    if problems:
        raise InvalidAssetError(f"manifest.json can't be used: {'; '.join(problems[:10])}.")
    read = tuple(ManifestMember(member["name"], member["role"]) for member in members)
    # Names that look the same are one to whoever wrote them, though S3 tells them apart.
    looks = [unicodedata.normalize("NFC", member.name) for member in read]
    if doubles := sorted({look for look in looks if looks.count(look) > 1}):
        raise InvalidAssetError(f"manifest.json names {', '.join(map(repr, doubles))} more than once.")
    return Manifest(read)


class _DoubledError(ValueError):
    """A name that an object has twice; the message is for people."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as JSON readers build it, except that nothing is silently overwritten."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise _DoubledError(f"{quoted(double)} is there twice in one object")
    return value


def _unknown(value: Mapping[str, Any], *known: str) -> list[str]:
    """Members that we don't know; those starting with ``$`` are comments."""
    return [name for name in value if name not in known and not name.startswith("$")]


def _problems(number: int, member: Any) -> list[str]:
    if not isinstance(member, Mapping):
        return [f"member {number} must be an object with a name and a role"]
    problems = [f"member {number} has an unknown '{name}'" for name in _unknown(member, "name", "role")]
    if why := _why_no_name(member.get("name")):
        problems.append(f"member {number}: {why}")
    if member.get("role") not in _ROLES:
        problems.append(
            f"member {number} needs a role of {', '.join(_ROLES)}, not {member.get('role')!r:.40}"
        )
    return problems


def _why_no_name(name: Any) -> str | None:
    """What is wrong with a member's name: it must stay inside the bundle's folder."""
    if not isinstance(name, str) or not name:
        return "it needs a name"
    if len(name.encode("utf-8", errors="replace")) > MAX_NAME_BYTES:
        return f"its name is longer than {MAX_NAME_BYTES} bytes"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return f"its name {name!r:.80} holds a control character"
    if "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
        return f"its name {name!r:.80} must be a path below the bundle's folder, without '..' and '\\'"
    if name == MANIFEST_NAME:
        return "the manifest can't be a member of itself"
    return None
