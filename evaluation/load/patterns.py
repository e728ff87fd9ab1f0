"""The workflow patterns over the same assets: what each leaves, where they differ, how long each takes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from braid.domain.asset.rerun import StartAt
from cli.dropping.drop import plan_drop, upload
from cli.repair.rerunning import ask_again
from cli.showing.records import read_record, read_result
from cli.target import Target
from evaluation.faults.deployment import deployed
from local import deploy

__all__ = ["PATTERNS", "Attempt", "differences", "run_patterns"]

_FOLDER = Path(__file__).resolve().parents[2] / "statemachines" / "patterns"
# That which is deployed unless a knob says otherwise comes first: the others are compared with it.
PATTERNS = sorted((path.name.partition(".")[0] for path in _FOLDER.glob("*.json")), key="hybrid".__ne__)
# As `braid up` starts it.
_WAIT_SCALE = 0.1

_ENDS_WITHIN_SECONDS = 300.0
_POLL_SECONDS = 0.1
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00| UTC)?")
# Members that aren't compared: times, which attempt it was, and the size and hash of documents that are
# compared themselves. The receipt counts states, which are the patterns' own, and functions' milliseconds.
_OWN = frozenset({"timings", "attempt", "size_bytes", "sha256"})
_OF_THE_RUN = ("receipt.json", "report.html")


@dataclass(frozen=True)
class Attempt:
    """One attempt at an asset that has ended: the ``documents`` that it left, by name, without its times."""

    asset_id: str
    number: int
    status: str
    states: int
    seconds: float
    usd: float
    documents: Mapping[str, Any]


def run_patterns(
    home: Path, samples: Mapping[str, Sequence[Path]], *, at_once: int = 1, rounds: int = 1
) -> dict[str, dict[str, Attempt]]:
    """Every pattern's attempt at each of the samples, whose several files are a bundle, in one deployment.

    The knob deploys one pattern after the other, as often as there are ``rounds``, of which the shortest
    attempt counts. Before, each sample is dropped once, so that no pattern's time has starts of functions and
    engines in it.
    """
    runs: dict[str, dict[str, Attempt]] = {}
    with deployed(home, wait_scale=_WAIT_SCALE) as deployment, ThreadPoolExecutor(at_once) as pool:
        target = deployment.target
        asset_ids = list(pool.map(lambda name: _drop(target, name, samples[name]), samples))
        for pattern in PATTERNS * rounds:
            deploy.deploy(deployment.aws, home=home, context={"workflow_pattern": pattern})
            attempts = pool.map(lambda asset_id: _rerun(target, asset_id), asset_ids)
            before = runs.setdefault(pattern, {})
            for name, attempt in zip(samples, attempts, strict=True):
                before[name] = min(attempt, before.get(name, attempt), key=lambda each: each.seconds)
    return runs


def _drop(target: Target, name: str, files: Sequence[Path]) -> str:
    bundle = re.sub(r"\W+", "-", name) if len(files) > 1 else None
    (planned,) = plan_drop(files, profile="general", bundle=bundle)
    asset_id = upload(target, planned)
    _ended(target, asset_id, 1)
    return asset_id


def _rerun(target: Target, asset_id: str) -> Attempt:
    """The next attempt, from the beginning."""
    record = read_record(target, asset_id)
    assert record is not None
    (asked,) = ask_again(target, [record], StartAt.ANALYSIS)
    return _ended(target, asset_id, asked.asset.attempt)


def differences(one: Attempt, other: Attempt) -> Iterator[str]:
    """Every place where the documents of two attempts differ, times and what follows from them aside."""
    if one.status != other.status:
        yield f"status: {one.status}, {other.status}"
    for name in sorted(one.documents.keys() ^ other.documents.keys()):
        yield f"{name}: one of them has none"
    for name in sorted(one.documents.keys() & other.documents.keys()):
        yield from _differing(name, one.documents[name], other.documents[name])


def _ended(target: Target, asset_id: str, number: int) -> Attempt:
    execution = _ended_execution(target, asset_id, number)
    arn = execution["executionArn"]
    documents = dict(_documents(target, asset_id, number))
    receipt = json.loads(_read(target, f"assets/{asset_id}/{number}/receipt.json"))
    seconds = (execution["stopDate"] - execution["startDate"]).total_seconds()
    states = sum(
        event["type"].endswith("StateEntered")
        for page in target.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=arn)
        for event in page["events"]
    )
    status, usd = str(read_result(target, asset_id).status), float(receipt["total_usd"])
    return Attempt(asset_id, number, status, states, seconds, usd, documents)


def _ended_execution(target: Target, asset_id: str, number: int) -> dict[str, Any]:
    """The attempt's execution, once its result can be read and it has stopped, which comes last."""
    arn = target.state_machine_arn.replace(":stateMachine:", ":execution:") + f":{asset_id}-{number}"
    until = time.monotonic() + _ENDS_WITHIN_SECONDS
    while time.monotonic() < until:
        record = read_record(target, asset_id)
        has_ended = record and record.attempt == number and not record.status.is_open and record.result_uri
        if has_ended and read_result(target, asset_id).attempt == number:
            execution: dict[str, Any] = target.stepfunctions.describe_execution(executionArn=arn)
            if "stopDate" in execution:
                return execution
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"{asset_id} hasn't ended its attempt {number}")


def _documents(target: Target, asset_id: str, number: int) -> Iterator[tuple[str, Any]]:
    """What lies in the attempt's folder, and its result: JSON read, text without its moments, else bytes."""
    folder = f"assets/{asset_id}/{number}/"
    pages = target.s3.get_paginator("list_objects_v2").paginate(Bucket=target.results_bucket, Prefix=folder)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    for key in [*keys, f"assets/{asset_id}/result.json"]:
        name = key.removeprefix(folder)
        body = _read(target, key)
        if name in _OF_THE_RUN:
            continue
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            yield name, body
            continue
        text = text.replace(f"{asset_id}/{number}/", f"{asset_id}/N/").replace(
            f"{asset_id}-{number}", asset_id
        )
        yield name, json.loads(text) if name.endswith(".json") else _MOMENT.sub("<moment>", text)


def _differing(place: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted((one.keys() | other.keys()) - _OWN):
            yield from _differing(f"{place}.{name}", one.get(name), other.get(name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differing(f"{place}.{number}", mine, theirs)
    elif isinstance(one, str) and isinstance(other, str):
        if _MOMENT.sub("", one) != _MOMENT.sub("", other):
            yield f"{place}: {one[:200]!r}, {other[:200]!r}"
    elif type(one) is not type(other) or one != other:
        yield f"{place}: {str(one)[:200]}, {str(other)[:200]}"


def _read(target: Target, key: str) -> bytes:
    body: bytes = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    return body
