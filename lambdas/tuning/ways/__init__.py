"""How text and picture models are trained, kept, asked and served: the same steps, other services."""

from __future__ import annotations

from braid.domain.tuning.plan import Way
from lambdas.tuning.ways.nova_text import NovaText
from lambdas.tuning.ways.service_roles import ServiceRoles
from lambdas.tuning.ways.titan_image import TitanImage
from lambdas.tuning.ways.way import TuningWay

__all__ = ["ServiceRoles", "TuningWay", "way_of"]


def way_of(way: Way, roles: ServiceRoles) -> TuningWay:
    """Who takes the steps of a plan's way."""
    return NovaText(roles) if way is Way.NOVA_TEXT else TitanImage(roles)
