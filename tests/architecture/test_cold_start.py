"""What a cold start pays for: a handler without media work imports little more than every handler must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
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
MEDIA_LIBRARIES = ("av", "PIL", "pypdfium2", "numpy")
MOST_OF_FLOOR = 1.2
# Publishing reads every kind of document and writes every kind of page; nobody waits for its first answer.
MOST_OF = {"publishing.handler_publish": 1.3}
ROUNDS = 5

# What no function can do without.
FLOOR = """
import boto3
boto3.client("s3", region_name="us-east-1")
from aws_lambda_powertools import Logger
Logger(service="floor")
"""


def run(code: str) -> str:
    """What ``code`` prints in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def processor_seconds(code: str) -> float:
    """The processor time of ``code`` alone: what else the machine does hardly counts."""
    return float(run(f"import time\nbegin = time.process_time()\n{code}\nprint(time.process_time() - begin)"))


@pytest.mark.slow
def test_handlers_import_within_a_fifth_of_the_floor() -> None:
    handlers = {step: f"import lambdas.{step}" for step in CORE_ONLY}
    measured: dict[str, list[float]] = {name: [] for name in ("floor", *handlers)}
    for code in (FLOOR, *handlers.values()):
        processor_seconds(code)  # writes byte code, fills the file cache
    for _ in range(ROUNDS):  # interleaved, so that a slow moment meets them all
        measured["floor"].append(processor_seconds(FLOOR))
        for step, code in handlers.items():
            measured[step].append(processor_seconds(code))
    floor = min(measured.pop("floor"))  # the least: what else the machine does only adds

    slow = {step: min(times) / floor for step, times in measured.items()}
    assert {step: ratio for step, ratio in slow.items() if ratio > MOST_OF.get(step, MOST_OF_FLOOR)} == {}


@pytest.mark.parametrize("step", CORE_ONLY)
def test_a_handler_without_the_media_layer_imports(step: str) -> None:
    code = f"""
import json, sys
for name in {MEDIA_LIBRARIES!r}:
    sys.modules[name] = None
import lambdas.{step}
print(json.dumps([name for name in sys.modules if name.startswith("lambdas.")]))
"""

    assert f"lambdas.{step}" in json.loads(run(code))
