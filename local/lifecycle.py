"""Starts and ends the embedded AWS as a background process, and always knows what is left of the last one.

Every ``up`` is a fresh AWS: buckets, tables and executions live in the process and end with it. What
survives is a cache (``cdk.out``) and the last run's log. Everything else lies in one run folder, which
``down`` and the next ``up`` delete whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.home import Home, LocalAws
from local.launcher.config import ACCESS_KEY_VARIABLE, SECRET_KEY_VARIABLE
from local.launcher.ports import PortBusyError, check_port_free
from local.own_settings import absolute_folders
from local.processes import end_group

DEFAULT_PORT = 4566
ACCOUNT_ID = "000000000000"

REPOSITORY = Path(__file__).resolve().parent.parent

# One that breaks off while it starts is seen at once: this is for a busy machine.
_START_SECONDS = 180.0
_POLL_SECONDS = 0.1
# One that ended refuses at once. One that is there but slow, on a busy machine, mustn't be taken for gone:
# the next `up` would clean it away.
_HEALTH_SECONDS = 30.0
# A control request may read the log of a whole run, or evaluate every alarm.
_CONTROL_SECONDS = 120.0
_LAUNCHER = "local.launcher"
_BUSY = "another `braid up` or `braid down` is starting or stopping it; wait until that ends"
_DEPLOYING = "another `braid up` is deploying here; wait until it ends, or stop it with `braid down`"
_NO_SPACE = os.strerror(errno.ENOSPC)

# A proxy that the environment names for the world can't reach this machine's own ports.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Progress = Callable[[str], None]


class LifecycleError(Exception):
    """The embedded AWS couldn't be started; the message says why and what to do."""


class DiskFullError(LifecycleError):
    """There is no space left where the embedded AWS keeps what it needs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the disk of {folder} is full; free 3 GiB there (`braid down --purge` deletes what Braid keeps) "
            "or set BRAID_HOME to a folder on another disk"
        )


def up(
    home: Path,
    port: int = DEFAULT_PORT,
    *,
    region: str = "us-east-1",
    wait_scale: float = 1.0,
    parent_pid: int | None = None,
    idle_seconds: float = 120.0,
    runs_of_one_function: int | None = None,
    loads_engines: bool = False,
    services: str | None = None,
    on_progress: Progress = lambda _line: None,
) -> LocalAws:
    """Starts the embedded AWS on the loopback port, and returns it or the one that already runs.

    What a crash left behind is cleaned away first. ``wait_scale`` shortens the waits between a workflow's
    retries; ``parent_pid`` names a process that it mustn't outlive; ``idle_seconds`` is how long an unused
    Lambda worker lives; ``runs_of_one_function`` how many calls of a function may be worked on at once (None:
    one a core); ``loads_engines`` begins to load them instead of waiting for the first file; ``services`` the
    module whose ``build_services`` it hosts. Raises ``LifecycleError``.
    """
    place = Home(home.resolve())
    # Its logs quote what was dropped: for the user alone, on a machine with several.
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_one(place, "lock", _BUSY):
        running = current(home)
        if running is not None:
            on_progress(f"the embedded AWS already answers at {running.endpoint}")
            return running
        if _clean(place):
            on_progress("cleaned up after a run that crashed")
        try:
            check_port_free(port)
        except PortBusyError as error:
            raise LifecycleError(
                f"{error}; choose another one with --port or BRAID_PORT, such as BRAID_PORT={port + 1}"
            ) from error
        started = LocalAws(
            endpoint=f"http://127.0.0.1:{port}",
            port=port,
            pid=0,
            region=region,
            account_id=ACCOUNT_ID,
            access_key_id="BRAID" + secrets.token_hex(8).upper(),
            secret_access_key=secrets.token_hex(20),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        on_progress(f"starting the embedded AWS on port {port}")
        options = ["--wait-scale", str(wait_scale), "--idle-seconds", str(idle_seconds)]
        if parent_pid is not None:
            options += ["--parent-pid", str(parent_pid)]
        if runs_of_one_function is not None:
            options += ["--runs-of-one-function", str(runs_of_one_function)]
        if loads_engines:
            options.append("--load-engines")
        process = _start(place, started, options, services)
        started = replace(started, pid=process.pid)
        try:
            _await_health(place, started, process)
        except BaseException:
            _clean(place)
            raise
        place.remember(started)
        on_progress(f"the embedded AWS answers at {started.endpoint}")
        return started


def down(home: Path, *, purge: bool = False, on_progress: Progress = lambda _line: None) -> bool:
    """Ends the embedded AWS, all its processes and temporary files; returns whether there was anything.

    ``purge`` also deletes what the next start would reuse, the logs and the fetched reports.
    """
    place = Home(home.resolve())
    if not place.folder.is_dir():
        return False
    with _only_one(place, "lock", _BUSY):
        if current(home) is not None:
            on_progress("stopping the embedded AWS")
        was_there = _clean(place)
    return place.delete_kept() or was_there if purge else was_there


@contextlib.contextmanager
def deploying(home: Path) -> Iterator[None]:
    """One deployment at a time per home. Raises ``LifecycleError`` while another one runs."""
    place = Home(home.resolve())
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_one(place, "deploy.lock", _DEPLOYING):
        yield


def current(home: Path) -> LocalAws | None:
    """The embedded AWS of this home if it is alive and answers, else None."""
    recorded = Home(home.resolve()).recorded()
    if recorded is None:
        return None
    return recorded if health(recorded.endpoint).get("pid") == recorded.pid else None


def health(endpoint: str) -> dict[str, Any]:
    """What the launcher at this endpoint says of itself; empty when nothing healthy answers there."""
    try:
        with _DIRECT.open(f"{endpoint}/_braid/health", timeout=_HEALTH_SECONDS) as answer:
            said: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return {}
    return said if said.get("ready") else {}


def control(
    aws: LocalAws, name: str, *, method: str = "GET", body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The launcher's own answer to one control request, see ``local.launcher.control``.

    Raises ``urllib.error.HTTPError`` for what it refuses, ``LifecycleError`` where nothing answers.
    """
    request = urllib.request.Request(
        f"{aws.endpoint}/_braid/{name}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"x-braid-key": aws.secret_access_key},
    )
    try:
        with _DIRECT.open(request, timeout=_CONTROL_SECONDS) as answer:
            said: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError:
        raise
    except TimeoutError as error:
        raise LifecycleError(
            f"the embedded AWS at {aws.endpoint} didn't answer {method} {name} in {_CONTROL_SECONDS:.0f} s"
        ) from error
    except OSError as error:
        raise LifecycleError(f"nothing answers at {aws.endpoint}; is the embedded AWS up?") from error
    return said


def remember_stacks(home: Path, stacks: tuple[str, ...]) -> LocalAws:
    """Adds the names of the deployed stacks to the record; raises ``LifecycleError`` when nothing is live."""
    running = current(home)
    if running is None:
        raise LifecycleError("the embedded AWS isn't running; start it with `braid up`")
    remembered = replace(running, stacks=stacks)
    Home(home.resolve()).remember(remembered)
    return remembered


def client_environment(aws: LocalAws) -> dict[str, str]:
    """The variables with which any AWS client, the CDK's included, talks to this AWS and to no other."""
    return {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_REGION": aws.region,
        "AWS_DEFAULT_REGION": aws.region,
        "AWS_ACCESS_KEY_ID": aws.access_key_id,
        "AWS_SECRET_ACCESS_KEY": aws.secret_access_key,
        "AWS_EC2_METADATA_DISABLED": "true",
        # The user's profiles may name another region, endpoint or account.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _start(place: Home, aws: LocalAws, options: list[str], services: str | None) -> subprocess.Popen[bytes]:
    place.run.mkdir(mode=0o700, parents=True)
    command = [sys.executable, "-m", _LAUNCHER, "--port", str(aws.port), "--run-folder", str(place.run)]
    command += ["--account-id", aws.account_id, "--region", aws.region, *options]
    environment = {
        **os.environ,
        **absolute_folders(os.environ),
        ACCESS_KEY_VARIABLE: aws.access_key_id,
        SECRET_KEY_VARIABLE: aws.secret_access_key,
    }
    if services is not None:
        environment["BRAID_LAUNCHER_SERVICES"] = services
    with place.log.open("wb") as log:
        # A session of its own: Ctrl-C in this terminal doesn't reach it, and its group is all its children.
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    place.pid.write_text(str(process.pid), encoding="ascii")
    return process


def _await_health(place: Home, aws: LocalAws, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            if _NO_SPACE in (told := place.log_tail()) or not shutil.disk_usage(place.folder).free:
                raise DiskFullError(place.folder)
            raise LifecycleError(f"the embedded AWS stopped while starting:\n{told}")
        if health(aws.endpoint).get("pid") == aws.pid:
            return
        time.sleep(_POLL_SECONDS)
    raise LifecycleError(f"the embedded AWS didn't answer within {_START_SECONDS:.0f} s:\n{place.log_tail()}")


def _clean(place: Home) -> bool:
    """Ends every process and deletes every file of the last run; returns whether there was anything."""
    pid = place.recorded_pid()
    left = place.record.exists() or place.run.exists()
    # Nobody may find a record of something that is about to end.
    place.record.unlink(missing_ok=True)
    if pid is not None:
        end_group(pid, _LAUNCHER)
    shutil.rmtree(place.run, ignore_errors=True)
    return left


@contextlib.contextmanager
def _only_one(place: Home, lock_name: str, busy: str) -> Iterator[None]:
    """One holder of the lock at a time per home; the next is refused with what ``busy`` says."""
    with (place.folder / lock_name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LifecycleError(busy) from None
        yield
