"""What would come of files, told from files, a profile and the knobs of ``cdk.json`` or of a deployment."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from braid.admission.budget import hold_to_budget
from braid.admission.estimate import Estimate, EstimateKnobs, estimate
from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.admission.members import MemberFile, admission_of, check_speech, examine_member, wanted_of
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source, asset_id_for
from braid.domain.asset.manifest import read_manifest
from braid.domain.errors import ConfigError, InvalidAssetError
from braid.domain.model_registry import read_model_registry
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import Receipt
from braid.domain.profile.profile import Profile
from braid.domain.tier_models import tier_models
from braid.runtime.settings import read_settings
from cli.dropping.drop import LocalFile, PlannedAsset
from cli.errors import CommandError
from cli.target import PROJECT_ROOT, Target

__all__ = ["AssetPlan", "Knobs", "knobs_of", "knobs_of_stack", "plan_asset"]

_MODELS = "registry/models.toml"
_DEFAULT_REGION = "us-east-1"
# What a modality's branch does, in the workflow's order; the services behind it are those of the estimate.
_BRANCHES = {
    Modality.SPEECH: ("Start Transcription", "Collect Transcript", "Analyze Transcript"),
    Modality.VISION: ("Select Keyframes", "Look at Keyframes", "Analyze Detected Text"),
    Modality.TEXT: ("Read Text", "Analyze Text"),
}
_BEFORE, _AFTER = ("Admit Asset",), ("Fuse Evidence", "Infer Answer", "Publish Result", "Announce")
_REJECTED = ("Admit Asset", "Record Rejection")


@dataclass(frozen=True)
class Knobs:
    """The knobs that decide about an asset: the limits of a file, and what may be spent on it."""

    limits: Limits
    spending: EstimateKnobs


@dataclass(frozen=True)
class _AdmitSettings:
    """The same as Admit Asset's function is given them."""

    max_object_bytes: int
    max_duration_seconds: int
    max_pages: int
    max_text_characters: int
    max_image_pixels: int
    max_keyframes: int
    evidence_budget_tokens: int
    model_ids: dict[str, str]
    caption_languages: tuple[str, ...]
    spoken_descriptions: bool


@dataclass(frozen=True)
class AssetPlan:
    """What would come of one asset. ``reason`` is set where it would be rejected."""

    name: str
    profile: Profile
    admission: Admission
    reason: str | None
    estimate: Estimate

    @property
    def steps(self) -> tuple[str, ...]:
        """The states that do something, branch by branch."""
        if self.reason is not None:
            return _REJECTED
        branches = [step for modality in self.admission.modalities for step in _BRANCHES[modality]]
        return (*_BEFORE, *branches, *_AFTER)

    @property
    def pattern(self) -> str:
        """``sequential`` where one branch runs, ``hybrid`` where several do, side by side, and are joined."""
        return "hybrid" if len(self.admission.modalities) > 1 else "sequential"

    @property
    def services(self) -> tuple[str, ...]:
        """The services that are expected to be asked."""
        return tuple(sorted({line.service for line in self.estimate.expected.lines}))

    @property
    def expected_by_service(self) -> dict[str, float]:
        """What is expected, in USD."""
        return _by_service(self.estimate.expected)

    @property
    def bound_by_service(self) -> dict[str, float]:
        """What it is at most, in USD."""
        return _by_service(self.estimate.bound)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "name": self.name,
            "profile": self.profile.name,
            "is_admitted": self.reason is None,
            "reason": self.reason,
            "media_type": self.admission.media_type,
            "modalities": list(self.admission.modalities),
            "members": [_told(member) for member in self.admission.members],
            "gates": [
                {"name": gate.name, "value": gate.value, "unit": gate.unit, "outcome": gate.outcome}
                for gate in self.admission.gates
            ],
            "pattern": self.pattern,
            "steps": list(self.steps),
            "services": list(self.services),
            "latency_seconds": self.estimate.latency_seconds,
            "expected_usd": self.estimate.expected.total_usd,
            "bound_usd": self.estimate.bound.total_usd,
            "expected_usd_by_service": self.expected_by_service,
            "bound_usd_by_service": self.bound_by_service,
            "priced_as": self.estimate.expected.priced_as,
        }


def _by_service(receipt: Receipt) -> dict[str, float]:
    sums: dict[str, float] = {}
    for line in receipt.lines:
        sums[line.service] = sums.get(line.service, 0.0) + line.cost_usd
    return {service: round(usd, 6) for service, usd in sorted(sums.items())}


def knobs_of(context: dict[str, Any] | None = None) -> Knobs:
    """The knobs in ``cdk.json``, or those given, with the models that a deployment with them would ask."""
    if context is None:
        context = json.loads((PROJECT_ROOT / "cdk.json").read_text("utf-8"))["context"]
    registry = read_model_registry((PROJECT_ROOT / _MODELS).read_text("utf-8"))
    region = context["region"] or _DEFAULT_REGION
    models = tier_models(registry, model_prefix=context["model_prefix"], region=region)
    languages = tuple(code.strip() for code in context["caption_languages"].split(",") if code.strip())
    return Knobs(
        Limits(
            context["max_object_bytes"],
            context["max_duration_seconds"],
            context["max_pages"],
            context["max_text_characters"],
            context["max_image_pixels"],
        ),
        EstimateKnobs(
            context["max_keyframes"],
            context["max_text_characters"],
            context["evidence_budget_tokens"],
            models.ids,
            languages,
            context["spoken_descriptions"],
        ),
    )


def knobs_of_stack(target: Target) -> Knobs:
    """The knobs that a deployment holds its assets to, as its functions were given them."""
    name = f"{target.deployment_name}-intake"
    found = target.lambda_.get_function_configuration(FunctionName=name)
    try:
        given = read_settings(_AdmitSettings, found["Environment"]["Variables"])
    except ConfigError as error:
        raise CommandError(
            f"{target.stack_name} was deployed by another version of Braid, whose knobs can't be read:"
            " deploy this one, or plan without --stack by cdk.json"
        ) from error
    return Knobs(
        Limits(
            given.max_object_bytes,
            given.max_duration_seconds,
            given.max_pages,
            given.max_text_characters,
            given.max_image_pixels,
        ),
        EstimateKnobs(
            given.max_keyframes,
            given.max_text_characters,
            given.evidence_budget_tokens,
            given.model_ids,
            given.caption_languages,
            given.spoken_descriptions,
        ),
    )


def plan_asset(asset: PlannedAsset, profile: Profile, knobs: Knobs, book: PriceBook) -> AssetPlan:
    """Examines the files as Admit would, with the same gates, and estimates what follows."""
    head = asset.uploads[-1]
    source = Source("", head.key, "")
    ref = AssetRef(asset_id_for(source), 1, profile.name, source)
    gates, members, reason = GateLog(), list[Member](), None
    try:
        files = list(_files(asset))
        for file, opened in files:
            is_named = len(files) > 1
            with contextlib.closing(opened()) as body, gates.of_member(file.name, is_named=is_named):
                members.append(
                    examine_member(file, body, limits=knobs.limits, plan=profile.gates, gates=gates)
                )
        check_speech(members, gates)
        members = wanted_of(members, profile.modalities.wanted, profile.name, gates)
        budget = hold_to_budget(admission_of(ref, members, gates), profile, knobs.spending, book, gates)
        profile = profile.downgraded() if budget.is_downgraded else profile
    except InvalidAssetError as error:
        reason = str(error)
    admission = admission_of(ref, members, gates, is_rejected=reason is not None)
    counted = admission if reason is None else admission_of(ref, [], gates, is_rejected=True)
    return AssetPlan(asset.name, profile, admission, reason, estimate(counted, profile, knobs.spending, book))


class _Opener:
    """Opens a file of this machine, or the bytes that stand for one."""

    def __init__(self, path: LocalFile | None, body: bytes) -> None:
        self._path, self._body = path, body

    def __call__(self) -> BinaryIO:
        return self._path.open("rb") if self._path else io.BytesIO(self._body)


def _files(asset: PlannedAsset) -> Iterator[tuple[MemberFile, _Opener]]:
    """The asset's files in their roles: of a bundle its manifest's members."""
    if len(asset.uploads) == 1:
        (only,) = asset.uploads
        size = only.path.stat().st_size if only.path else len(only.body)
        name = only.key.rpartition("/")[2]
        yield MemberFile(name, "main", "", only.key, "", size), _Opener(only.path, only.body)
        return
    manifest = asset.uploads[-1]
    folder = manifest.key.rpartition("/")[0] + "/"
    by_key = {item.key: item for item in asset.uploads[:-1]}
    for member in read_manifest(manifest.body).members:
        item = by_key[folder + member.name]
        size = item.path.stat().st_size if item.path else len(item.body)
        yield MemberFile(member.name, member.role, "", item.key, "", size), _Opener(item.path, item.body)


def _told(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "role": member.role,
        "media_type": member.media_type,
        "modalities": list(member.modalities),
        "size_bytes": member.size_bytes,
        "duration_seconds": None if member.duration_ms is None else member.duration_ms / 1000,
        "page_count": member.page_count,
    }
