"""What Bedrock says about the models that a deployment asks, held against what the registry says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.errors import ConfigError
from braid.domain.model_registry import Model, ModelRegistry, foundation_model_id, read_model_registry
from braid.domain.tier_models import tier_models
from cli.machine.doctor import Finding
from cli.machine.refusals import refused
from cli.target import PROJECT_ROOT, Target

__all__ = ["committed_models", "deployed_models", "model_findings", "models_in_use"]

_REGISTRY = "registry/models.toml"
_UNKNOWN = frozenset({"ResourceNotFoundException", "ValidationException"})


def models_in_use(
    profile_ids: Sequence[str], region: str, bedrock: Callable[[str], Any]
) -> Iterator[Finding]:
    """A finding for each inference profile, asked in ``region``, as of today and the registry here."""
    registry = read_model_registry((PROJECT_ROOT / _REGISTRY).read_text("utf-8"))
    yield from model_findings(profile_ids, region, bedrock, registry, datetime.now(UTC).date())


def deployed_models(target: Target) -> list[str]:
    """The inference profiles that the deployment's functions were given."""
    found = target.lambda_.get_function_configuration(FunctionName=target.trial_function)
    return sorted(set(json.loads(found["Environment"]["Variables"]["MODEL_IDS"]).values()))


def committed_models(knobs: Mapping[str, Any], region: str) -> list[str]:
    """Those that a deployment with these knobs would ask there. Raises ``ConfigError`` where it has none."""
    registry = read_model_registry((PROJECT_ROOT / _REGISTRY).read_text("utf-8"))
    today = datetime.now(UTC).date()
    prefix = str(knobs["model_prefix"])
    return sorted(set(tier_models(registry, model_prefix=prefix, region=region, on=today).ids.values()))


def model_findings(
    profile_ids: Sequence[str],
    region: str,
    bedrock: Callable[[str], Any],
    registry: ModelRegistry,
    today: date,
) -> Iterator[Finding]:
    """Asks Bedrock about each inference profile; ``bedrock`` gives its client for a region.

    All is well where Bedrock and the registry agree and the model lives for 90 days and more.
    """
    for profile_id in profile_ids:
        try:
            model = registry.find(profile_id)
        except ConfigError as error:
            yield _finding(profile_id, str(error), f"deploy again: {_REGISTRY} has changed since")
            continue
        try:
            lifecycle = _lifecycle(profile_id, region, bedrock)
        except ClientError as error:
            yield _refused(profile_id, region, error)
            continue
        yield _compared(profile_id, model, lifecycle, registry, today)


def _lifecycle(profile_id: str, region: str, bedrock: Callable[[str], Any]) -> dict[str, Any]:
    """``modelLifecycle`` of the profile's model, asked in a region that has it."""
    profile = bedrock(region).get_inference_profile(inferenceProfileIdentifier=profile_id)
    regions = [model["modelArn"].split(":")[3] for model in profile["models"]]
    where = region if region in regions else next((name for name in regions if name), region)
    identifier = foundation_model_id(profile_id)
    details = bedrock(where).get_foundation_model(modelIdentifier=identifier)["modelDetails"]
    lifecycle: dict[str, Any] = details.get("modelLifecycle", {})
    return lifecycle


def _refused(profile_id: str, region: str, error: ClientError) -> Finding:
    if error.response["Error"].get("Code", "") in _UNKNOWN:
        return _finding(
            profile_id,
            f"Bedrock in {region} doesn't offer it ({error.operation_name})",
            f"check which models Bedrock offers there, then change {_REGISTRY} or the knob model_prefix",
        )
    return refused(_name(profile_id), error, "bedrock:GetInferenceProfile and bedrock:GetFoundationModel")


def _compared(
    profile_id: str, model: Model, lifecycle: dict[str, Any], registry: ModelRegistry, today: date
) -> Finding:
    status = str(lifecycle.get("status", "active")).lower()
    end = _day(lifecycle.get("endOfLifeTime"))
    if (status, end) != (model.status, model.end_of_life):
        told = (
            f"Bedrock says {_lived(status, end)}, {_REGISTRY} says {_lived(model.status, model.end_of_life)}"
        )
        wanted = [f'status = "{status}"', f"end_of_life = {end}" if end else "no end_of_life"]
        return _finding(profile_id, told, f"set {', '.join(wanted)} there, then deploy")
    if warnings := registry.warnings(today, [model.model_id]):
        remedy = f"put another model of tier {model.tier} first in {_REGISTRY}, and deploy before that day"
        return _finding(profile_id, warnings[0], remedy)
    told = f"{_lived(status, end)}, no sooner than {model.end_of_life_not_before}"
    return _finding(profile_id, told if end is None else _lived(status, end))


def _finding(profile_id: str, detail: str, remedy: str = "") -> Finding:
    return Finding(_name(profile_id), not remedy, detail, remedy)


def _name(profile_id: str) -> str:
    return f"Bedrock: {profile_id}"


def _lived(status: str, end: str | None) -> str:
    return f"{status}, ends on {end}" if end else f"{status}, no end announced"


def _day(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).date().isoformat() if moment is not None else None
