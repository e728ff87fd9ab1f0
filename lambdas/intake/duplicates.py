"""Whether the same content is processed already under another name or version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from braid.admission.gates import GateLog
from braid.domain.profile.sections.gates import GatePlan
from lambdas.intake.bundle import FoundObject

__all__ = ["check_duplicate"]


def check_duplicate(
    found: Sequence[FoundObject], claim_content: Callable[[str], str | None], plan: GatePlan, gates: GateLog
) -> None:
    """Claims the content for this asset; tells, or refuses as the profile wants, where another one has it."""
    if plan.duplicate_content == "ignore":
        return
    earlier = claim_content(_fingerprint(found))
    if earlier is None:
        gates.passed("duplicate", "new content")
        return
    reason = f"The same content was dropped before: see the asset {earlier}."
    if plan.duplicate_content == "reject":
        gates.reject("duplicate", earlier, "", reason)
    gates.warn("duplicate", earlier, "", reason)


def _fingerprint(found: Sequence[FoundObject]) -> str:
    """One object's own; of a bundle one over the members' roles and contents, whatever their names."""
    if len(found) == 1:
        return found[0].head.fingerprint
    parts = sorted(f"{item.role} {item.head.fingerprint}" for item in found)
    return "bundle:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()
