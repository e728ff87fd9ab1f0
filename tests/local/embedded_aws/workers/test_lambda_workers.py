"""Python functions behave as on AWS: names of errors, clean rooms, limits."""

from __future__ import annotations

import io
import os
import re
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.local.embedded_aws.harness import Embedded, until

pytestmark = pytest.mark.patch(
    "functions/lambda_runtime.py",
    "functions/running_calls.py",
    "functions/worker_main.py",
    "functions/runtime_folder.py",
)

WAITS_AND_IMPORTS = """
import os, pathlib, time
def handler(event, context):
    pathlib.Path(event["began"]).touch()
    while not os.path.exists(event["go_on"]):
        time.sleep(0.05)
    assert pathlib.Path(__file__).exists()
    return os.getpid()
"""

WHERE_AM_I = """
import json, os, sys, tempfile
def handler(event, context):
    open(os.path.join(tempfile.gettempdir(), "mark"), "a").write("x")
    return {"environment": dict(os.environ), "path": sys.path, "pid": os.getpid(),
            "marks": len(open(os.path.join(tempfile.gettempdir(), "mark")).read()),
            "remaining_ms": context.get_remaining_time_in_millis(), "arn": context.invoked_function_arn}
"""


def test_an_exception_keeps_its_class_name(embedded: Embedded) -> None:
    code = "class QuirkyError(Exception): pass\ndef handler(event, context): raise QuirkyError('no luck')"
    body, kind = embedded.invoke(embedded.function(code))
    assert (body["errorType"], body["errorMessage"], kind) == ("QuirkyError", "no luck", "Unhandled")


@pytest.mark.parametrize(
    ("code", "timeout", "error_type"),
    [
        ("import time\ndef handler(event, context): time.sleep(5)", 1, "Sandbox.Timedout"),
        ("import os\ndef handler(event, context): os._exit(3)", 5, "Runtime.ExitError"),
        (
            "import os, signal\ndef handler(event, context): os.kill(os.getpid(), signal.SIGKILL)",
            5,
            "Runtime.OutOfMemory",
        ),
        ("import not_in_any_layer\ndef handler(event, context): pass", 5, "Runtime.ImportModuleError"),
        ("def handle(event, context): pass", 5, "Runtime.HandlerNotFound"),
        ("def handler(event, context) pass", 5, "Runtime.UserCodeSyntaxError"),
    ],
)
def test_a_death_has_its_aws_name(embedded: Embedded, code: str, timeout: int, error_type: str) -> None:
    function = embedded.function(code, timeout=timeout)
    assert embedded.invoke(function)[0]["errorType"] == error_type
    assert embedded.invoke(function)[0]["errorType"] == error_type, "and a new worker takes the next call"


def test_a_function_sees_neither_the_host_nor_the_development_packages(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = embedded.invoke(embedded.function(WHERE_AM_I, Environment={"Variables": {"OWN": "1"}}))
    environment = found["environment"]
    assert environment["OWN"] == "1"
    assert environment["AWS_ENDPOINT_URL"] == embedded.aws.endpoint
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA"), "a session of its role, not the user's key"
    # By name and value: libraries that other tests import put variables of Lambda's names into this process.
    leaked = {name for name, value in os.environ.items() if environment.get(name) == value}
    assert leaked <= {"LANG", "PATH", "TZ"}
    assert not [entry for entry in found["path"] if "site-packages" in entry]
    assert environment["HOME"] == environment["TMPDIR"] != os.environ.get("HOME")
    assert found["remaining_ms"] > 15_000


@pytest.mark.parametrize("package", ["aws_cdk", "av", "typer", "aws_lambda_powertools", "ministack", "local"])
def test_a_package_that_no_layer_brings_cannot_be_imported(embedded: Embedded, package: str) -> None:
    body, _ = embedded.invoke(embedded.function(f"import {package}\ndef handler(event, context): pass"))
    assert body["errorType"] == "Runtime.ImportModuleError"


def test_a_worker_is_reused_and_keeps_its_private_folder(embedded: Embedded) -> None:
    function = embedded.function(WHERE_AM_I)
    first, second = embedded.invoke(function)[0], embedded.invoke(function)[0]
    other = embedded.invoke(embedded.function(WHERE_AM_I))[0]
    assert first["pid"] == second["pid"] != other["pid"]
    assert (first["marks"], second["marks"], other["marks"]) == (1, 2, 1)


def zipped(code: str) -> bytes:
    """A function's code as an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", code)
    return buffer.getvalue()


@pytest.mark.parametrize("ends", ["return 1", "raise KeyError('no luck')"])
def test_what_a_call_writes_is_whole_and_nothing_else(embedded: Embedded, ends: str) -> None:
    code = f"""
import sys
def handler(event, context):
    for number in range(event["lines"]):
        print(f"line {{number}}", file=sys.stderr if number % 2 else sys.stdout, flush=True)
    print("unended", end="")
    {ends}
"""
    function = embedded.function(code)
    logs, group = embedded.client("logs"), f"/aws/lambda/{function}"

    for lines in (0, 40):  # the first call starts the process
        embedded.invoke(function, {"lines": lines})
    told = until(
        lambda: (
            (found := logs.filter_log_events(logGroupName=group)["events"])
            and sum(event["message"].startswith("REPORT") for event in found) == 2
            and "\n".join(event["message"] for event in found)
        )
    )

    assert re.findall(r"line (\d+)$", told, re.MULTILINE) == [str(number) for number in range(40)]
    assert told.count("unended") == 2
    assert "\0" not in told


def test_new_code_replaces_the_warm_worker(embedded: Embedded) -> None:
    function = embedded.function("def handler(event, context): return 1")
    assert embedded.invoke(function)[0] == 1
    code = zipped("def handler(event, context): return 2")
    embedded.client("lambda").update_function_code(FunctionName=function, ZipFile=code)
    assert embedded.invoke(function)[0] == 2


@pytest.mark.parametrize("how", ["changed", "deleted"])
def test_a_call_that_runs_ends_as_it_began(embedded: Embedded, tmp_path: Path, how: str) -> None:
    """It runs until the file is there, and then imports from its own code."""
    go_on, function = tmp_path / "go-on", embedded.function(WAITS_AND_IMPORTS)
    began = tmp_path / "began"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(embedded.invoke, function, {"began": str(began), "go_on": str(go_on)})
        until(began.exists)
        client = embedded.client("lambda")
        if how == "changed":
            client.update_function_code(FunctionName=function, ZipFile=zipped("def handler(e, c): return 2"))
            assert embedded.invoke(function) == (2, None), "new calls get the new code meanwhile"
        else:
            client.delete_function(FunctionName=function)
        go_on.touch()
        process, error = running.result()
    assert error is None
    until(lambda: not is_alive(process))


def is_alive(process: int) -> bool:
    """Whether there is a process of that id."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_workers_folder_is_gone(embedded: Embedded) -> None:
    code = (
        "import os\ndef handler(event, context):\n    if event: os._exit(1)\n    return os.environ['TMPDIR']"
    )
    function = embedded.function(code)
    folder, _ = embedded.invoke(function)
    assert os.path.isdir(folder)
    embedded.invoke(function, "die")
    assert not os.path.exists(folder)


def test_workers_yield_to_the_emulator(embedded: Embedded) -> None:
    nice, _ = embedded.invoke(embedded.function("import os\ndef handler(event, context): return os.nice(0)"))
    assert nice > os.nice(0)


def test_a_worker_ends_when_its_launcher_is_no_longer_its_parent(tmp_path: os.PathLike[str]) -> None:
    """As after a crash of the launcher: the parent's id is another one."""
    from local.launcher.functions import worker_main

    worker = subprocess.Popen(
        ["python3", "-c", f"import runpy; m = runpy.run_path({worker_main.__file__!r}); m['_end_with'](1)"]
    )
    assert worker.wait(timeout=60) == 1


def test_many_at_once_all_come_through(embedded: Embedded) -> None:
    function = embedded.function(
        "import time\ndef handler(event, context):\n    time.sleep(0.05)\n    return event"
    )
    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(lambda n: embedded.invoke(function, n), range(24)))
    assert answers == [(n, None) for n in range(24)]
