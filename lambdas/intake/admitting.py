"""Admits an asset, or says why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from braid.admission.examined import Limits
from braid.admission.gates import GateLog, check_profile
from braid.admission.members import (
    BUNDLE_TYPE,
    MemberFile,
    admission_of,
    check_speech,
    examine_member,
    wanted_of,
)
from braid.aws.s3.source_objects import ObjectHead, SourceObjects
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, InboxKind, Modality, read_inbox_key
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.budget import Budget
from braid.domain.profile.sections.gates import GatePlan
from braid.domain.quoting import shortened
from lambdas.intake.bundle import FoundObject, Waiting, find_members, manifest_of

__all__ = ["BUNDLE_TYPE", "AdmissionVerdict", "admit"]

_MAX_REASON_BYTES = 1500


@dataclass(frozen=True)
class AdmissionVerdict:
    """The admission as it is stored; ``reason`` is set where the asset is rejected."""

    admission: Admission
    reason: str | None

    @property
    def is_admitted(self) -> bool:
        """Whether the asset goes on."""
        return self.reason is None

    @property
    def short_reason(self) -> str | None:
        """The reason as it travels through states: a manifest can be wrong in many long words."""
        return self.reason and shortened(self.reason, _MAX_REASON_BYTES)

    @property
    def modalities(self) -> dict[str, bool]:
        """Which branches have something to do."""
        return {modality.value: modality in self.admission.modalities for modality in Modality}

    @property
    def summary(self) -> str:
        """One line for the Step Functions console."""
        if self.reason is not None:
            return f"rejected: {self.reason}"[:200]
        admission = self.admission
        what = f"{admission.media_type} with {', '.join(admission.modalities)}"
        return what if len(admission.members) == 1 else f"bundle of {len(admission.members)}: {what}"


def admit(
    asset: AssetRef,
    *,
    sources: SourceObjects,
    open_object: Callable[[FoundObject], BinaryIO],
    profiles: tuple[str, ...],
    read_profile: Callable[[str], Profile],
    claim_content: Callable[[str], str | None],
    hold_to_budget: Callable[[Admission, Profile, GateLog], Budget],
    limits: Limits,
    waiting: Waiting,
) -> AdmissionVerdict:
    """Examines the asset's one object, or every member of its bundle.

    ``read_profile`` gives the profile of a name: modalities that it doesn't ask for are not analysed, and its
    gates and its budget hold. ``claim_content`` marks content as this asset's, or names the asset that has it
    already; it is asked last, so that what is rejected marks nothing. Raises ``PendingError`` while a
    bundle's member isn't there yet.
    """
    gates = GateLog()
    members: list[Member] = []
    try:
        check_profile(asset.profile, profiles, gates)
        profile = read_profile(asset.profile)
        found = _objects(asset, sources, waiting)
        for item in found:
            members.append(
                _examined(item, asset, open_object, limits, profile.gates, gates, is_named=len(found) > 1)
            )
        check_speech(members, gates)
        members = wanted_of(members, profile.modalities.wanted, asset.profile, gates)
        budget = hold_to_budget(admission_of(asset, members, gates), profile, gates)
        _check_duplicate(found, claim_content, profile.gates, gates)
    except InvalidAssetError as error:
        return AdmissionVerdict(admission_of(asset, members, gates, is_rejected=True), str(error))
    return AdmissionVerdict(replace(admission_of(asset, members, gates), budget=budget), None)


def _objects(asset: AssetRef, sources: SourceObjects, waiting: Waiting) -> tuple[FoundObject, ...]:
    source = asset.source
    inbox_key = read_inbox_key(source.key)
    head = sources.head(source.key, source.version_id)
    if inbox_key.kind is not InboxKind.BUNDLE_MANIFEST:
        return (FoundObject(inbox_key.name, "main", source.key, head),)
    manifest = manifest_of(sources, source.key, source.version_id)
    return find_members(sources, source.key, manifest, waiting)


def _examined(
    item: FoundObject,
    asset: AssetRef,
    open_object: Callable[[FoundObject], BinaryIO],
    limits: Limits,
    plan: GatePlan,
    gates: GateLog,
    *,
    is_named: bool,
) -> Member:
    head = item.head
    file = MemberFile(item.name, item.role, asset.source.bucket, item.key, head.version_id, head.size_bytes)
    with gates.of_member(item.name, is_named=is_named):
        _check_storage(head, gates)
        return examine_member(file, open_object(item), limits=limits, plan=plan, gates=gates)


def _check_storage(head: ObjectHead, gates: GateLog) -> None:
    if head.is_archived:
        gates.reject(
            "storage",
            "archived",
            "",
            "The object is in an archive storage class. Restore it and drop it again.",
        )


def _check_duplicate(
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
