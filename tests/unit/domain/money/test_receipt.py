"""The price book knows a price for everything that is counted, and the receipt adds up."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.money.accounting import Meter, Usage
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import price
from braid.runtime.library import model_registry
from braid.runtime.prices import price_book
from braid.runtime.provider_library import image_providers

ADAPTERS = Path(__file__).resolve().parents[4] / "braid" / "aws"


def _counted() -> list[tuple[str, str | None, str | None]]:
    """Service, operation and unit of every ``count`` call in the adapters; ``None`` where one is computed."""
    found = []
    for path in sorted(ADAPTERS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_count = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "count"
            )
            if is_count and len(node.args) == 4:
                service, operation, unit = (
                    argument.value if isinstance(argument, ast.Constant) else None
                    for argument in node.args[:3]
                )
                assert isinstance(service, str), f"{path}:{node.lineno} computes its service's name"
                found.append((service, operation, unit))
    return found


def test_everything_that_is_counted_has_a_price() -> None:
    counted = _counted()
    assert {service for service, _, _ in counted} >= {"transcribe", "rekognition", "comprehend", "textract"}
    book = price_book()
    for counted_names in counted:
        assert any(
            all(ours in (None, theirs) for ours, theirs in zip(counted_names, names, strict=True))
            for names in _priced(book, counted_names[1])
        ), counted_names


def _priced(book: PriceBook, operation: str | None) -> set[tuple[str, str | None, str]]:
    """The names that the book has prices for; a ``*`` stands for the operation asked about."""
    return {
        (entry.service, operation if entry.operation == "*" else entry.operation, entry.unit)
        for entry in book.prices
    }


def test_the_book_prices_every_live_model_as_the_registry_does() -> None:
    book = price_book()
    for model in model_registry().models:
        for unit, per_million in (
            ("input_token", model.input_usd_per_million),
            ("output_token", model.output_usd_per_million),
        ):
            entry = book.find("bedrock", f"Converse:{model.model_id}", unit)
            assert entry is not None, model.model_id
            assert entry.unit_price_usd * 1e6 == pytest.approx(per_million), model.model_id
        assert book.find("bedrock", f"Converse:{model.model_id}", "cache_read_token")
        assert book.find("bedrock", f"Converse:{model.model_id}", "cache_write_token")


def test_the_book_prices_every_embedding_model_as_the_registry_does() -> None:
    # What the user's own server answers is nobody's to price.
    for model in (each for each in model_registry().embeddings if not each.model_id.startswith("braid.")):
        entry = price_book().find("bedrock", f"InvokeModel:{model.model_id}", "input_token")
        assert entry is not None, model.model_id
        assert entry.unit_price_usd * 1e6 == pytest.approx(model.input_usd_per_million), model.model_id


def test_every_price_has_a_source_and_the_book_a_day() -> None:
    book = price_book()
    datetime.date.fromisoformat(book.as_of)
    # Those of pictures have the sources of their providers' rows.
    for entry in set(book.prices) - set(image_providers().prices):
        assert entry.source.startswith("https://aws.amazon.com/"), entry
        # What stands by the hour or month is dear; everything else costs some cents or a small part of one.
        assert 0 < entry.unit_price_usd < (100 if entry.unit.endswith(("hour", "month")) else 0.1), entry
    keys = [(entry.service, entry.operation, entry.unit) for entry in book.prices]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage("transcribe", "StartTranscriptionJob", "second", 60), 0.024),
        (Usage("rekognition", "DetectText", "image", 3), 0.003),
        (Usage("rekognition", "DetectLabels:IMAGE_PROPERTIES", "image", 4), 0.003),
        (Usage("textract", "DetectDocumentText", "page", 2), 0.003),
        (Usage("comprehend", "DetectSentiment", "unit", 30), 0.003),
        (Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "input_token", 1_000_000), 0.035),
        (Usage("s3vectors", "PutVectors", "mib", 1024), 0.20),
        (Usage("s3vectors", "QueryVectors", "request", 1_000_000), 2.50),
        (Usage("s3vectors", "Storage", "gb_month", 2), 0.12),
        (Usage("stepfunctions", "StateTransition", "transition", 1000), 0.025),
    ],
)
def test_prices_as_published(usage: Usage, usd: float) -> None:
    assert price([usage], price_book()).total_usd == pytest.approx(usd)


def test_what_has_no_price_says_so_and_costs_nothing() -> None:
    line = price([Usage("polly", "SynthesizeSpeech", "character", 9)], price_book()).lines[0]
    assert (line.unit_price_usd, line.cost_usd, line.price_source) == (None, 0.0, "not in the price book")


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=8))
def test_equal_lines_are_added_up(quantities: list[int]) -> None:
    meter = Meter()
    for quantity in quantities:
        meter.count("textract", "DetectDocumentText", "page", quantity)
    receipt = price(meter.usage(), price_book())
    assert [line.quantity for line in receipt.lines] == [sum(quantities)]
    assert receipt.total_usd == pytest.approx(sum(quantities) * 0.0015)
