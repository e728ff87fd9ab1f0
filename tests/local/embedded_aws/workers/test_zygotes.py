"""Workers are forked from a process that has imported what they share, and see nothing else of it."""

from __future__ import annotations

import io
import os
import signal
import sys
import zipfile
from pathlib import Path

import pytest

from local.launcher.functions.zygote import Zygotes
from tests.local.embedded_aws.harness import Embedded, until

pytestmark = [
    pytest.mark.patch(
        "functions/lambda_runtime.py",
        "functions/zygote.py",
        "functions/zygote_main.py",
        "functions/worker_main.py",
    ),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux only"),
]

WHO = """
import os, random, sys
def handler(event, context):
    import boto3
    return {"parent": os.getppid(), "boto3": boto3.__file__, "drawn": random.random(), "path": sys.path,
            "had": event in sys.modules, "task": os.environ["LAMBDA_TASK_ROOT"], "in": os.getcwd(),
            "zygote": os.environ.get("PYTHONHASHSEED")}
"""
TALKS_AND_ENDS = """
import os, sys
def handler(event, context):
    print("before the end")
    sys.stdout.flush()
    if event: os._exit(event)
"""


def commands_of(process: int) -> list[str]:
    """What a process was started with."""
    return Path(f"/proc/{process}/cmdline").read_text().split("\0")


def has_ended(process: int) -> bool:
    """Whether it is gone or waits to be reaped; its workers have another parent from then on, not before."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


def test_functions_with_one_import_path_come_from_one_zygote(embedded: Embedded) -> None:
    first, second = (embedded.invoke(embedded.function(WHO), "boto3")[0] for _ in range(2))

    assert first["parent"] == second["parent"] != embedded.aws.pid
    assert any(word.endswith("zygote_main.py") for word in commands_of(first["parent"]))
    assert first["had"], "boto3 was imported before the handler was"
    assert first["drawn"] != second["drawn"], "chance isn't inherited"


def test_a_worker_begins_where_its_own_code_is(embedded: Embedded) -> None:
    found, _ = embedded.invoke(embedded.function(WHO), "zygote_main")

    assert found["path"][0] == found["task"] == found["in"]
    assert not found["had"]
    assert not [entry for entry in found["path"] if "site-packages" in entry or entry == ""]


@pytest.mark.parametrize("name", ["AWS_NEW_RETRIES_2026", "PYTHONHASHSEED", "BOTO_DISABLE_CRT"])
def test_what_is_read_at_the_start_has_a_zygote_of_its_own(embedded: Embedded, name: str) -> None:
    plain, _ = embedded.invoke(embedded.function(WHO), "boto3")
    other, _ = embedded.invoke(embedded.function(WHO, Environment={"Variables": {name: "1"}}), "boto3")
    later, _ = embedded.invoke(embedded.function(WHO, Environment={"Variables": {"OWN": "1"}}), "boto3")

    assert other["parent"] != plain["parent"] == later["parent"]
    environment = Path(f"/proc/{other['parent']}/environ").read_bytes().split(b"\0")
    assert f"{name}=1".encode() in environment


def test_code_that_brings_a_package_of_its_own_is_a_process_of_its_own(embedded: Embedded) -> None:
    function = embedded.function(WHO)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", WHO)
        archive.writestr("boto3/__init__.py", "")
    embedded.client("lambda").update_function_code(FunctionName=function, ZipFile=buffer.getvalue())

    found, _ = embedded.invoke(function, "boto3")

    assert found["parent"] == embedded.aws.pid
    assert found["boto3"].startswith(found["task"])


@pytest.mark.parametrize("code", [0, 3])
def test_an_end_is_told_with_what_was_printed_before(embedded: Embedded, code: int) -> None:
    function = embedded.function(TALKS_AND_ENDS)
    embedded.invoke(function)

    assert embedded.invoke(function, code or 7)[0]["errorType"] == "Runtime.ExitError"

    logs = embedded.client("logs")
    group = f"/aws/lambda/{function}"
    until(lambda: count_lines(logs, group, "before the end") >= 2)


def count_lines(logs: object, group: str, text: str) -> int:
    """How many lines of the log group hold the text."""
    events = logs.filter_log_events(logGroupName=group)["events"]  # type: ignore[attr-defined]  # boto3 is untyped
    return sum(event["message"].count(text) for event in events)


def test_a_zygote_that_is_killed_is_replaced(embedded: Embedded) -> None:
    function = embedded.function(WHO)
    first, _ = embedded.invoke(function, "boto3")
    os.kill(first["parent"], signal.SIGKILL)
    until(lambda: has_ended(first["parent"]))

    answers = [embedded.invoke(function, "boto3")[0] for _ in range(3)]
    later, _ = embedded.invoke(embedded.function(WHO), "boto3")

    assert any("parent" in answer for answer in answers), "at most the worker that died with it fails"
    assert first["parent"] not in [answer.get("parent") for answer in answers]
    assert later["parent"] not in (first["parent"], embedded.aws.pid)
    assert any(word.endswith("zygote_main.py") for word in commands_of(later["parent"]))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a function without any package."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(tmp_path),
        "LAMBDA_TASK_ROOT": str(tmp_path),
        "_HANDLER": "x.y",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
    }


def test_zygotes_that_nobody_needs_end(environment: dict[str, str]) -> None:
    zygotes = Zygotes()
    worker = zygotes.fork(environment)
    assert worker is not None
    assert worker.wait(60) == 1, "without the runtime's client it ends"
    assert b"awslambdaric" in worker.stdout.read()
    parents = children_of_this_process()

    zygotes.end_idle(3600)
    assert children_of_this_process() == parents
    zygotes.end_idle(0)
    assert len(children_of_this_process()) == len(parents) - 1

    again = zygotes.fork(environment)
    assert again is not None
    again.kill()
    assert again.wait(60) in (1, -signal.SIGKILL)
    again.kill()
    zygotes.end_idle(0)


def children_of_this_process() -> set[str]:
    """Zygotes among them."""
    me = os.getpid()
    children = Path(f"/proc/{me}/task")
    found = {child for task in children.iterdir() for child in (task / "children").read_text().split()}
    return {
        child for child in found if any(word.endswith("zygote_main.py") for word in commands_of(int(child)))
    }
