"""`braid dataset build`: a data set out of processed assets, of reviewers' decisions, or of files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from braid.domain.datasets.formats import DatasetFormat
from braid.domain.datasets.rules.role_policy import bucket_and_key
from braid.domain.json_text import parse_json
from cli.dataset.features import from_features
from cli.dataset.files import opened, write_sources
from cli.dataset.pairs import Built, audio_caption, image_text, put_picture, video_transcript
from cli.dataset.reviews import add_reviews, ended_results, read_reviews, write_beside
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, print_json

__all__ = ["build", "s3_prefix"]


class From(StrEnum):
    """Where examples come from."""

    ASSETS = "assets"
    REVIEWS = "reviews"
    FEATURES = "features"
    FILES = "files"


class PairKind(StrEnum):
    """What goes with what."""

    IMAGE_TEXT = "image-text"
    VIDEO_TRANSCRIPT = "video-transcript"
    AUDIO_CAPTION = "audio-caption"


def build(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="where it goes; a new or an empty folder")],
    origin: Annotated[From, typer.Option("--from", metavar="ORIGIN", help=" | ".join(From))],
    pairs: Annotated[
        PairKind, typer.Option(metavar="PAIRS", help=f"with assets: {' | '.join(PairKind)}")
    ] = PairKind.IMAGE_TEXT,
    kind: Annotated[
        DatasetFormat, typer.Option("--for", metavar="FORMAT", help="with reviews: nova-text or gen-qa")
    ] = DatasetFormat.NOVA_TEXT,
    table: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="with files: CSV or JSON lines with image and caption"),
    ] = None,
    uri: Annotated[
        str | None, typer.Option(metavar="S3_URI", help="the prefix under which FOLDER will lie in S3")
    ] = None,
    profile: Annotated[str | None, typer.Option(metavar="PROFILE", help="of this profile alone")] = None,
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, help="how many UTC days to look back")] = 30,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Build a data set, and say of everything that is left out or changed why.

    From assets: pairs of pictures, videos or recordings with what is seen or said in them. From reviews: what
    people corrected or approved, never what a deadline decided; beside it how good answers were
    (baseline.json) and names that may have been misheard (vocabulary.txt). From features: what `process`
    left, pages with what is written on them and pictures with the text beside them. From files: a table of
    pictures with captions.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} isn't empty; name a new folder", exit_code=EXIT_MISUSE)
    if (origin is From.FILES) != (table is not None):
        raise CommandError("--table goes with --from files, and files need it", exit_code=EXIT_MISUSE)
    needs_uri = origin in (From.FILES, From.FEATURES) or (
        origin is From.ASSETS and pairs is PairKind.IMAGE_TEXT
    )
    if needs_uri and uri is None:
        raise CommandError("say with --uri where the folder will lie in S3", exit_code=EXIT_MISUSE)
    prefix = s3_prefix(uri) if uri is not None else ""
    built, name = Built(), "all.jsonl"
    if table is not None:
        _from_table(table, folder, prefix, built)
    elif origin is From.FEATURES:
        from_features(chosen_target(stack), folder, prefix, built)
    elif origin is From.ASSETS:
        target = chosen_target(stack)
        for result in ended_results(target, days, profile, built.notes):
            if pairs is PairKind.IMAGE_TEXT:
                image_text(target, result, folder, prefix, built)
            elif pairs is PairKind.VIDEO_TRANSCRIPT:
                video_transcript(target, result, built)
            else:
                audio_caption(target, result, built)
    else:
        if kind is DatasetFormat.TITAN_IMAGE:
            raise CommandError("reviews give nova-text or gen-qa", exit_code=EXIT_MISUSE)
        name = "gen_qa.jsonl" if kind is DatasetFormat.GEN_QA else name
        examples = read_reviews(chosen_target(stack), days, profile, built.notes)
        add_reviews(examples, kind, built)
        write_beside(folder, examples)
    _finish(folder / name, built, as_json=as_json)


def s3_prefix(uri: str) -> str:
    """A prefix that ends in ``/``. Raises ``CommandError`` where it is no address in S3."""
    try:
        bucket_and_key(uri)
    except ValueError as error:
        raise CommandError(f"--uri: {error}", exit_code=EXIT_MISUSE) from error
    return uri.rstrip("/") + "/"


def _from_table(table: Path, folder: Path, prefix: str, built: Built) -> None:
    for number, row in enumerate(_rows(table), 1):
        image, caption = row.get("image"), row.get("caption", row.get("label"))
        if not isinstance(image, str) or not image:
            built.notes.append(f"row {number}: left out: it names no image")
            continue
        path = table.parent / image
        if not path.is_file():
            built.notes.append(f"row {number}: left out: {path} isn't there")
            continue
        name = f"{number:06d}"
        source = {"asset_id": str(row.get("asset_id") or image)}
        put_picture(folder, prefix, name, path.read_bytes(), str(caption or ""), built, **source)


def _rows(table: Path) -> Iterator[Mapping[str, Any]]:
    with opened(table) as file:
        text = file.read().decode("utf-8-sig", "replace")
    if table.suffix.lower() == ".csv":
        yield from csv.DictReader(io.StringIO(text, newline=""))
        return
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = parse_json(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise CommandError(f"{table}: line {number} is no JSON object", exit_code=EXIT_MISUSE)
        yield row


def _finish(path: Path, built: Built, *, as_json: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(built.lines))
    write_sources(path, built.sources)
    if as_json:
        print_json({"file": str(path), "lines": len(built.lines), "notes": built.notes})
        return
    for note in built.notes:
        console.print(note, markup=False, highlight=False)
    console.print(f"{path}: {len(built.lines):,} lines", markup=False, highlight=False)
