"""`braid query`: saved questions about all assets, and any other in SQL."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.printable import printable

__all__ = ["query"]


def query(
    asked: Annotated[
        str | None,
        typer.Argument(metavar="NAME|SQL", help="a saved query's name, or SQL; default: list them"),
    ] = None,
    tables: Annotated[bool, typer.Option("--tables", help="show the tables and their columns")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Ask about all assets in SQL.

    On this machine DuckDB reads the results bucket; with --stack Athena does, where the knob data_catalog is
    on. The tables and saved queries are the same. With --json it prints a JSON line for each row.
    """
    from braid.runtime.library import saved_queries

    saved = saved_queries()
    if tables:
        _show_tables(as_json)
        return
    if asked is None:
        _list(saved, as_json)
        return
    sql = saved.get(asked)
    if sql is None:
        if " " not in asked.strip():
            near = difflib.get_close_matches(asked, saved, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(saved)}"
            raise CommandError(f"there is no saved query {asked!r}: {meant}", exit_code=EXIT_MISUSE)
        sql = asked
    _answer(sql, as_json, stack)


def _answer(sql: str, as_json: bool, stack: str | None) -> None:
    from cli.querying.athena import ask_athena
    from cli.querying.tables_here import ask_here

    target = chosen_target(stack)
    found = ask_here(target, sql) if target.is_local else ask_athena(target, sql)
    if as_json or not out.is_terminal:
        for row in found.rows:
            print_json(
                {name: _plain(value) for name, value in zip(found.columns, row, strict=True)}, indent=None
            )
        return
    if not found.rows:
        console.print("no rows")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in found.columns:
        table.add_column(name, overflow="fold")
    for row in found.rows:
        table.add_row(*(printable("" if value is None else str(value)) for value in row))
    out.print(table)


def _plain(value: Any) -> Any:
    """A value as JSON has it: DuckDB also gives decimals, dates and the like."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def _list(saved: dict[str, str], as_json: bool) -> None:
    told = {name: sql.split("\n", 1)[0].removeprefix("-- ") for name, sql in saved.items()}
    if as_json or not out.is_terminal:
        for name, says in told.items():
            print_json({"name": name, "answers": says, "sql": saved[name]}, indent=None)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, says in told.items():
        table.add_row(name, says)
    out.print(table)


def _show_tables(as_json: bool) -> None:
    from braid.domain.catalogue.tables import TABLES, columns_of
    from braid.runtime.library import document_schemas

    schemas = document_schemas()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Table", "Column", "Type"):
        table.add_column(heading, overflow="fold")
    for each in TABLES:
        columns = columns_of(each, schemas)
        if as_json or not out.is_terminal:
            typed = {name: kind.duckdb for name, kind in columns}
            print_json({"table": each.name, "says": each.says, "columns": typed}, indent=None)
            continue
        for number, (name, kind) in enumerate(columns):
            table.add_row(each.name if not number else "", name, kind.duckdb)
    if not (as_json or not out.is_terminal):
        out.print(table)
