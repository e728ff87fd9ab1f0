"""A folder of data becomes a run's plan: its files go into the results bucket, pictures beside them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from braid.domain.claim_check import Claim
from braid.domain.datasets.rules.role_policy import bucket_and_key
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.tuning.plan import HYPERPARAMETERS, TuningPlan, Way
from braid.domain.tuning.records import TuningSources
from braid.domain.wire import encode
from cli.dataset.files import read_sources
from cli.errors import EXIT_MISUSE, CommandError
from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["EVALUATION_FILES", "FILES", "PreparedRun", "Wanted", "prepare_run", "put_run"]

FILES = {"training": "train.jsonl", "validation": "validation.jsonl"}
EVALUATION_FILES = {Way.NOVA_TEXT: "gen_qa.jsonl", Way.TITAN_IMAGE: "evaluation.jsonl"}
_MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_JSON_LINES = "application/jsonl"
# Of a conversation's media; a text that reads so has its quotes escaped.
_MEDIA_URI = re.compile(
    rb'(?P<before>"s3Location"\s*:\s*\{\s*"uri"\s*:\s*)(?P<uri>"s3://(?:[^"\\\\]|\\\\.)+")'
)


@dataclass(frozen=True)
class Wanted:
    """What the command was asked for."""

    name: str
    folder: Path
    hyperparameters: dict[str, str]
    profile: str = ""
    provisioned_hours: int = 0
    allowed_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreparedRun:
    """A plan and, by key, the bodies of its files, paths of pictures, and addresses of what is copied."""

    plan: TuningPlan
    files: dict[str, bytes]
    pictures: dict[str, Path]
    copies: dict[str, str]
    sources: TuningSources


@dataclass
class _Data:
    """What is read of a folder, for a run of this id whose files will lie in this bucket."""

    folder: Path
    bucket: str
    run_id: str
    files: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, Path] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    asset_ids: set[str] = field(default_factory=set)

    def key(self, name: str) -> str:
        return f"work/tuning/{self.run_id}/data/{name}"

    def add(self, file_name: str, *, has_pictures: bool) -> Claim:
        path = self.folder / file_name
        body = path.read_bytes()
        body = self._with_pictures(file_name, body) if has_pictures else self._with_copies(body)
        key = self.key(file_name)
        self.files[key] = body
        rows = read_sources(path).values()
        self.asset_ids |= {str(row["asset_id"]) for row in rows if row.get("asset_id")}
        digest = hashlib.sha256(body).hexdigest()
        return Claim(f"s3://{self.bucket}/{key}", _JSON_LINES, len(body), digest)

    def _with_pictures(self, file_name: str, body: bytes) -> bytes:
        """The lines with addresses for pictures that they name by a path in the folder."""
        lines = []
        for at, line in enumerate(body.splitlines(), 1):
            if not line.strip():
                continue
            try:
                value = parse_json(line)
                given = str(value["image-ref"])
            except (ValueError, TypeError, LookupError):
                lines.append(line)  # the check of the run says what is wrong with it
                continue
            if not given.startswith("s3://"):
                path = (self.folder / given).resolve()
                if not path.is_file() or not path.is_relative_to(self.folder.resolve()):
                    raise CommandError(
                        f"{file_name}, line {at}: there is no picture {given} in {self.folder}",
                        exit_code=EXIT_MISUSE,
                    )
                self.pictures[self.key(given)] = path
                value["image-ref"] = f"s3://{self.bucket}/{self.key(given)}"
            lines.append(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        return b"\n".join(lines) + b"\n"

    def _with_copies(self, body: bytes) -> bytes:
        """Conversations whose media lie beside them: a job reads no other bucket, nor may it."""
        return _MEDIA_URI.sub(self._copied, body)

    def _copied(self, found: re.Match[bytes]) -> bytes:
        uri = json.loads(found["uri"])
        bucket, key = bucket_and_key(uri)
        digest = hashlib.sha256(uri.encode()).hexdigest()[:16]
        copied = self.key(f"media/{digest}{Path(key).suffix}")
        if bucket == self.bucket and key.startswith(self.key("")):
            return found[0]
        self.copies[copied] = uri
        return found["before"] + json.dumps(f"s3://{self.bucket}/{copied}").encode()


def prepare_run(wanted: Wanted, *, bucket: str, now: datetime) -> PreparedRun:
    """Reads the folder. Raises ``CommandError`` for what isn't there or wrong."""
    way = _way_of(wanted.folder)
    run_id = f"{wanted.name}-{now:%Y%m%d-%H%M%S}"
    data = _Data(wanted.folder, bucket, run_id)
    usual = {name: value for name, (_, _, value) in HYPERPARAMETERS[way].items()}
    claims = {}
    for called, file_name in {**FILES, "evaluation": EVALUATION_FILES[way]}.items():
        if not (wanted.folder / file_name).is_file():
            raise CommandError(
                f"{wanted.folder / file_name} isn't there; a folder to tune with holds train.jsonl,"
                f" validation.jsonl and {EVALUATION_FILES[way]}: see `braid dataset split`",
                exit_code=EXIT_MISUSE,
            )
        claims[called] = data.add(file_name, has_pictures=way is Way.TITAN_IMAGE)
    try:
        plan = TuningPlan(
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
    sources = TuningSources(tuple(sorted(data.asset_ids)))
    return PreparedRun(plan, data.files, data.pictures, data.copies, sources)


def put_run(tuning: DeployedTuning, prepared: PreparedRun, *, tell: Callable[[str], None]) -> None:
    """Uploads what the run needs, and which assets its data was made from."""
    for key, uri in prepared.copies.items():
        tuning.copy(uri, key)
    for key, path in prepared.pictures.items():
        media_type = _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
        tuning.put(key, path.read_bytes(), media_type)
    for key, body in prepared.files.items():
        tell(f"uploading {key.rpartition('/')[2]}")
        tuning.put(key, body, _JSON_LINES)
    sources = json.dumps(encode(prepared.sources), ensure_ascii=False).encode()
    tuning.put(f"tuning/{prepared.plan.run_id}/sources.json", sources, "application/json")


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
        value = parse_json(first)
    except ValueError as error:
        raise CommandError(f"{path}, line 1 isn't JSON", exit_code=EXIT_MISUSE) from error
    is_pair = isinstance(value, dict) and "image-ref" in value
    return Way.TITAN_IMAGE if is_pair else Way.NOVA_TEXT
