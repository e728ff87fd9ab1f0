"""What becomes of an asset that is expected to cost more than its profile wants to pay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from braid.admission.budget import hold_to_budget
from braid.admission.gates import GateLog
from braid.domain.asset.admission import Admission, Gate, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.budget import Budget, BudgetPlan, OnExcess
from braid.runtime.library import profile
from braid.runtime.prices import price_book
from tests.unit.admission.test_estimate import KNOBS

# A minute of film costs some six cents, two of which a picture's description and a larger model are.
FILM = Member(
    *("a.mp4", "main", "b", "inbox/general/a.mp4", "v", 1000, "video/mp4"),
    (Modality.SPEECH, Modality.VISION),
    duration_ms=60_000,
)


def asked(max_usd: float, on_excess: OnExcess = "reject") -> Profile:
    general = profile("general")
    return replace(
        general,
        budget=BudgetPlan(max_usd, on_excess),
        vision=replace(general.vision, description_tier="pro"),
        inference=replace(general.inference, text_tier="pro", large_tier="pro", picture_tier="pro"),
    )


def held(plan: Profile) -> tuple[Budget, tuple[Gate, ...]]:
    asset = AssetRef("a-1", 1, plan.name, Source("b", "inbox/general/a.mp4", "v"))
    admission = Admission(asset, "video/mp4", (FILM,), FILM.modalities, ())
    gates = GateLog()
    return hold_to_budget(admission, plan, KNOBS, price_book(), gates), gates.gates


def test_without_a_budget_nothing_is_held() -> None:
    assert held(asked(0)) == (Budget(), ())


def test_what_keeps_to_it_passes_a_gate() -> None:
    budget, (gate,) = held(asked(5))

    assert budget == Budget()
    assert (gate.name, gate.unit, gate.outcome) == ("budget", "USD", "pass")
    assert 0.01 < float(gate.value) < 5


def test_what_is_too_dear_is_refused_with_both_figures() -> None:
    told = r"expected to cost \$0\.\d\d, more than the \$0.01 of the profile"
    with pytest.raises(InvalidAssetError, match=told):
        held(asked(0.01))


def test_a_person_looks_at_what_is_too_dear() -> None:
    budget, (gate,) = held(asked(0.01, "review"))

    assert budget.review_reason.startswith("it was expected to cost $0.")
    assert not budget.is_downgraded
    assert gate.outcome == "warn"


def test_the_cheapest_models_answer_what_they_can_for_it() -> None:
    dear = float(held(asked(5))[1][0].value)
    budget, (gate,) = held(asked(dear - 0.005, "downgrade"))

    assert budget == Budget(is_downgraded=True)
    assert gate.outcome == "warn"
    assert "cheapest models" in (gate.reason or "")


def test_what_the_cheapest_models_cannot_make_cheap_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match="with the cheapest models"):
        held(asked(0.001, "downgrade"))


def test_a_downgraded_profile_asks_the_cheapest_about_the_same() -> None:
    plan = asked(5)
    cheap = plan.downgraded()

    assert {cheap.inference.text_tier, cheap.inference.picture_tier, cheap.inference.large_tier} == {"micro"}
    assert (cheap.inference.max_pictures, cheap.vision.description_tier) == (0, "")
    assert (cheap.content_hash, cheap.prompt, cheap.gates) == (plan.content_hash, plan.prompt, plan.gates)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (BudgetPlan(-1), "budget.max_usd can't be negative"),
        (BudgetPlan(1, "wait"), "budget.on_excess must be reject, downgrade, review, not 'wait'"),  # type: ignore[arg-type]
    ],
)
def test_what_is_wrong_with_a_budget(plan: BudgetPlan, told: str) -> None:
    assert list(plan.problems()) == [told]
