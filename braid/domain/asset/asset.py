"""Assets: what a key in the inbox means, and how an asset gets its deterministic names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "AssetRef",
    "AssetStatus",
    "InboxKey",
    "InboxKind",
    "Modality",
    "Source",
    "asset_id_for",
    "execution_name",
    "is_posts_name",
    "is_request",
    "read_inbox_key",
    "slug",
]

INBOX_PREFIX = "inbox/"
DEFAULT_PROFILE = "general"
BUNDLE_SUFFIX = ".bundle"
MANIFEST_NAME = "manifest.json"
# What is asked for here is made, not analysed: requests, and beside them what they start from.
GENERATE_FOLDER = "generate"
_REQUEST_SUFFIX = ".toml"
_SLUG_LENGTH = 40
_DIGEST_LENGTH = 20


class Modality(StrEnum):
    """A way in which an asset speaks."""

    SPEECH = "speech"
    VISION = "vision"
    TEXT = "text"


class AssetStatus(StrEnum):
    """Where an asset's record stands; ``is_open`` ones will still change by themselves."""

    RECEIVED = "RECEIVED"
    PROCESSING = "PROCESSING"
    AWAITING_REVIEW = "AWAITING_REVIEW"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    REJECTED = "REJECTED"
    FAILED = "FAILED"
    DELETED = "DELETED"

    @property
    def is_open(self) -> bool:
        """Whether the execution has not ended yet."""
        return self in (AssetStatus.RECEIVED, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW)


@dataclass(frozen=True)
class Source:
    """One version of one object; ``key`` is raw, never URL-encoded."""

    bucket: str
    key: str
    version_id: str

    @property
    def display_name(self) -> str:
        """The file's name, or the folder's of a bundle, which people dropped and not its manifest."""
        *folders, name = self.key.split("/")
        is_bundle = name == MANIFEST_NAME and bool(folders) and folders[-1].endswith(BUNDLE_SUFFIX)
        return folders[-1] if is_bundle else name


@dataclass(frozen=True)
class AssetRef:
    """What every state carries: which asset, which attempt, where it came from."""

    asset_id: str
    attempt: int
    profile: str
    source: Source


class AssetKind(StrEnum):
    """What has a list of its own beside all assets: a record of such a kind says so."""

    GENERATED = "generated"
    POSTS = "posts"


class InboxKind(StrEnum):
    """What an object below ``inbox/`` is."""

    ASSET = "asset"
    BUNDLE_MANIFEST = "bundle_manifest"
    BUNDLE_MEMBER = "bundle_member"
    IGNORED = "ignored"


@dataclass(frozen=True)
class InboxKey:
    """A parsed inbox key. ``name`` is what people call the asset: the file's or the bundle folder's name."""

    kind: InboxKind
    profile: str
    name: str

    @property
    def starts_execution(self) -> bool:
        """Whether an object under this key is (the head of) an asset."""
        return self.kind in (InboxKind.ASSET, InboxKind.BUNDLE_MANIFEST)


def read_inbox_key(key: str) -> InboxKey:
    """Says what an object under ``key`` is.

    ``inbox/<profile>/<anything>`` belongs to that profile, directly under ``inbox/`` it is ``general``;
    ``<name>.bundle/manifest.json`` is the head of a bundle and everything else below that folder a member.
    Folders (keys ending in ``/``), dot files and ``Thumbs.db`` are ignored; below ``inbox/generate/`` so is
    all but requests, ``<name>.toml``: what lies beside them is what they start from.
    """
    path = key.removeprefix(INBOX_PREFIX)
    parts = path.split("/")
    profile = parts[0] if len(parts) > 1 and not parts[0].endswith(BUNDLE_SUFFIX) else DEFAULT_PROFILE
    name = parts[-1]
    if path == key or not name or name.startswith(".") or name == "Thumbs.db":
        return InboxKey(InboxKind.IGNORED, profile, name)
    if profile == GENERATE_FOLDER and not is_request(key):
        return InboxKey(InboxKind.IGNORED, profile, name)
    folders = [part for part in parts[:-1] if part.endswith(BUNDLE_SUFFIX) and part != BUNDLE_SUFFIX]
    if not folders:
        return InboxKey(InboxKind.ASSET, profile, name)
    bundle_name = folders[0].removesuffix(BUNDLE_SUFFIX)
    is_head = name == MANIFEST_NAME and parts[-2] == folders[0]
    return InboxKey(InboxKind.BUNDLE_MANIFEST if is_head else InboxKind.BUNDLE_MEMBER, profile, bundle_name)


def is_posts_name(key: str) -> bool:
    """Whether a file is called as one of posts: ``*.jsonl``, ``*.ndjson``, ``posts.csv``, ``*.posts.csv``.

    In a profile that judges posts it is one; what is in it is looked at once it is admitted.
    """
    name = key.rsplit("/", 1)[-1].lower()
    return name.endswith((".jsonl", ".ndjson", ".posts.csv")) or name == "posts.csv"


def is_request(key: str) -> bool:
    """Whether an object under ``key`` asks for something to be made: ``inbox/generate/<name>.toml``."""
    folder, _, name = key.rpartition("/")
    return folder == f"{INBOX_PREFIX}{GENERATE_FOLDER}" and name.lower().endswith(_REQUEST_SUFFIX)


def slug(name: str) -> str:
    """A name reduced to ``[a-z0-9-]``, at most 40 characters; ``asset`` if nothing remains."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:_SLUG_LENGTH].rstrip("-") or "asset"


def asset_id_for(source: Source) -> str:
    """The asset's identity: a readable slug and 20 hex digits over bucket, key and version.

    The parts are length-prefixed, so that no two different sources share a digest input.
    """
    digest = hashlib.sha256()
    for part in (source.bucket, source.key, source.version_id):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", read_inbox_key(source.key).name)
    return f"{slug(stem)}-{digest.hexdigest()[:_DIGEST_LENGTH]}"


def execution_name(asset_id: str, attempt: int) -> str:
    """The Step Functions execution's name (at most 80 characters): the idempotency key of an attempt."""
    return f"{asset_id}-{attempt}"
