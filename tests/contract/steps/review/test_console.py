"""The console ends a review by the pipeline's own function, and says so only when it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.review import handler_decide
from tests.contract.steps.review.waiting_executions import CORRECTED, Desk, Waiting
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.served_console import FunctionsHere, Served, served, target_over


@pytest.fixture
def console(desk: Desk) -> Iterator[Served]:
    storage = desk.storage
    target = target_over(
        storage.session,
        storage.endpoint,
        inbox=storage.inbox,
        results=storage.results,
        table=storage.table,
        state_machine_arn=desk.machine_arn,
        functions=FunctionsHere({"review": handler_decide.handler}, CONTEXT),
    )
    with served(target) as running:
        yield running


def seen(waiting: Waiting) -> dict[str, Any]:
    """What the page has of an answer when somebody decides about it."""
    found = waiting.desk.storage.reviews.find(waiting.asset.asset_id)
    assert found.review is not None
    return {"attempt": found.asset.attempt, "requested_at": found.review.request.requested_at}


def test_an_answer_is_shown_without_its_token_and_approved(console: Served, waiting: Waiting) -> None:
    asset_id = waiting.asset.asset_id
    _, queue, _ = console.get("/review")
    _, detail, _ = console.get(f"/review/{asset_id}")
    _, report, headers = console.get(f"/assets/{asset_id}/report")

    status, told = console.post(f"/review/{asset_id}/decide", {"decision": "approve", **seen(waiting)})

    assert asset_id in queue
    assert "The Trail Runner is a light shoe." in detail
    assert waiting.token not in queue + detail + report
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'; ")
    assert (status, told) == (200, {"asset_id": asset_id, "said": "approved"})
    assert waiting.output()["claim"] is not None
    _, asset, _ = console.get(f"/assets/{asset_id}")
    assert f"approved by {console.context.user}" in asset


def test_a_rejection_keeps_its_reason_where_the_asset_is_shown(console: Served, waiting: Waiting) -> None:
    asset_id = waiting.asset.asset_id
    sent = {"decision": "reject", "note": "the price is wrong", **seen(waiting)}

    assert console.post(f"/review/{asset_id}/decide", sent)[0] == 200

    assert waiting.output()["claim"] is None
    _, asset, _ = console.get(f"/assets/{asset_id}")
    assert "rejected by" in asset
    assert "the price is wrong" in asset


def test_a_corrected_answer_stands(console: Served, waiting: Waiting) -> None:
    sent = {"decision": "edit", "answer": CORRECTED, **seen(waiting)}

    status, _ = console.post(f"/review/{waiting.asset.asset_id}/decide", sent)

    assert status == 200
    assert waiting.document(waiting.output()["claim"])["answer"] == CORRECTED


def test_what_the_function_refuses_is_said_and_goes_on_waiting(console: Served, waiting: Waiting) -> None:
    asset_id, facts = waiting.asset.asset_id, seen(waiting)
    invented = {**CORRECTED, "summary": [{"text": "It flies.", "evidence_ids": ["u9999"]}]}

    status, told = console.post(
        f"/review/{asset_id}/decide", {"decision": "edit", "answer": invented, **facts}
    )

    assert status == 409
    assert "u9999" in told["error"]
    # An answer isn't made once more, and nothing is without a reason.
    for note in ("", "too dark"):
        redo = {"decision": "redo", "note": note, **facts}
        assert console.post(f"/review/{asset_id}/decide", redo)[0] == 422
    assert waiting.is_running
    assert console.post(f"/review/{asset_id}/decide", {"decision": "approve", **facts})[0] == 200


def test_of_two_people_the_second_is_told(console: Served, waiting: Waiting) -> None:
    asset_id, facts = waiting.asset.asset_id, seen(waiting)
    waiting.decide("approve")

    status, told = console.post(f"/review/{asset_id}/decide", {"decision": "reject", "note": "no", **facts})

    assert status == 409
    assert told["error"]
    assert waiting.output()["claim"] is not None


def test_another_request_than_the_one_seen_is_not_decided(console: Served, waiting: Waiting) -> None:
    asset_id = waiting.asset.asset_id
    for facts in ({}, {**seen(waiting), "attempt": 2}, {**seen(waiting), "requested_at": "2026-01-01"}):
        status, told = console.post(f"/review/{asset_id}/decide", {"decision": "approve", **facts})

        assert (status, "look once more" in told["error"]) == (409, True)
    assert waiting.is_running


def test_a_request_that_lies_gets_nothing_decided(console: Served, waiting: Waiting) -> None:
    path, sent = f"/review/{waiting.asset.asset_id}/decide", {"decision": "approve", **seen(waiting)}
    strangers: list[dict[str, str]] = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Cookie": "braid_console=guessed"},
        {"Cookie": ""},
        {"Host": f"evil.example:{console.access.port}"},
        {"x-braid-csrf": "guessed"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]

    assert {console.post(path, sent, **headers)[0] for headers in strangers} <= {401, 403, 421}
    assert waiting.is_running
