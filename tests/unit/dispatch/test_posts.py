"""Which machine an arrival is for."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import AssetRef, Source
from braid.runtime.library import profile, profile_names
from lambdas.dispatch.dispatcher import judges_posts


@pytest.mark.parametrize(
    ("key", "name", "is_posts"),
    [
        ("inbox/moderation/posts.jsonl", "moderation", True),
        ("inbox/moderation/2026/posts.csv", "moderation", True),
        ("inbox/moderation/clip.mp4", "moderation", False),
        ("inbox/moderation/prices.csv", "moderation", False),
        ("inbox/general/events.jsonl", "general", False),
        ("inbox/nosuch/posts.jsonl", "nosuch", False),
        ("inbox/moderation/talk.bundle/manifest.json", "moderation", False),
    ],
)
def test_a_file_of_posts_in_a_profile_that_judges_them_goes_its_own_way(
    key: str, name: str, is_posts: bool
) -> None:
    asset = AssetRef("a-1", 1, name, Source("in", key, "1"))

    assert judges_posts(asset, profile_names(), profile) is is_posts
