"""Permissions as values: what a role may do, on what, and why where that can't be one resource."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

__all__ = ["Grant", "granted_role"]


@dataclass(frozen=True)
class Grant:
    """Allows ``actions`` on ``resources``. A resource with a wildcard needs ``because``."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    because: str = ""
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def statement(self) -> iam.PolicyStatement:
        """The grant as IAM takes it."""
        return iam.PolicyStatement(
            actions=list(self.actions),
            resources=list(self.resources),
            conditions={operator: dict(keys) for operator, keys in self.conditions.items()},
        )


def granted_role(
    scope: Construct,
    construct_id: str,
    *,
    service: str,
    description: str,
    grants: Iterable[Grant],
    only_for: Mapping[str, Mapping[str, Any]] | None = None,
    also: tuple[str, ...] = (),
) -> iam.IRole:
    """A role that ``service`` assumes with exactly ``grants``, in one inline policy that nothing adds to.

    ``also`` are services that assume it too. ``only_for`` are the trust's conditions: on whose behalf a
    service may assume it.
    """
    given = list(grants)
    services = [iam.ServicePrincipal(name, conditions=only_for) for name in (service, *also)]
    role = iam.Role(
        scope,
        construct_id,
        assumed_by=iam.CompositePrincipal(*services) if also else services[0],
        description=description,
        inline_policies={"grants": iam.PolicyDocument(statements=[grant.statement() for grant in given])},
    )
    _acknowledge_wildcards(role, given)
    return role.without_policy_updates()


def _acknowledge_wildcards(role: iam.Role, grants: Iterable[Grant]) -> None:
    """Answers cdk-nag's finding for each wildcard resource with the grant's own reason."""
    stack = cdk.Stack.of(role)
    reasons: dict[str, list[str]] = defaultdict(list)
    for grant in grants:
        for resource in grant.resources:
            shown = _as_cdk_nag_shows(stack.resolve(resource))
            if "*" in shown:
                reasons[shown].append(grant.because)
    for shown, because in reasons.items():
        if not all(because):
            raise ValueError(f"{role.node.path}: the grant on {shown} needs a reason for its wildcard")
        cdk.Validations.of(role).acknowledge(
            cdk.Acknowledgment(
                id=f"AwsSolutions-IAM5[Resource::{shown}]", reason="; ".join(dict.fromkeys(because))
            )
        )


def _as_cdk_nag_shows(node: Any) -> str:
    """A resolved resource as cdk-nag spells it in a finding (its utils/flatten-cfn-reference)."""
    match node:
        case str():
            return node.replace("${", "<").replace("}", ">")
        case {"Fn::Join": [str(delimiter), list(items)]}:
            return delimiter.join(_as_cdk_nag_shows(item) for item in items)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return _as_cdk_nag_shows(name)
        case {"Ref": str(name)}:
            return f"<{name}>"
    return json.dumps(node)
