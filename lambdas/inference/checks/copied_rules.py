"""Statements that copy the profile's own words, a definition of its policy, in place of the asset's. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from braid.domain.answer.claims import find_claims
from braid.domain.evidence.observation import Evidence
from braid.domain.profile.profile import Profile
from braid.text.stems import words

__all__ = ["copied_rules"]

# A statement of fewer words has them from anywhere.
_LEAST_WORDS = 8
_RUN = 5
# As much of a statement stands word for word in the rules, and not as much in the asset.
_MOSTLY = 0.8


def copied_rules(
    profile: Profile, answer: Mapping[str, Any], evidence: Mapping[str, Evidence], language_code: str | None
) -> Iterator[tuple[str, str]]:
    """Path and reason of each statement that is copied from a reference of the profile, or from its prompt.

    An asset may quote the same rules: what it says itself is no copy.
    """
    sources = {each.name: each.text_for(language_code) for each in profile.references}
    sources["the instructions"] = profile.prompt
    asset = frozenset().union(*(_runs(piece.text) for piece in evidence.values()))
    for claim in find_claims(answer):
        runs = _runs(claim.text)
        if len(runs) <= _LEAST_WORDS - _RUN or len(runs & asset) >= len(runs) * _MOSTLY:
            continue
        name = next(
            (name for name, text in sources.items() if len(runs & _runs(text)) >= len(runs) * _MOSTLY), ""
        )
        if name:
            yield (
                claim.path,
                f"{claim.path} is copied from {name}: quote the asset's own words, or leave it out",
            )


@functools.lru_cache(maxsize=1_024)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of so many words."""
    found = [word.text for word in words(text)]
    return frozenset(tuple(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1))
