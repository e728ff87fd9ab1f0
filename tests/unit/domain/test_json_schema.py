"""The published schemas are current, valid, and true of what is written."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.evidence.transcript import Transcript
from braid.domain.money.accounting import MissingOperation
from braid.domain.money.receipt import Receipt
from braid.domain.wire import encode
from braid.runtime.prices import price_book
from schemas.regenerate import DOCUMENTS, FOLDER, schema_text


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_published_schema_is_current(name: str) -> None:
    published = (FOLDER / f"{name}.schema.json").read_text("utf-8")
    assert published == schema_text(name), "run: python -m schemas.regenerate"
    jsonschema.Draft202012Validator.check_schema(json.loads(published))


def test_nothing_else_is_published() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {f"{name}.schema.json" for name in DOCUMENTS}


def _validate(name: str, document: object) -> None:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(json.dumps(encode(document))), schema)


floats = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", ["transcript", "receipt"])
def test_what_is_written_validates(name: str, data: st.DataObject) -> None:
    st.register_type_strategy(float, floats)
    cls = {"transcript": Transcript, "receipt": Receipt}[name]
    document = data.draw(st.builds(cls, schema_version=st.just("1")))
    _validate(name, document)


def test_a_result_and_the_price_book_validate() -> None:
    result = Result(
        asset_id="a-1",
        attempt=1,
        source=ResultSource("b", "inbox/a", "v"),
        profile="general",
        status=AssetStatus.PARTIAL,
        reason=None,
        missing=(MissingOperation("speech", "the job failed"),),
        gates=(Gate("size", 3, "bytes", "pass"), Gate("type", "text/plain", "", "pass")),
        results={"report": Claim("s3://b/k", "text/html", 1, "00")},
        timings=Timings(None, "2026-01-01T00:00:00.000Z", 1.5),
        execution_arn="arn",
    )
    _validate("result", result)
    _validate("price_book", price_book())


def test_a_schema_refuses_what_the_codec_refuses() -> None:
    schema = json.loads((FOLDER / "receipt.schema.json").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="total_usd"):
        jsonschema.validate({"lines": [], "priced_as": "x", "schema_version": "1"}, schema)
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(
            {"lines": [], "total_usd": 0, "priced_as": "x", "schema_version": "1", "surprise": 1}, schema
        )
