"""Is there enough to answer from? And why there isn't, in words for the person who dropped the asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from braid.domain.asset.asset import Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.profile import Profile

__all__ = ["EvidenceVerdict", "decide", "reason_of"]

_MAX_REASON_CHARACTERS = 300


@dataclass(frozen=True)
class EvidenceVerdict:
    """``required_missing`` fails the asset, ``nothing_found`` publishes it without an answer."""

    verdict: Literal["enough", "nothing_found", "required_missing"]
    reason: str | None = None


def decide(
    profile: Profile, branches: Mapping[Modality, BranchOutcome], timeline: Timeline
) -> EvidenceVerdict:
    """Weighs what the branches gave against the profile."""
    lacking = []
    for modality in profile.modalities.required:
        branch = branches.get(modality, BranchOutcome("absent"))
        if branch.outcome == "missing":
            lacking.append(f"{modality} could not be analysed ({reason_of(branch)})")
        elif branch.outcome == "absent":
            lacking.append(f"the asset has no {modality}")
    if lacking:
        needs = f"the profile {profile.name!r} needs {' and '.join(profile.modalities.required)}"
        return EvidenceVerdict("required_missing", f"{needs}, but {', '.join(lacking)}")
    if timeline.evidence:
        return EvidenceVerdict("enough")
    missing = [
        f"{name} could not be analysed ({reason_of(branch)})"
        for name, branch in branches.items()
        if branch.outcome == "missing"
    ]
    return EvidenceVerdict(
        "nothing_found", "nothing found to answer from" + "".join(f"; {text}" for text in missing)
    )


def reason_of(branch: BranchOutcome) -> str:
    """Why the branch gave nothing, in words that fit into a reason."""
    return branch.why[:_MAX_REASON_CHARACTERS]
