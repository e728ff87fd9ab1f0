"""The catalogue's tables in DuckDB, read from the results bucket: what a laptop has in Athena's place."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.catalogue.tables import TABLES, columns_of, row_lines, rows_of
from braid.runtime.library import document_schemas
from cli.errors import EXIT_MISUSE, CommandError
from cli.target import Target

__all__ = ["Answer", "ask_here"]

_AT_ONCE = 8
# The names in result.json of the documents that tables are made of, by their schemas'.
_NAMED = {"receipt": "receipt", "answer": "answer", "posts_summary": "summary"}


@dataclass(frozen=True)
class Answer:
    """Column names and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def ask_here(target: Target, sql: str) -> Answer:
    """What ``sql`` says of all assets of the deployment. Raises ``CommandError`` in DuckDB's words."""
    import duckdb  # 70 MB: only where something is asked

    schemas = document_schemas()
    with tempfile.TemporaryDirectory(prefix="braid-query-") as folder, duckdb.connect(":memory:") as database:
        files = {table.name: (Path(folder) / f"{table.name}.jsonl").open("wb") for table in TABLES}
        for documents in _every_asset(target):
            for table in TABLES:
                files[table.name].write(row_lines(rows_of(table, documents, schemas)))
        for table in TABLES:
            files[table.name].close()
            columns = {name: kind.duckdb for name, kind in columns_of(table, schemas)}
            database.execute(
                f'CREATE TABLE "{table.name}" AS SELECT * FROM read_json(?, format = ?,'
                f" columns = {columns!r},"
                " maximum_object_size = 67108864)",
                [str(Path(folder) / f"{table.name}.jsonl"), "newline_delimited"],
            )
        # What is asked reaches the tables alone, no file and no address.
        database.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            found = database.execute(sql)
            names = tuple(column[0] for column in found.description or ())
            return Answer(names, tuple(found.fetchall()))
        except duckdb.Error as error:
            told = str(error).strip().splitlines()[0]
            raise CommandError(f"the query can't be answered: {told}", exit_code=EXIT_MISUSE) from error


def _every_asset(target: Target) -> Iterator[dict[str, Mapping[str, Any]]]:
    """The documents of each asset that has a result, by their schemas' names."""
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix="assets/", Delimiter="/"
    )
    folders = [found["Prefix"] for page in pages for found in page.get("CommonPrefixes", [])]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for documents in pool.map(lambda folder: _documents(target, folder), folders):
            if documents:
                yield documents


def _documents(target: Target, folder: str) -> dict[str, Mapping[str, Any]]:
    result = _read(target, f"{folder}result.json")
    if result is None:
        return {}
    documents = {"result": result}
    for schema, name in _NAMED.items():
        uri = result["results"].get(name, {}).get("uri", "")
        document = _read(target, uri.removeprefix(f"s3://{target.results_bucket}/")) if uri else None
        if document is not None:
            documents[schema] = document
    return documents


def _read(target: Target, key: str) -> Any:
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        return None
    return json.loads(body)
