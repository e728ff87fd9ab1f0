"""A folder of data becomes a run's plan: its files are put into the results bucket, pictures beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.tuning.plan import HYPERPARAMETERS, TuningPlan, Way
from cli.errors import EXIT_MISUSE, CommandError
from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["FILES", "Wanted", "put_data"]

FILES = {"training": "train.jsonl", "validation": "validation.jsonl"}
_EVALUATION = {Way.NOVA_TEXT: "gen_qa.jsonl", Way.TITAN_IMAGE: "evaluation.jsonl"}
_MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Wanted:
    """What the command was asked for."""

    name: str
    folder: Path
    hyperparameters: dict[str, str]
    profile: str = ""
    provisioned_hours: int = 0
    allowed_rules: tuple[str, ...] = ()


def put_data(
    tuning: DeployedTuning, wanted: Wanted, *, now: datetime, tell: Callable[[str], None]
) -> TuningPlan:
    """Uploads what the run needs; the plan. Raises ``CommandError`` for what isn't there or wrong."""
    way = _way_of(wanted.folder)
    run_id = f"{wanted.name}-{now:%Y%m%d-%H%M%S}"
    usual = {name: value for name, (_, _, value) in HYPERPARAMETERS[way].items()}
    claims = {}
    for called, file_name in {**FILES, "evaluation": _EVALUATION[way]}.items():
        path = wanted.folder / file_name
        if not path.is_file():
            raise CommandError(
                f"{path} isn't there; a folder to tune with holds train.jsonl, validation.jsonl and"
                f" {_EVALUATION[way]} (`braid dataset split` makes them of one file)",
                exit_code=EXIT_MISUSE,
            )
        tell(f"uploading {file_name}")
        body = path.read_bytes()
        if way is Way.TITAN_IMAGE:
            body = _with_pictures(tuning, run_id, wanted.folder, file_name, body)
        key = f"work/tuning/{run_id}/data/{file_name}"
        tuning.put(key, body, "application/jsonl")
        uri = f"s3://{tuning.target.results_bucket}/{key}"
        claims[called] = Claim(uri, "application/jsonl", len(body), hashlib.sha256(body).hexdigest())
    try:
        return TuningPlan(
            run_id=run_id,
            name=wanted.name,
            way=way,
            training=claims["training"],
            validation=claims["validation"],
            evaluation=claims["evaluation"],
            hyperparameters={**usual, **wanted.hyperparameters},
            profile=wanted.profile,
            provisioned_hours=wanted.provisioned_hours,
            allowed_rules=wanted.allowed_rules,
        )
    except InvalidInputError as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error


def _way_of(folder: Path) -> Way:
    """By what a line of the training file holds."""
    path = folder / FILES["training"]
    if not path.is_file():
        raise CommandError(
            f"{path} isn't there; --data names a folder with train.jsonl, validation.jsonl and an evaluation",
            exit_code=EXIT_MISUSE,
        )
    with path.open("rb") as file:
        first = file.readline()
    try:
        value = json.loads(first)
    except ValueError as error:
        raise CommandError(f"{path}, line 1 isn't JSON", exit_code=EXIT_MISUSE) from error
    is_pair = isinstance(value, dict) and "image-ref" in value
    return Way.TITAN_IMAGE if is_pair else Way.NOVA_TEXT


def _with_pictures(tuning: DeployedTuning, run_id: str, folder: Path, file_name: str, body: bytes) -> bytes:
    """Uploads pictures that the lines name by a path in the folder; the lines with their addresses."""
    lines = []
    for at, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            given = str(value["image-ref"])
        except (ValueError, TypeError, LookupError):
            lines.append(line)  # the check of the run says what is wrong with it
            continue
        if not given.startswith("s3://"):
            path = (folder / given).resolve()
            media_type = _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
            if not path.is_file() or not path.is_relative_to(folder.resolve()):
                raise CommandError(
                    f"{file_name}, line {at}: there is no picture {given} in {folder}", exit_code=EXIT_MISUSE
                )
            key = f"work/tuning/{run_id}/data/{given}"
            tuning.put(key, path.read_bytes(), media_type)
            value["image-ref"] = f"s3://{tuning.target.results_bucket}/{key}"
        lines.append(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    return b"\n".join(lines) + b"\n"
