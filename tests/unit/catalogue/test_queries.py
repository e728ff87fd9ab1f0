"""The saved queries over assets in a bucket: DuckDB answers as the rows say; Athena is asked the same."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from braid.domain.asset.result import Result
from braid.domain.wire import decode, encode
from braid.runtime.library import saved_queries
from cli.errors import CommandError
from cli.querying.athena import ask_athena
from cli.querying.tables_here import ask_here
from tests.contract.document_goldens import filled
from tests.doubles.memory_s3 import MemoryS3


class Bucket(MemoryS3):
    """Also lists folders, page by page."""

    def get_paginator(self, _operation: str) -> Any:
        folders = sorted({f"assets/{key.split('/')[1]}/" for _, key in self.objects})
        pages = [{"CommonPrefixes": [{"Prefix": folder}]} for folder in folders]
        return SimpleNamespace(paginate=lambda **_: [*pages, {}])

    def add(self, asset_id: str, **documents: Any) -> None:
        result = (
            encode(filled(Result))
            | {"asset_id": asset_id, "profile": "moderation"}
            | documents.pop("result", {})
        )
        result["results"] = {}
        for name, document in documents.items():
            key = f"assets/{asset_id}/1/{name}.json"
            self.objects["results", key] = json.dumps(document).encode()
            claim = {
                "uri": f"s3://results/{key}",
                "media_type": "application/json",
                "size_bytes": 1,
                "sha256": "0" * 64,
            }
            result["results"][name] = claim
        decode(Result, result)
        self.objects["results", f"assets/{asset_id}/result.json"] = json.dumps(result).encode()


def line(service: str, cost: float) -> dict[str, Any]:
    return {
        "service": service,
        "operation": "Do",
        "quantity": 2.0,
        "unit": "request",
        "unit_price_usd": cost / 2,
        "price_source": "here",
        "cost_usd": cost,
    }


@pytest.fixture
def target() -> Any:
    bucket = Bucket()
    receipt = {"total_usd": 0.3, "priced_as": "here", "schema_version": "1"}
    day = {"timings": {"received_at": None, "finished_at": "2026-11-28T10:00:00Z", "duration_seconds": 1.5}}
    missing = {"missing": [{"operation": "vision", "reason": "too busy"}]}
    bucket.add("a-1", result=day, receipt={**receipt, "lines": [line("bedrock", 0.2), line("s3", 0.1)]})
    bucket.add("a-2", result={**day, **missing}, receipt={**receipt, "lines": [line("bedrock", 0.25)]})
    bucket.add("a-3", result=missing)
    # An asset that is still open has a folder and no result.
    bucket.objects["results", "assets/a-4/1/admission.json"] = b"{}"
    return SimpleNamespace(s3=bucket, results_bucket="results")


@pytest.mark.parametrize("name", saved_queries())
def test_every_saved_query_runs_and_says_what_it_answers(target: Any, name: str) -> None:
    sql = saved_queries()[name]

    found = ask_here(target, sql)

    assert sql.startswith("-- ")
    assert found.columns
    assert len(set(found.columns)) == len(found.columns)


def test_costs_are_added_up_by_service(target: Any) -> None:
    found = ask_here(target, saved_queries()["cost-by-service"])

    costs = {row[1]: row[-1] for row in found.rows}
    assert costs == {"bedrock": pytest.approx(0.45), "s3": pytest.approx(0.1)}
    assert found.rows[0][1] == "bedrock"


def test_missing_operations_are_counted(target: Any) -> None:
    found = ask_here(target, saved_queries()["missing-operations"])

    assert found.rows[0] == ("moderation", "vision", "too busy", 2)


def test_assets_are_counted_by_day(target: Any) -> None:
    found = ask_here(target, saved_queries()["answers-by-profile-and-day"])

    by_day = {row[1]: row[3] for row in found.rows}
    assert by_day["2026-11-28"] == 2


def test_a_bucket_without_assets_has_empty_tables() -> None:
    target: Any = SimpleNamespace(s3=Bucket(), results_bucket="results")

    assert ask_here(target, "SELECT COUNT(*) FROM assets").rows == ((0,),)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELEC 1", "SELEC"),
        ("SELECT * FROM read_text('/etc/passwd')", "disabled"),
        ("COPY assets TO '/tmp/out.csv'", "disabled"),
        ("SET enable_external_access = true", "locked"),
    ],
)
def test_what_is_asked_reaches_the_tables_alone(target: Any, sql: str, told: str) -> None:
    with pytest.raises(CommandError) as refused:
        ask_here(target, sql)

    assert told in refused.value.message
    assert "\n" not in refused.value.message


class Athena:
    """Takes two looks to answer."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails, self.looks = fails, 0
        self.asked: dict[str, Any] = {}

    def start_query_execution(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        return {"QueryExecutionId": "q1"}

    def get_query_execution(self, **_: Any) -> dict[str, Any]:
        self.looks += 1
        state = "RUNNING" if self.looks < 2 else "FAILED" if self.fails else "SUCCEEDED"
        return {
            "QueryExecution": {"Status": {"State": state, "StateChangeReason": "line 1:8: no such column"}}
        }

    def get_paginator(self, _operation: str) -> Any:
        columns = [
            {"Name": "profile", "Type": "varchar"},
            {"Name": "n", "Type": "bigint"},
            {"Name": "usd", "Type": "double"},
        ]

        def page(*rows: tuple[str | None, ...]) -> dict[str, Any]:
            data = [
                {"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in rows
            ]
            return {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": columns}, "Rows": data}}

        pages = [page(("profile", "n", "usd"), ("general", "3", "0.5")), page(("catalog", None, "1e-05"))]
        return SimpleNamespace(paginate=lambda **_: pages)


def deployed(athena: Athena) -> Any:
    outputs = {"CatalogueDatabase": "braid_dev", "CatalogueWorkgroup": "braid-dev"}
    beside = {"data-catalog": outputs}
    return SimpleNamespace(stack_name="braid-dev-pipeline", outputs_beside=beside.get, athena=athena)


def test_athena_is_asked_in_the_deployments_workgroup_and_its_texts_are_values() -> None:
    athena = Athena()

    found = ask_athena(deployed(athena), "SELECT 1", sleep=lambda _: None)

    assert athena.asked["WorkGroup"] == "braid-dev"
    assert athena.asked["QueryExecutionContext"] == {"Database": "braid_dev"}
    assert found.columns == ("profile", "n", "usd")
    assert found.rows == (("general", 3, 0.5), ("catalog", None, 1e-05))


def test_athenas_refusal_is_said_in_its_words() -> None:
    with pytest.raises(CommandError) as refused:
        ask_athena(deployed(Athena(fails=True)), "SELECT x", sleep=lambda _: None)

    assert "no such column" in refused.value.message
