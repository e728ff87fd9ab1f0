"""An ended asset's rows are written once for each table, replaced when it ends anew, and gone with it."""

from __future__ import annotations

import json

import pytest

from braid.domain.asset.result import Result
from braid.domain.errors import PendingError
from braid.domain.money.receipt import Receipt
from braid.domain.wire import encode
from braid.runtime.library import document_schemas
from braid.store.documents import DocumentStore
from lambdas.cataloguing.exporting import export
from tests.contract.document_goldens import filled
from tests.doubles.memory_s3 import MemoryS3

SCHEMAS = document_schemas()


def stored(*, missing: bool = True) -> tuple[DocumentStore, MemoryS3]:
    s3 = MemoryS3()
    store = DocumentStore("results", "a-1", 1, s3=s3)
    claim = store.put_document(store.result_key("receipt.json"), filled(Receipt))
    result = encode(filled(Result)) | {"asset_id": "a-1", "results": {"receipt": encode(claim)}}
    if not missing:
        result["missing"] = []
    body = json.dumps(result).encode()
    s3.objects["results", "assets/a-1/result.json"] = body
    return store, s3


def tables_of(s3: MemoryS3) -> set[str]:
    return {key.split("/")[1] for _, key in s3.objects if key.startswith("catalogue/")}


def test_rows_lie_in_a_file_for_each_table_under_the_assets_id() -> None:
    store, s3 = stored()

    assert export("a-1", store, SCHEMAS, is_deleted=False) == 5
    assert tables_of(s3) == {"assets", "gates", "missing", "missed_targets", "receipt_lines"}
    (row,) = s3.objects["results", "catalogue/receipt_lines/a-1.jsonl"].splitlines()
    assert json.loads(row)["asset_id"] == "a-1"


def test_done_again_it_ends_the_same_and_what_is_no_more_goes() -> None:
    store, s3 = stored()
    export("a-1", store, SCHEMAS, is_deleted=False)
    before = dict(s3.objects)
    export("a-1", store, SCHEMAS, is_deleted=False)
    assert s3.objects == before

    changed = json.loads(s3.objects["results", "assets/a-1/result.json"]) | {"missing": []}
    s3.objects["results", "assets/a-1/result.json"] = json.dumps(changed).encode()
    export("a-1", store, SCHEMAS, is_deleted=False)

    assert "missing" not in tables_of(s3)


def test_of_a_deleted_asset_nothing_is_left() -> None:
    store, s3 = stored()
    export("a-1", store, SCHEMAS, is_deleted=False)

    assert export("a-1", store, SCHEMAS, is_deleted=True) == 0
    assert tables_of(s3) == set()


def test_an_end_that_comes_before_its_result_comes_again() -> None:
    with pytest.raises(PendingError):
        export("a-1", DocumentStore("results", "a-1", 1, s3=MemoryS3()), SCHEMAS, is_deleted=False)
