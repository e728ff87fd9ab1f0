"""Data sets as files: the lines, and beside them where each line comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from braid.domain.datasets.checking import ALLOWABLE, CheckOptions, FileCheck, check_file
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Rule
from braid.domain.json_text import parse_json
from cli.errors import EXIT_MISUSE, CommandError

__all__ = [
    "check_path",
    "opened",
    "read_policy",
    "read_sources",
    "refuse_unreadable",
    "rules_named",
    "sources_path",
    "write_sources",
]

_UNREADABLE = frozenset({Rule.JSON, Rule.KEYS, Rule.SHAPE, Rule.EMPTY})


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, to be read line by line. Raises ``CommandError`` where it is no file."""
    if not path.is_file():
        said = "is a folder; name a file in it" if path.is_dir() else "isn't there"
        raise CommandError(f"{path} {said}", exit_code=EXIT_MISUSE)
    with path.open("rb") as file:
        yield file


def check_path(path: Path, kind: DatasetFormat, role: DatasetRole, options: CheckOptions) -> FileCheck:
    """Checks a file on this machine, with the sources that lie beside it."""
    from dataclasses import replace

    sources = {line: str(row["asset_id"]) for line, row in read_sources(path).items() if row.get("asset_id")}
    with opened(path) as lines:
        return check_file(lines, kind, role, replace(options, file_name=path.name, sources=sources))


def refuse_unreadable(file: Path, found: FileCheck) -> None:
    """Raises ``CommandError`` where a line is no example, so that nothing can be made of it."""
    broken = [each for each in found.problems if each.rule in _UNREADABLE and each.line]
    if broken:
        raise CommandError(
            f"{file}: line {broken[0].line}: {broken[0].problem}; `braid dataset check` lists all problems"
        )


def sources_path(path: Path) -> Path:
    """Where the sources of a data set lie: ``train.jsonl`` has ``train.sources.jsonl`` beside it."""
    return path.with_name(f"{path.stem}.sources.jsonl")


def read_sources(path: Path) -> dict[int, dict[str, Any]]:
    """By line what is known of its source; nothing where no sources lie beside the file.

    Raises ``CommandError`` where they can't be read.
    """
    beside = sources_path(path)
    if not beside.is_file():
        return {}
    found = {}
    for number, text in enumerate(beside.read_text("utf-8").splitlines(), 1):
        try:
            row = parse_json(text)
            found[int(row["line"])] = dict(row)
        except (ValueError, KeyError, TypeError):
            raise CommandError(f'{beside}: line {number} isn\'t {{"line": …, "asset_id": …}}') from None
    return found


def write_sources(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes what is known of each line of ``path``, a row a line; nothing where nothing is."""
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
    if lines:
        sources_path(path).write_text("\n".join(lines) + "\n", "utf-8")


def read_policy(path: Path | None) -> dict[str, Any] | None:
    """An IAM policy document. Raises ``CommandError`` where it is none."""
    if path is None:
        return None
    with opened(path) as file:
        try:
            policy = parse_json(file.read())
        except ValueError:
            policy = None
    if not isinstance(policy, dict) or "Statement" not in policy:
        raise CommandError(f"{path} is no IAM policy: it has no Statement", exit_code=EXIT_MISUSE)
    return policy


def rules_named(names: Iterable[str]) -> frozenset[Rule]:
    """The rules that may be set aside. Raises ``CommandError`` for others."""
    possible = {rule.value: rule for rule in ALLOWABLE}
    wrong = [name for name in names if name not in possible]
    if wrong:
        said = f"{', '.join(wrong)} can't be allowed; {', '.join(sorted(possible))} can"
        raise CommandError(said, exit_code=EXIT_MISUSE)
    return frozenset(possible[name] for name in names)
