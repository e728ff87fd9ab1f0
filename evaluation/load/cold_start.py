"""What a cold start pays for: the processor time of importing a handler, beside what every handler needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CORE_ONLY", "FLOOR", "Imported", "import_ratios", "imported_by", "run"]

_REPOSITORY = Path(__file__).resolve().parents[2]
# What no function can do without.
FLOOR = """
import boto3
boto3.client("s3", region_name="us-east-1")
from aws_lambda_powertools import Logger
Logger(service="floor")
"""

# Handlers of functions that get the core layer alone.
CORE_ONLY = (
    *("dispatch.handler_dispatch", "transcription.handler_collect", "vision.handler_look"),
    *("language.handler_analyze", "fusion.handler_fuse", "review.handler_ask", "review.handler_decide"),
    *("inference.handler_infer", "inference.handler_try", "inference.handler_batch"),
    *("publishing.handler_publish", "closing.handler_record"),
    *("indexing.handler_index", "indexing.handler_rebuild", "indexing.handler_batch"),
    "search.handler_search",
    *("posts.handler_admit", "posts.handler_judge", "posts.handler_collect", "posts.handler_one"),
    "posts.handler_batch",
    *("cataloguing.handler_export", "erasing.handler_erase", "watching.handler_watch"),
    "refreshing.handler_refresh",
    *("tuning.handler_check", "tuning.handler_estimate", "tuning.handler_ask", "tuning.handler_decide"),
    *("tuning.handler_arm", "tuning.handler_submit", "tuning.handler_await", "tuning.handler_import"),
    *("tuning.handler_open", "tuning.handler_evaluate", "tuning.handler_deploy", "tuning.handler_smoke"),
    *("tuning.handler_register", "tuning.handler_teardown"),
)


@dataclass(frozen=True)
class Imported:
    """How many modules of ours an import brings, and their source in bytes."""

    modules: int
    source_bytes: int


def run(code: str) -> str:
    """What ``code`` prints in a fresh interpreter. Raises ``RuntimeError`` with its complaint."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=_REPOSITORY,
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def import_ratios(handlers: Iterable[str], *, rounds: int = 5) -> Mapping[str, float]:
    """By handler (``fusion.handler_fuse``), its import's processor time over the floor's; the least of each.

    Measured in turns, so that a slow moment meets them all.
    """
    code = {"floor": FLOOR, **{name: f"import lambdas.{name}" for name in handlers}}
    _processor_seconds("\n".join(code.values()))  # writes byte code, fills the file cache
    measured: dict[str, list[float]] = {name: [] for name in code}
    for _ in range(rounds):
        for name, each in code.items():
            measured[name].append(_processor_seconds(each))
    floor = min(measured.pop("floor"))
    return {name: min(seconds) / floor for name, seconds in measured.items()}


def imported_by(handler: str) -> Imported:
    """What of ours an import of this handler reads."""
    code = f"""
import json, os, sys
import lambdas.{handler}
ours = [m.__file__ for n, m in sys.modules.items() if n.split(".")[0] in ("braid", "lambdas") and m.__file__]
print(json.dumps([len(ours), sum(map(os.path.getsize, ours))]))
"""
    modules, source_bytes = json.loads(run(code))
    return Imported(modules, source_bytes)


def _processor_seconds(code: str) -> float:
    """The processor time of ``code`` alone: what else the machine does hardly counts."""
    return float(run(f"import time\nbegin = time.process_time()\n{code}\nprint(time.process_time() - begin)"))
