"""Admit Asset and money: what is reserved, what waits for it, and what a profile's budget refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from braid.domain.asset.admission import Admission
from braid.domain.clock import iso
from braid.domain.errors import NoRoomError
from braid.domain.profile.sections.budget import BudgetPlan
from braid.domain.wire import encode
from braid.runtime.library import profile
from tests.contract.conftest import Storage
from tests.contract.steps.intake.test_intake_step import admit, picture


def test_expected_cost_is_reserved_and_what_has_no_room_waits(
    storage: Storage, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_USD_PER_DAY", "1")
    asset = storage.drop(f"{folder}/a.jpg", picture())
    before = storage.counts.read(iso(datetime.now(UTC))).committed_usd
    admit(asset)
    admit(asset)
    reserved = storage.counts.read(iso(datetime.now(UTC))).committed_usd - before
    assert 0 < reserved < 1
    assert float(storage.record(asset.asset_id)["reserved_usd"]) == float(reserved)

    costly = storage.drop(f"{folder}/b.txt", b"Words and more words of a long story. " * 20_000)
    with pytest.raises(NoRoomError, match="max_usd_per_day"):
        admit(costly)
    waiting = storage.record(costly.asset_id)
    assert waiting["status"] == "PROCESSING"
    assert waiting["reason"].startswith("It waits for money")


@pytest.mark.parametrize(("on_excess", "admitted"), [("reject", False), ("review", True)])
def test_a_budget_holds_before_anything_is_paid(
    storage: Storage, folder: str, monkeypatch: pytest.MonkeyPatch, on_excess: Any, admitted: bool
) -> None:
    strict = replace(profile("general"), budget=BudgetPlan(0.0001, on_excess))
    monkeypatch.setattr("lambdas.intake.handler_admit.profile", lambda _: strict)
    asset = storage.drop(f"{folder}/{on_excess}.jpg", picture())
    answer = admit(asset)
    assert answer["admitted"] is admitted
    store = storage.store(asset)
    stored = store.stored_document(Admission, store.result_key("admission.json"))
    assert encode(stored.budget) == answer["budget"], "a rerun takes it over from there"
    told = answer["budget"]["review_reason"] or answer["reason"]
    assert "expected to cost $0.01, more than" in told
