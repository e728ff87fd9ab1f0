"""Runs one version over a plan; started with that version's own Python, in its folder.

``python run.py PLAN OUT``: PLAN is the JSON that ``runs.py`` writes; OUT gets ``outcomes.json`` (what
`braid drop` said of every file), ``objects/`` (the results bucket) and ``timelines/`` (the fusion truth).
Of the version it needs ``local.lifecycle``, ``local.deploy``, the commands `braid drop`, `review` and
`status`, and for the fusion truth one of the names that the plan lists.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from local import deploy, lifecycle

if TYPE_CHECKING:
    from local.home import LocalAws  # older versions have it elsewhere

_SERVICES = "compare_versions.side.frozen_services"
_REVIEWS_PER_PROFILE = 3
_REVIEW_SECONDS = 300
_OPEN = ("RECEIVED", "PROCESSING", "AWAITING_REVIEW")


def main(plan_path: str, out_path: str) -> None:
    """Fuses the truth, deploys, drops what the plan names and fetches what is stored then."""
    plan, out = json.loads(Path(plan_path).read_text("utf-8")), Path(out_path)
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    _fuse_truth(plan["fusion_truth"], out / "timelines")
    _tell(began, "fused the truth")
    home = out / "home"
    aws = lifecycle.up(home, plan["port"], wait_scale=0.05, parent_pid=os.getpid(), services=_SERVICES)
    try:
        outputs = deploy.deploy(aws, home=home)
        aws = lifecycle.remember_stacks(home, tuple(sorted(outputs)))
        _tell(began, "deployed")
        braid = _Command(home, aws.port)
        outcomes = _drop_all(braid, plan["drops"], began)
        _review_some(braid, outcomes)
        _tell(began, "ended some reviews")
        (out / "outcomes.json").write_text(json.dumps(outcomes, indent=1), "utf-8")
        _fetch(aws, _results_bucket(outcomes), out / "objects")
        _tell(began, "fetched")
    finally:
        lifecycle.down(home)


class _Command:
    """The version's own `braid`."""

    def __init__(self, home: Path, port: int) -> None:
        self._environment = {**os.environ, "BRAID_HOME": str(home), "BRAID_PORT": str(port)}

    def lines(self, *arguments: str) -> list[Any]:
        """The JSON lines that it prints, whatever its exit status says of the assets."""
        command = [str(Path(sys.executable).parent / "braid"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment, check=False)
        try:
            return [json.loads(line) for line in done.stdout.splitlines()]
        except ValueError:
            raise SystemExit(f"{' '.join(arguments[:2])} printed no JSON lines:\n{done.stdout}") from None
        finally:
            if done.returncode not in (0, 3, 4):
                print(done.stderr, file=sys.stderr)

    def review(self, asset_id: str) -> None:
        """Ends a review: as it is where that is possible, else with a decision, else as rejected."""
        said = ""
        for verb, *options in (["approve"], ["approve", "--decision", "allow"], ["reject", "--note", "no"]):
            command = [str(Path(sys.executable).parent / "braid"), "review", verb, asset_id, *options]
            command += ["--by", "nobody"]
            done = subprocess.run(command, env=self._environment, check=False, capture_output=True, text=True)
            if done.returncode == 0:
                return
            said += done.stderr
        raise SystemExit(f"the review of {asset_id} can't be ended:\n{said}")

    def open_assets(self) -> set[str]:
        """The ids of assets that haven't ended."""
        only = [option for status in _OPEN for option in ("--only", status)]
        command = [str(Path(sys.executable).parent / "braid"), "status", "--json", "--limit", "1000", *only]
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment, check=True)
        return {record["asset_id"] for record in json.loads(done.stdout)}


def _drop_all(braid: _Command, drops: list[dict[str, Any]], began: float) -> dict[str, Any]:
    """Outcomes by the names of the plan."""
    outcomes: dict[str, Any] = {}
    for number, drop in enumerate(drops, 1):
        names, files = list(drop["files"]), list(drop["files"].values())
        bundle = ["--bundle", drop["bundle"]] if drop["bundle"] else []
        said = braid.lines("drop", "--wait", "--json", "--profile", drop["profile"], *bundle, *files)
        names = [drop["name"]] if drop["bundle"] else names
        if len(said) != len(names):
            raise SystemExit(f"dropped {names}, and heard of {len(said)} assets")
        outcomes.update(zip(names, said, strict=True))
        _tell(began, f"{number} of {len(drops)} drops: {', '.join(names)}")
    return outcomes


def _review_some(braid: _Command, outcomes: dict[str, Any]) -> None:
    """Ends the first reviews of every profile; the other assets go on waiting, each with its draft."""
    reviewed: dict[str, list[str]] = {}
    for outcome in outcomes.values():
        ids = reviewed.setdefault(outcome["profile"], [])
        if outcome["status"] == "AWAITING_REVIEW" and len(ids) < _REVIEWS_PER_PROFILE:
            braid.review(outcome["asset_id"])
            ids.append(outcome["asset_id"])
    deadline = time.monotonic() + _REVIEW_SECONDS
    while still := braid.open_assets() & {asset_id for ids in reviewed.values() for asset_id in ids}:
        if time.monotonic() > deadline:
            raise SystemExit(f"still open {_REVIEW_SECONDS} s after their review: {', '.join(sorted(still))}")
        time.sleep(1)


def _results_bucket(outcomes: dict[str, Any]) -> str:
    uris = [outcome["result_uri"] for outcome in outcomes.values() if outcome.get("result_uri")]
    if not uris:
        raise SystemExit("no asset has a result")
    return str(uris[0]).split("/")[2]


def _fetch(aws: LocalAws, bucket: str, folder: Path) -> None:
    """Every object of the bucket; files are numbered, because keys may be longer than file names."""
    os.environ.update(lifecycle.client_environment(aws))
    s3 = boto3.client("s3")
    folder.mkdir(parents=True, exist_ok=True)
    index: dict[str, str] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            name = hashlib.sha256(entry["Key"].encode()).hexdigest()
            (folder / name).write_bytes(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
            index[entry["Key"]] = name
    (folder / "index.json").write_text(json.dumps(index, indent=1), "utf-8")


def _fuse_truth(names: dict[str, list[str]], folder: Path) -> None:
    """Timelines of generated talks and bundles; ``names`` lists where versions have what it takes."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: _first_of(places) for name, places in names.items()}
    for noise_name in ("clean", "noisy"):
        noise = found[noise_name]
        for seed in range(20):
            rng = random.Random(f"guard {noise_name} {seed}")
            made = [found["talk"](found["topics"], noise, rng)]
            made += [found["bundle"](found["topics"], noise, rng) for _ in range(3)]
            for number, truth in enumerate(made):
                timeline = found["fuse"](truth.material, found["thresholds"](), 1000)
                text = json.dumps(found["encode"](timeline))
                (folder / f"{noise_name}-{seed:02}-{number}.json").write_text(text, "utf-8")


def _first_of(places: list[str]) -> Any:
    """What the first ``module:name`` is that this version has."""
    for place in places:
        module, _, name = place.partition(":")
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
    raise SystemExit(f"this version has none of {', '.join(places)}: add its name to renames.toml")


def _tell(began: float, line: str) -> None:
    print(f"  {time.monotonic() - began:4.0f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser("run.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("plan")
    parser.add_argument("out")
    given = parser.parse_args()
    main(given.plan, given.out)
