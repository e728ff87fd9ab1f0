"""The catalogue's tables in Athena: a query is started in the deployment's workgroup and waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from cli.errors import EXIT_MISUSE, CommandError
from cli.querying.tables_here import Answer
from cli.target import Target

__all__ = ["ask_athena"]

_POLL_SECONDS = 0.5
_ENDED_WELL, _ENDED = "SUCCEEDED", ("SUCCEEDED", "FAILED", "CANCELLED")


def ask_athena(target: Target, sql: str, *, sleep: Callable[[float], None] = time.sleep) -> Answer:
    """What ``sql`` says. Raises ``CommandError`` in Athena's words, and where there is no catalogue."""
    outputs = _catalogue_outputs(target)
    athena = target.athena
    started = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": outputs["CatalogueDatabase"]},
        WorkGroup=outputs["CatalogueWorkgroup"],
    )
    query_id = started["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] in _ENDED:
            break
        sleep(_POLL_SECONDS)
    if status["State"] != _ENDED_WELL:
        why = status.get("StateChangeReason") or status["State"]
        raise CommandError(f"the query can't be answered: {why}", exit_code=EXIT_MISUSE)
    return _answer(athena, query_id)


def _answer(athena: Any, query_id: str) -> Answer:
    """Athena gives every value as text, and the column names as the first row."""
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    columns: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = []
    for page in pages:
        described = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        kinds = [column["Type"] for column in described]
        found = [
            tuple(
                _value(cell.get("VarCharValue"), kind) for cell, kind in zip(row["Data"], kinds, strict=True)
            )
            for row in page["ResultSet"]["Rows"][0 if columns else 1 :]
        ]
        columns = columns or tuple(column["Name"] for column in described)
        rows += found
    return Answer(columns, tuple(rows))


def _value(text: str | None, kind: str) -> Any:
    if text is None:
        return None
    if kind in ("bigint", "integer", "smallint", "tinyint"):
        return int(text)
    return float(text) if kind in ("double", "float", "real", "decimal") else text


def _catalogue_outputs(target: Target) -> dict[str, str]:
    outputs = target.outputs_beside("data-catalog")
    if outputs is None:
        raise CommandError(
            f"{target.stack_name} has no catalogue; deploy it with the knob data_catalog"
            " (`-c data_catalog=true`)"
        )
    return outputs
