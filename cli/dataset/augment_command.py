"""`braid dataset augment`: more examples of the same labels, for training alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from braid.domain.datasets.augmentation import noisy_prompt
from braid.domain.datasets.checking import CheckOptions, FileCheck
from braid.domain.datasets.examples import Example, read_example
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Problem
from braid.domain.datasets.writers import nova_line, titan_line
from cli.dataset.check_command import Format
from cli.dataset.files import check_path, opened, read_sources, refuse_unreadable, write_sources
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, console, print_json

__all__ = ["augment"]


def augment(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the training part of a data set")],
    kind: Format,
    target: Annotated[Path, typer.Option("--out", metavar="FILE", help="a new file: FILE and what is added")],
    copies: Annotated[int, typer.Option(metavar="COUNT", min=1, max=10, help="so many for each line")] = 1,
    pictures: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="with titan-image: where the pictures lie, and new ones go"),
    ] = None,
    uri: Annotated[
        str | None, typer.Option(metavar="S3_URI", help="with titan-image: where that folder will lie in S3")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="another one varies otherwise")] = 0,
    as_json: Json = False,
) -> None:
    """Add seeded variations to a training file.

    Pictures are cropped, made brighter or darker, or given noise; texts get slips of the keyboard.

    Pictures are never mirrored, since a mirrored sign is another one. What was split off for validation or
    testing is refused, and each variation keeps the source of its line, so that a later split parts nothing.
    """
    if kind is DatasetFormat.GEN_QA:
        raise CommandError("what a model is evaluated with isn't augmented", exit_code=EXIT_MISUSE)
    if target.exists():
        raise CommandError(f"{target} is there already; name a new file", exit_code=EXIT_MISUSE)
    if kind is DatasetFormat.TITAN_IMAGE and (pictures is None or uri is None or not pictures.is_dir()):
        raise CommandError("--pictures names a folder, and --uri where it will lie", exit_code=EXIT_MISUSE)
    sources = read_sources(file)
    held_out = sorted({str(row["split"]) for row in sources.values() if row.get("split", "train") != "train"})
    if held_out:
        raise CommandError(
            f"{file} is for {' and '.join(held_out)}; only training data is augmented", exit_code=EXIT_MISUSE
        )
    found = check_path(file, kind, DatasetRole.EVALUATION, CheckOptions())
    refuse_unreadable(file, found)
    with opened(file) as body:
        lines = [line.rstrip(b"\r\n") + b"\n" for line in body]
    rows = [{**sources.get(number, {}), "line": number} for number in range(1, len(lines) + 1)]
    added = _variations(lines, kind, found, copies=copies, seed=seed, pictures=pictures, uri=uri)
    for of_line, how, line in added:
        lines.append(line)
        source = {"asset_id": f"line {of_line}", **sources.get(of_line, {})}
        rows[of_line - 1].setdefault("asset_id", source["asset_id"])
        rows.append({**source, "line": len(lines), "of_line": of_line, "augmented": how})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"".join(lines))
    write_sources(target, rows)
    if as_json:
        print_json({"file": str(target), "lines": len(lines), "added": len(added)})
    else:
        console.print(
            f"{target}: {len(lines):,} lines, {len(added):,} of them added", markup=False, highlight=False
        )


def _variations(
    lines: Sequence[bytes],
    kind: DatasetFormat,
    found: FileCheck,
    *,
    copies: int,
    seed: int,
    pictures: Path | None,
    uri: str | None,
) -> list[tuple[int, str, bytes]]:
    """Of which line, how, and the new line."""
    added = []
    for number, line in enumerate(lines, 1):
        problems: list[Problem] = []
        example = read_example(line, number, kind, problems)
        for copy in range(copies) if example is not None else ():
            if example is None:
                continue
            if kind is DatasetFormat.TITAN_IMAGE and pictures is not None:
                added.append((number, *_picture(example, pictures, str(uri), copy, seed)))
            elif made := _conversation(json.loads(line), found, seed=seed * 1_000 + copy):
                added.append((number, "noise", made))
    return added


def _picture(example: Example, folder: Path, uri: str, copy: int, seed: int) -> tuple[str, bytes]:
    """Writes the varied picture beside the plain one; the operations take turns."""
    from braid.media.pictures.training_pictures import AUGMENTATIONS, augmented  # imports Pillow
    from cli.dataset.pictures import find_below

    path = find_below(folder, example.media[0])
    if path is None:
        raise CommandError(f"nothing below {folder} has the name of {example.media[0]}")
    how = AUGMENTATIONS[(example.line + copy) % len(AUGMENTATIONS)]
    new = path.with_name(f"{path.stem}-{how}{seed}.{copy}.png")
    new.write_bytes(augmented(path.read_bytes(), how, seed=seed * 1_000 + copy))
    below = new.relative_to(folder).as_posix()
    return how, titan_line(f"{uri.rstrip('/')}/{below}", example.answer).line


def _conversation(value: Mapping[str, Any], found: FileCheck, *, seed: int) -> bytes | None:
    """The conversation with slips in what its prompt doesn't share with others; only of one exchange."""
    messages = value["messages"]
    contents = messages[0]["content"]
    if len(messages) != 2 or [list(each) for each in contents] != [["text"]]:
        return None
    system = "\n".join(each["text"] for each in value.get("system", ()))
    prompt = noisy_prompt(contents[0]["text"], found.template, seed=seed)
    if prompt == contents[0]["text"]:
        return None
    return nova_line(prompt, messages[1]["content"][0]["text"], system=system)
