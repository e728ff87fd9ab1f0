"""Printing log lines for people."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from cli.function_logs import LogLine
from cli.printable import printable

__all__ = ["as_row"]

_STYLES: Mapping[str, str] = {
    "REPORT": "dim",
    "DEBUG": "dim",
    "WARNING": "yellow",
    "ERROR": "red",
    "CRITICAL": "bold red",
}
_FUNCTION_COLUMNS = 21


def as_row(line: LogLine) -> Table:
    """One line: UTC time, function, and what it says, which wraps below itself."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=False)
    grid.add_column(width=12)
    grid.add_column(width=_FUNCTION_COLUMNS, overflow="fold")
    grid.add_column(overflow="fold")
    time = f"{line.at:%H:%M:%S}.{line.at.microsecond // 1000:03d}"
    grid.add_row(Text(time, style="dim"), Text(line.function, style="cyan"), _said(line))
    return grid


def _said(line: LogLine) -> Text:
    style = _STYLES.get(line.level, "")
    level = f"{line.level} " if line.level in ("WARNING", "ERROR", "CRITICAL") else ""
    details = "".join(f" {name}={value}" for name, value in line.details.items())
    said = Text.assemble((level + printable(line.message), style), (printable(details), "dim"))
    for row in line.exception.splitlines():
        said.append("\n" + printable(row), style="dim")
    return said
