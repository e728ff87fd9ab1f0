"""What language analysis of a long text costs: the bound that ``max_text_characters`` sets."""

from __future__ import annotations

import io
import json
import math
from typing import BinaryIO, cast

import pytest

from braid.admission.examination import examine
from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.domain.errors import InvalidAssetError
from braid.domain.money.accounting import Usage
from braid.domain.money.receipt import price
from braid.domain.profile.sections.gates import GatePlan
from braid.runtime.prices import price_book
from lambdas.language.questions import QUESTIONS, requests
from tests.infra.conftest import REPOSITORY

LIMIT = int(json.loads((REPOSITORY / "cdk.json").read_text("utf-8"))["context"]["max_text_characters"])
SENTENCE = "Nobody knew what the harbour had cost the town. "
LONG = SENTENCE * (20 * 1024 * 1024 // len(SENTENCE))


def cost_usd(text: str) -> float:
    """What all requests about ``text`` are billed, without sending them."""
    usage = [
        Usage("comprehend", question.operation, "unit", max(3, math.ceil(_length(request) / 100)))
        for question in QUESTIONS
        for request in requests(question, text).values()
    ]
    return price(usage, price_book()).total_usd


def _length(request: tuple[object, ...]) -> int:
    return sum(len(piece.text) for piece in request)  # type: ignore[attr-defined]  # cuts


def examined(text: str) -> None:
    limits = Limits(10**9, 3600, 300, LIMIT, 64_000_000)
    file = cast(BinaryIO, io.BytesIO(text.encode()))
    examine(file, name="a.txt", size_bytes=len(text), limits=limits, plan=GatePlan(), gates=GateLog())


def test_twenty_megabytes_are_refused_before_anything_is_paid() -> None:
    assert 95 < cost_usd(LONG) < 110
    with pytest.raises(InvalidAssetError, match=f"the limit is {LIMIT:,}. Split it and upload its parts"):
        examined(LONG)


def test_the_longest_text_that_is_taken_costs_ten_dollars() -> None:
    longest = LONG[:LIMIT]
    examined(longest)
    assert 9 < cost_usd(longest) < 10.5
