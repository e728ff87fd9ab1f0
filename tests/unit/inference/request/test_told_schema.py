"""The schema that a model is told: names to choose from, alike for every asset of a language."""

from __future__ import annotations

import json

from braid.domain.profile.schema_pointers import schema_at
from braid.runtime.library import profile, profile_names
from lambdas.inference.request.told_schema import told_schema


def test_categories_are_those_of_the_policy_in_its_language() -> None:
    moderation = profile("moderation")

    for language in ("en", "de"):
        named = schema_at(told_schema(moderation, language), "/categories/0/name")
        assert named is not None
        assert named["enum"] == list(moderation.policy(language))


def test_the_profiles_own_schema_stays() -> None:
    for name in profile_names():
        before = json.dumps(profile(name).answer_schema)
        told_schema(profile(name))
        assert json.dumps(profile(name).answer_schema) == before
