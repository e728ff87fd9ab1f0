"""What AWS says of the services in a deployment's region, held against what the registry says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from braid.domain.region_registry import RegionRegistry, Service, read_region_registry
from cli.machine.doctor import Finding
from cli.machine.refusals import refused
from cli.target import PROJECT_ROOT

if TYPE_CHECKING:
    from boto3 import Session

__all__ = ["service_findings", "services_of"]

_REGISTRY = "registry/services.toml"
# Public parameters of AWS, which can be asked for in some regions only, about all of them
# (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html).
_ASKED_IN = "us-east-1"
_PATH = "/aws/service/global-infrastructure/regions/{region}/services"


def services_of(session: Session) -> Iterator[Finding]:
    """A finding for each service of the session's region that isn't as the registry says, or one for all."""
    registry = read_region_registry((PROJECT_ROOT / _REGISTRY).read_text("utf-8"))
    ssm = session.client("ssm", region_name=_ASKED_IN)
    yield from service_findings(session.region_name, ssm, registry)


def service_findings(region: str, ssm: Any, registry: RegionRegistry) -> Iterator[Finding]:
    """Asks AWS which services the region has. All is well where the registry says the same."""
    try:
        offered = _offered(region, ssm)
    except ClientError as error:
        yield refused(f"Services in {region}", error, "ssm:GetParametersByPath")
        return
    found = list(filter(None, (_compared(service, region, offered) for service in registry.services)))
    missing = [service.name for service in registry.missing(region, ()) if service.name not in offered]
    detail = f"as {_REGISTRY} says; not offered: {', '.join(missing) or 'none'}"
    yield from found or [Finding(f"Services in {region}", True, detail)]


def _offered(region: str, ssm: Any) -> frozenset[str]:
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=_PATH.format(region=region))
    return frozenset(item["Value"] for page in pages for item in page["Parameters"])


def _compared(service: Service, region: str, offered: frozenset[str]) -> Finding | None:
    is_listed, is_offered = region in service.regions, service.name in offered
    if is_listed == is_offered:
        return None
    name = f"{service.name} in {region}"
    if is_offered:
        return Finding(
            name, False, f"AWS offers it, {_REGISTRY} doesn't say so", f'add "{region}" to its regions there'
        )
    detail = f"AWS doesn't offer it, {_REGISTRY} says it does; missing: {service.gives}"
    return Finding(name, False, detail, f'take "{region}" out of its regions there')
