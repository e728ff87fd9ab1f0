"""The answer's schema as a model is told it: what it could only get wrong can't be written.

It depends on the profile and the language alone: it stands before the instructions in a cached prompt, where
whatever differs by asset would have all of it read and paid anew.
"""

from __future__ import annotations

import copy
from typing import Any

from braid.domain.profile.profile import Profile
from braid.domain.profile.schema_pointers import schema_at

__all__ = ["told_schema"]


def told_schema(profile: Profile, language_code: str | None = None) -> dict[str, Any]:
    """A copy of the profile's schema that lists the categories of the policy as it reads for that language.

    It differs by language, so that the profile can't hold it, as it does for the lines of a taxonomy.
    """
    schema = copy.deepcopy(profile.answer_schema)
    if profile.decision.categories:
        named = schema_at(schema, f"{profile.decision.categories}/0/name")
        if named is not None:
            named["enum"] = list(profile.policy(language_code))
    return schema
