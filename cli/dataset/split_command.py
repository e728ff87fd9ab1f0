"""`braid dataset split`: train, validation and test out of one file."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from braid.domain.datasets.checking import CheckOptions
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.rules.whole_file import GEN_QA_NAME
from braid.domain.datasets.split import draw, split
from cli.dataset.check_command import Format, look_of
from cli.dataset.files import check_path, opened, read_sources, refuse_unreadable, write_sources
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, console, print_json

__all__ = ["split_file"]

_SHARES = re.compile(r"\d{1,2}(?:/\d{1,2}){1,2}")
_NAMES = ("train", "validation", "test")


def split_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines")],
    kind: Format,
    folder: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="where the parts go; no part may be there yet")
    ],
    shares: Annotated[
        str, typer.Option(metavar="SHARES", help="percent of train/validation/test, or of train/test")
    ] = "80/10/10",
    limit: Annotated[
        int | None,
        typer.Option(metavar="COUNT", min=2, help="draw so many lines first, each class by its share"),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="another one draws and splits otherwise")] = 0,
    pictures: Annotated[
        str | None,
        typer.Option(metavar="PLACE", help="a folder or s3: pictures that look alike stay together"),
    ] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Split a data set so that nothing of one part is in another.

    What has the same content, hardly differs or was made from the same asset stays together, and every class
    has its share in each part. Each line's source goes along.
    """
    by_name = _shares(shares)
    found = check_path(file, kind, DatasetRole.EVALUATION, CheckOptions(look=look_of(pictures, stack)))
    refuse_unreadable(file, found)
    lines = sorted(found.items)
    if limit is not None:
        chosen = draw([found.items[line].label for line in lines], limit, seed=seed)
        lines = [lines[index] for index in chosen]
    parts = split([found.items[line] for line in lines], by_name, seed=seed)
    _write(file, kind, folder, dict(zip(lines, parts, strict=True)), list(by_name))
    counts = Counter(parts)
    labels = {
        name: dict(
            Counter(
                found.items[line].label for line, part in zip(lines, parts, strict=True) if part == name
            ).most_common()
        )
        for name in by_name
    }
    if as_json:
        print_json({name: {"lines": counts[name], "labels": labels[name]} for name in by_name})
        return
    for name in by_name:
        few = ", ".join(
            f"{label} {count:,}" for label, count in itertools.islice(labels[name].items(), 6) if label
        )
        console.print(
            f"{folder / _file_name(kind, name)}: {counts[name]:,} lines{f' ({few})' if few else ''}",
            markup=False,
            highlight=False,
        )


def _shares(text: str) -> dict[str, float]:
    numbers = [int(each) for each in text.split("/")] if _SHARES.fullmatch(text) else []
    if sum(numbers) != 100 or 0 in numbers:
        raise CommandError(f"--shares adds up to 100, as in 80/10/10, not {text!r}", exit_code=EXIT_MISUSE)
    names = _NAMES if len(numbers) == 3 else ("train", "test")
    return {name: number / 100 for name, number in zip(names, numbers, strict=True)}


def _file_name(kind: DatasetFormat, part: str) -> str:
    """The evaluation reads one file of a fixed name, so each part of its kind has a folder."""
    return f"{part}/{GEN_QA_NAME}" if kind is DatasetFormat.GEN_QA else f"{part}.jsonl"


def _write(
    file: Path, kind: DatasetFormat, folder: Path, part_of: Mapping[int, str], names: Sequence[str]
) -> None:
    targets = {name: folder / _file_name(kind, name) for name in names}
    for target in targets.values():
        if target.exists():
            raise CommandError(f"{target} is there already; name another folder", exit_code=EXIT_MISUSE)
        target.parent.mkdir(parents=True, exist_ok=True)
    sources = read_sources(file)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    written = dict.fromkeys(names, 0)
    with ExitStack() as stack:
        files = {name: stack.enter_context(target.open("wb")) for name, target in targets.items()}
        for number, line in _numbered(stack.enter_context(opened(file))):
            part = part_of.get(number)
            if part is None:
                continue
            files[part].write(line.rstrip(b"\r\n") + b"\n")
            written[part] += 1
            rows[part].append({**sources.get(number, {}), "line": written[part], "split": part})
    for name, target in targets.items():
        write_sources(target, rows[name])


def _numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    return enumerate(lines, 1)
