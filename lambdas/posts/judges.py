"""The judge that a deployment has for a profile: its model, the rules of answering, the verdicts kept."""

from __future__ import annotations

from collections.abc import Mapping

from braid.domain.money.accounting import Meter
from braid.domain.profile.profile import Profile
from braid.models.asking import Models
from braid.models.purposes import ANSWER
from braid.models.routing import Route, route_to
from braid.runtime.library import model_registry, post_rules
from braid.runtime.now import utc_now
from braid.store.verdicts import VerdictStore
from lambdas.posts.judging import Judge

__all__ = ["judge_of", "route_of"]


def route_of(profile: Profile, model_ids: Mapping[str, str]) -> Route:
    """The model that judges. Raises ``ConfigError`` for a tier that the deployment lacks."""
    return route_to(profile.posts.tier, "the tier of [posts]", model_ids, model_registry())


def judge_of(profile: Profile, meter: Meter, model_ids: Mapping[str, str], verdicts_table: str) -> Judge:
    """The judge; what it asks is counted on ``meter``."""
    return Judge(
        profile,
        route_of(profile, model_ids),
        Models(ANSWER).on(meter),
        VerdictStore(verdicts_table),
        post_rules(together=profile.posts.per_call > 1),
        utc_now,
    )
