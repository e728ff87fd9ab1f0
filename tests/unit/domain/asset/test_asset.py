"""Keys in the inbox, asset ids and execution names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import InboxKind, Source, asset_id_for, execution_name, read_inbox_key, slug

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("key", "kind", "profile", "name"),
    [
        ("inbox/photo.jpg", "asset", "general", "photo.jpg"),
        ("inbox/moderation/a/b/photo.jpg", "asset", "moderation", "photo.jpg"),
        ("inbox/talk+slides 50%25.mp4", "asset", "general", "talk+slides 50%25.mp4"),
        ("inbox/general/日本 ü.txt", "asset", "general", "日本 ü.txt"),
        ("inbox/general/", "ignored", "general", ""),
        ("inbox/general/.hidden", "ignored", "general", ".hidden"),
        ("inbox/general/Thumbs.db", "ignored", "general", "Thumbs.db"),
        ("elsewhere/photo.jpg", "ignored", "elsewhere", "photo.jpg"),
        ("inbox/general/mug.bundle/manifest.json", "bundle_manifest", "general", "mug"),
        ("inbox/general/mug.bundle/mug.jpg", "bundle_member", "general", "mug"),
        ("inbox/general/mug.bundle/deep/manifest.json", "bundle_member", "general", "mug"),
        ("inbox/mug.bundle/manifest.json", "bundle_manifest", "general", "mug"),
        ("inbox/general/manifest.json", "asset", "general", "manifest.json"),
    ],
)
def test_a_key_says_what_its_object_is(key: str, kind: str, profile: str, name: str) -> None:
    read = read_inbox_key(key)
    assert (read.kind, read.profile, read.name) == (InboxKind(kind), profile, name)


@given(keys, keys, st.text(max_size=20))
def test_every_asset_id_is_a_valid_execution_name(bucket: str, key: str, version_id: str) -> None:
    asset_id = asset_id_for(Source(bucket, f"inbox/{key}", version_id))
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-[0-9a-f]{20}", asset_id)
    assert len(execution_name(asset_id, 999)) <= 80


@given(st.tuples(keys, keys, keys), st.tuples(keys, keys, keys))
def test_different_sources_have_different_ids(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (asset_id_for(Source(*one)) == asset_id_for(Source(*other))) == (one == other)


@given(keys)
def test_a_slug_is_short_and_plain(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug(name))
    assert len(slug(name)) <= 40


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Résumé & Co.", "resume-co"), ("日本", "asset"), ("-----", "asset"), ("a" * 39 + " b", "a" * 39)],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected
