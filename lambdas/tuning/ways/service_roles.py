"""As whom the services work, and where models are kept: what the stack made for them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ServiceRoles"]


@dataclass(frozen=True)
class ServiceRoles:
    """Part of the settings of every step that asks a control plane."""

    results_bucket: str
    training_role_arn: str
    package_group_arn: str
    hub_arn: str
