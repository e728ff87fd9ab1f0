"""Starting, ending, and what a crash leaves."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local import deploy, lifecycle
from local.home import LocalAws
from local.launcher.ministack.contract import SUPPORTED_VERSION, ContractError, check_contract
from local.launcher.ports import free_port
from tests.local.embedded_aws.harness import TOYS, Embedded, until

SLEEPER = "import time\ndef handler(event, context):\n    time.sleep(60)"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / ".braid"
    lifecycle.down(tmp_path / ".braid")


def start(home: Path, port: int | None = None, **settings: object) -> LocalAws:
    return lifecycle.up(home, port or free_port(), services=TOYS, parent_pid=os.getpid(), **settings)  # type: ignore[arg-type]


def processes_of(home: Path) -> list[str]:
    """Command lines that name this home's run folder, and their children."""
    found = subprocess.run(
        ["ps", "-ww", "-A", "-o", "command="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in found.splitlines() if str(home) in line]


def test_up_and_down(home: Path) -> None:
    said: list[str] = []
    aws = start(home, on_progress=said.append)
    assert [line.split(" on ")[0].split(" at ")[0] for line in said] == [
        "starting the embedded AWS", "the embedded AWS answers",
    ]  # fmt: skip
    record = json.loads((home / "local.json").read_text())
    assert (record["endpoint"], record["pid"], record["stacks"]) == (aws.endpoint, aws.pid, [])
    assert stat.S_IMODE((home / "local.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700, "the logs in it are for nobody else"
    assert lifecycle.current(home) == aws
    assert lifecycle.up(home) == aws, "a second up finds it"
    assert lifecycle.remember_stacks(home, ("a", "b")).stacks == ("a", "b")
    assert lifecycle.current(home).stacks == ("a", "b")  # type: ignore[union-attr]
    assert lifecycle.down(home) is True
    assert lifecycle.current(home) is None
    assert sorted(path.name for path in home.iterdir()) == ["launcher.log", "lock"]
    assert processes_of(home) == []
    assert lifecycle.down(home) is False


def test_one_that_is_slow_to_answer_is_not_taken_for_gone(home: Path) -> None:
    aws = start(home)
    os.kill(aws.pid, signal.SIGSTOP)
    threading.Timer(11.0, os.kill, (aws.pid, signal.SIGCONT)).start()  # as on a machine with much else to do

    assert lifecycle.control(aws, "calls") == {"calls": []}
    assert lifecycle.current(home) == aws


def test_what_does_not_answer_is_said_with_its_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = start(home)
    monkeypatch.setattr(lifecycle, "_CONTROL_SECONDS", 0.2)
    os.kill(aws.pid, signal.SIGSTOP)
    try:
        with pytest.raises(lifecycle.LifecycleError, match=rf"{aws.endpoint} didn't answer GET calls in"):
            lifecycle.control(aws, "calls")
    finally:
        os.kill(aws.pid, signal.SIGCONT)
    lifecycle.down(home)
    with pytest.raises(lifecycle.LifecycleError, match=rf"nothing answers at {aws.endpoint}"):
        lifecycle.control(aws, "calls")


def test_a_busy_port_is_named_with_the_way_out(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(lifecycle.LifecycleError, match=rf"port {port} .*BRAID_PORT={port + 1}"):
            start(home, port)
    assert not (home / "local.json").exists()


def test_it_listens_on_loopback_only(home: Path) -> None:
    aws = start(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.2" if sys.platform == "linux" else "0.0.0.0", aws.port))


def test_a_crash_with_a_busy_worker_is_cleaned_up(home: Path) -> None:
    aws = start(home)
    embedded = Embedded(aws, home)
    function = embedded.function(SLEEPER, timeout=60)
    embedded.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    until(lambda: workers_of_group(aws.pid))
    os.kill(aws.pid, signal.SIGKILL)
    os.waitpid(aws.pid, 0)
    assert lifecycle.current(home) is None
    said: list[str] = []
    again = start(home, on_progress=said.append)
    assert said[0] == "cleaned up after a run that crashed"
    assert processes_of_group(aws.pid) == []
    assert again.pid != aws.pid


def test_idle_workers_end(home: Path) -> None:
    aws = start(home, idle_seconds=1)
    embedded = Embedded(aws, home)
    embedded.invoke(embedded.function("def handler(event, context): return 1"))
    assert workers_of_group(aws.pid)
    until(lambda: not workers_of_group(aws.pid))


def test_down_after_a_crash_leaves_nothing(home: Path) -> None:
    aws = start(home)
    os.kill(aws.pid, signal.SIGKILL)
    os.waitpid(aws.pid, 0)
    assert lifecycle.down(home) is True
    assert not (home / "run").exists()
    assert not (home / "local.json").exists()


def test_down_does_not_wait_for_a_long_lambda(home: Path, tmp_path: Path) -> None:
    aws = start(home)
    embedded = Embedded(aws, home)
    done = tmp_path / "done"
    function = embedded.function(f"{SLEEPER}\n    open({str(done)!r}, 'w')", timeout=60)
    embedded.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    until(lambda: workers_of_group(aws.pid))
    lifecycle.down(home)
    assert processes_of_group(aws.pid) == []
    assert not done.exists(), "it would be there after a minute"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(home: Path, sent: signal.Signals) -> None:
    aws = start(home)
    os.kill(aws.pid, sent)
    _, status = os.waitpid(aws.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert not (home / "run" / "tmp").exists()


def test_it_ends_with_the_process_that_it_must_not_outlive(home: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    aws = lifecycle.up(home, free_port(), services=TOYS, parent_pid=parent.pid)
    parent.kill()
    parent.wait()
    assert until(lambda: os.waitpid(aws.pid, os.WNOHANG)[0] == aws.pid)


def test_a_stale_record_of_someone_elses_process_harms_nobody(home: Path) -> None:
    bystander = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    (home / "run").mkdir(parents=True)
    (home / "run" / "launcher.pid").write_text(str(bystander.pid))
    assert lifecycle.down(home) is True
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_launcher_that_cannot_start_shows_its_log(home: Path) -> None:
    with pytest.raises(lifecycle.LifecycleError, match="No module named 'no_such_services'"):
        lifecycle.up(home, free_port(), services="no_such_services")
    assert not (home / "run").exists()


def test_the_users_own_aws_settings_do_not_reach_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALKEY")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example")
    aws = start(home)
    monkeypatch.delenv("AWS_PROFILE")  # it would break this test's own clients
    code = "import os\ndef handler(event, context): return dict(os.environ)"
    found, _ = Embedded(aws, home).invoke(Embedded(aws, home).function(code))
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3"} & set(found)
    assert "AKIAREALKEY" not in found.values()


def test_temporary_files_stay_in_the_run_folder(embedded: Embedded) -> None:
    found = embedded.invoke(
        embedded.function("import os\ndef handler(event, context): return dict(os.environ)")
    )[0]
    run = str(embedded.home / "run")
    assert all(
        found[name].startswith(run) for name in ("TMPDIR", "HOME", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR")
    )


def test_another_ministack_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.launcher.ministack.contract.version", lambda name: "1.6.0")
    with pytest.raises(ContractError, match=rf"1\.6\.0 is installed.*{SUPPORTED_VERSION}"):
        check_contract(())


def test_every_changed_name_is_listed() -> None:
    relied_on = ("json:no_such_name", "json:dumps(other)", "no_such_module:x", "json:JSONDecodeError")
    with pytest.raises(ContractError) as broken:
        check_contract(relied_on)
    assert all(
        name in str(broken.value) for name in ("json:no_such_name", "json:dumps takes", "no_such_module")
    )
    assert "json:JSONDecodeError" not in str(broken.value)


def test_a_record_is_only_believed_while_it_answers(home: Path) -> None:
    home.mkdir()
    (home / "local.json").write_text('{"endpoint": "http://127.0.0.1:9", "half": "a record"}')
    assert lifecycle.current(home) is None
    with pytest.raises(lifecycle.LifecycleError, match="braid up"):
        lifecycle.remember_stacks(home, ())


def test_the_callers_environment_points_every_client_there(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in lifecycle.client_environment(embedded.aws).items():
        monkeypatch.setenv(name, value)
    assert boto3.Session().client("sts").get_caller_identity()["Account"] == embedded.aws.account_id


def test_a_proxy_for_the_world_is_not_asked_for_this_machine(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # refuses everybody

    assert lifecycle.current(embedded.home) == embedded.aws
    assert deploy._is_bootstrapped(embedded.aws) in {True, False}, "it answers"


def workers_of_group(group: int) -> list[str]:
    """Processes of functions: of their own, or forked, which keep the command and have another name."""
    listed = subprocess.run(
        ["ps", "-ww", "-A", "-o", "pgid=,stat=,comm=,command="], capture_output=True, text=True, check=True
    )
    lines = (line.split(None, 3) for line in listed.stdout.splitlines())
    return [
        line[3]
        for line in lines
        if int(line[0]) == group
        and not line[1].startswith("Z")
        and ("worker_main" in line[3] or line[2].startswith("lambda:"))
    ]


def processes_of_group(group: int) -> list[str]:
    listed = subprocess.run(
        ["ps", "-ww", "-A", "-o", "pgid=,stat=,command="], capture_output=True, text=True, check=True
    )
    lines = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [line[2] for line in lines if int(line[0]) == group and not line[1].startswith("Z")]
