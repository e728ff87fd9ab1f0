"""How long the job of many objects works on each: over real files, in this process."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import boto3

from braid.domain.datasets.features import SourceObject
from cli.processing.planning import expected_processor_seconds, kind_of
from evaluation.load.stub_model import reached
from local import lifecycle
from local.launcher.ports import free_port
from processing.features import Settings, make_features

__all__ = ["Worked", "work_on"]

_BUCKET, _RESULTS = "archive", "results"
# As the knobs have them.
_SETTINGS = Settings(5 << 30, 14_400, 300, 2_000_000, 64_000_000, _RESULTS, "general", 40)


@dataclass(frozen=True)
class Worked:
    """One object: what it is priced as, what that expects, and the processor seconds that it took."""

    kind: str
    size_bytes: int
    expected_seconds: float
    seconds: float


def work_on(files: Sequence[Path]) -> Iterator[Worked]:
    """Makes the features of each file in an embedded AWS of its own; what is rejected isn't counted."""
    with tempfile.TemporaryDirectory() as home:
        aws = lifecycle.up(Path(home), free_port(), parent_pid=os.getpid())
        try:
            with reached(aws):
                yield from _each(files)
        finally:
            lifecycle.down(Path(home), purge=True)


def _each(files: Sequence[Path]) -> Iterator[Worked]:
    s3 = boto3.client("s3")
    for bucket in (_BUCKET, _RESULTS):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number, path in enumerate(files):
        body = path.read_bytes()
        key = f"{number}/{path.name}"
        version = s3.put_object(Bucket=_BUCKET, Key=key, Body=body)["VersionId"]
        item = SourceObject(_BUCKET, key, version, len(body))
        # Twice: what a process imports and opens once isn't the object's.
        make_features(item, _SETTINGS, again=True)
        began = time.process_time()
        report = make_features(item, _SETTINGS, again=True)
        if report.outcome == "made":
            expected = expected_processor_seconds(item)
            yield Worked(kind_of(item), len(body), expected, time.process_time() - began)
