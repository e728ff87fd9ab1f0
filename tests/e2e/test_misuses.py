"""Wrong calls: each gets one sentence that says what to do, its exit status, and changes nothing."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local import lifecycle
from tests.e2e.conftest import ROOT, Deployed

pytestmark = pytest.mark.e2e
BRAID = str(Path(sys.executable).parent / "braid")
NOTHING, MISUSE = 1, 2
READING = ("BatchGet", "Describe", "GET", "Get", "HEAD", "Head", "List", "Query", "Scan")
# A shell in which AWS is reachable by no credentials at all.
NO_AWS = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
STACK = ("--stack", "braid-dev-pipeline")


@dataclass(frozen=True)
class Misuse:
    """A call (one string, split at blanks; ``_`` stands for an empty word), and what comes of it.

    ``{mug}`` is the deployed asset's id, ``{port}`` a port that is taken.
    """

    call: str
    status: int
    says: str
    environment: Mapping[str, str] = field(default_factory=dict)


ON_THE_COMMAND_LINE = [
    Misuse("frob", MISUSE, "no such command 'frob'; see `braid --help`"),
    Misuse("shwo", MISUSE, "no such command 'shwo'; did you mean 'show'?"),
    Misuse("status --frob", MISUSE, "no such option: --frob; see `braid status --help`"),
    Misuse("drop", MISUSE, "missing argument 'FILE'"),
    Misuse("status --days 0", MISUSE, "'--days'"),
    Misuse("status --days soon", MISUSE, "'--days'"),
    Misuse("status --only lost", MISUSE, "'lost' is not one of"),
    Misuse("drop note.txt --wait --timeout -1", MISUSE, "'--timeout'"),
    Misuse("up --port 0", MISUSE, "'--port'"),
    Misuse("doctor", MISUSE, "BRAID_PORT", {"BRAID_PORT": "abc"}),
    Misuse("ask {mug}", MISUSE, "missing argument 'QUESTION'"),
]
FILES = [
    Misuse("drop gone.txt", MISUSE, "gone.txt: no such file"),
    Misuse("drop folder", MISUSE, "folder: is a folder; drop its files"),
    Misuse("drop .env", MISUSE, "rename it first"),
    Misuse("drop empty.bundle", MISUSE, "manifest.json"),
    Misuse("drop short.bundle", MISUSE, "'gone.txt' is in the manifest but not in the folder"),
    Misuse("drop --bundle a/b note.txt", MISUSE, "a bundle's name can't"),
    Misuse("drop --bundle a note.txt folder/note.txt", MISUSE, "both named note.txt"),
    Misuse("drop --bundle a manifest.json", MISUSE, "writes the manifest itself"),
    Misuse("drop --bundle a folder", MISUSE, "--bundle takes files"),
    Misuse("drop note.txt --profile nope", MISUSE, "no profile 'nope': there are accessibility"),
    Misuse("drop note.txt --profile catalgo", MISUSE, "did you mean catalog"),
    Misuse("drop note.txt --profile a/b", MISUSE, "--profile takes a folder name"),
    Misuse("drop note.txt gone.txt", MISUSE, "gone.txt: no such file"),
]
NAMES = [
    Misuse("status zzz", MISUSE, "no asset 'zzz'; `braid status` lists the newest"),
    Misuse("show ../mug", MISUSE, "no asset '../mug'"),
    Misuse("show note", MISUSE, "begins the id of more than one asset"),
    Misuse("logs zzz", MISUSE, "no asset 'zzz'"),
    Misuse("get {mug} nonsense", MISUSE, "it has: result, admission"),
    Misuse("get {mug} answer -o gone/answer.json", NOTHING, "can't be written"),
    Misuse("get {mug} answer -o folder", NOTHING, "can't be written"),
    Misuse("ask zzz what", MISUSE, "no asset 'zzz'"),
    Misuse("ask {mug} _", MISUSE, "a question has 1 to 500 characters"),
    Misuse("try nope {mug}", MISUSE, "no profile 'nope': name a folder"),
    Misuse("try broken {mug}", MISUSE, "profile.toml: Expected ']'"),
    Misuse("review show {mug}", MISUSE, "isn't awaiting review (status: SUCCEEDED)"),
    Misuse("review approve zzz", MISUSE, "no asset 'zzz'"),
    Misuse("review edit {mug} --answer gone.json", MISUSE, "isn't awaiting review"),
    Misuse("batch submit general", MISUSE, "name asset ids, or use --all-of PROFILE"),
    Misuse("batch read zzz", NOTHING, "deploy it with the knob batch_inference"),
    Misuse("new profile Press", MISUSE, "isn't a valid profile name"),
    Misuse("new profile general", MISUSE, "exists already"),
    Misuse("engines fetch nonsense", MISUSE, "there are no weights nonsense; there are"),
    Misuse("engines install nonsense", MISUSE, "there is no optional engine nonsense"),
]
PLACES = [
    Misuse("status", NOTHING, "start the embedded AWS with `braid up`", {"BRAID_HOME": "nowhere"}),
    Misuse("up", NOTHING, "check the path", {"BRAID_HOME": "note.txt"}),
    Misuse("up --port {port}", NOTHING, "choose another one with --port", {"BRAID_HOME": "elsewhere"}),
    Misuse("up --port {port}", NOTHING, "is already running on port"),
    Misuse("status --stack _", MISUSE, "--stack takes a stack's name"),
    Misuse(" ".join(("status", *STACK)), NOTHING, "no region is set; set AWS_REGION", NO_AWS),
    Misuse(
        " ".join(("status", *STACK)), NOTHING, "set AWS_PROFILE, or", {**NO_AWS, "AWS_REGION": "eu-west-1"}
    ),
    Misuse(" ".join(("status", *STACK)), NOTHING, "lists the profiles", {**NO_AWS, "AWS_PROFILE": "nope"}),
]
# With the variables of `braid env`, the embedded AWS stands for an account.
IN_AN_ACCOUNT = [
    Misuse("status --stack nope", NOTHING, "there is no stack 'nope' in us-east-1"),
    Misuse("status --stack braid-dev-storage", NOTHING, "name the pipeline's stack"),
    Misuse(
        " ".join(("status", *STACK)), NOTHING, "in eu-west-1 of this account", {"AWS_REGION": "eu-west-1"}
    ),
    Misuse(
        " ".join(("show", *STACK)), NOTHING, "doesn't accept the credentials", {"AWS_ACCESS_KEY_ID": "WRONG"}
    ),
    Misuse(
        " ".join(("show", *STACK)), NOTHING, "check AWS_REGION", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    ),
    Misuse(" ".join(("show", *STACK)), NOTHING, "which is no address", {"AWS_ENDPOINT_URL": "nonsense"}),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where somebody stands who does it all wrong."""
    folder = tmp_path_factory.mktemp("misuses")
    for name in ("folder", "empty.bundle", "short.bundle"):
        (folder / name).mkdir()
    (folder / "note.txt").write_text("The kiosk opens at ten.\n")
    (folder / "folder" / "note.txt").write_text("The kiosk closes at six.\n")
    (folder / ".env").write_text("SECRET=1\n")
    (folder / "manifest.json").write_text("{}")
    (folder / "short.bundle" / "manifest.json").write_text(
        '{"schema_version": "1", "members": [{"name": "gone.txt", "role": "text"}]}'
    )
    shutil.copytree(ROOT / "profiles" / "general", folder / "broken")
    (folder / "broken" / "profile.toml").write_text("[profile")
    return folder


@pytest.fixture(scope="module")
def mug(deployed: Deployed, folder: Path) -> str:
    """An asset that has ended, and two others whose ids begin alike."""
    files = [folder / "mugs.txt", folder / "note.txt", folder / "folder" / "note.txt"]
    files[0].write_text("The mug holds a third of a litre.\n")
    mug, *_ = deployed.drop(files)
    assert mug.status == "SUCCEEDED"
    return mug.asset_id


@pytest.fixture(scope="module")
def taken_port() -> Any:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def written_by_the_user(deployed: Deployed, since: float) -> list[str]:
    """What the user changed in AWS; functions go on with what ended before, under roles of their own."""
    user = deployed.target.client("sts").get_caller_identity()["Arn"]
    asked = lifecycle.control(deployed.aws, f"requests?principal={user}")["requests"]
    return [
        f"{request['service']}:{request['operation']}"
        for request in asked
        if request["at"] >= since and not request["operation"].startswith(READING)
    ]


def files_at(folder: Path) -> object:
    """The files where a call stands, and the repository's profiles."""
    # An `up` that is refused leaves the empty file that it locked.
    mine = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("lock")]
    files = sorted((str(path), path.stat().st_mtime_ns) for path in mine)
    return files, sorted(str(path) for path in (ROOT / "profiles").rglob("*"))


def environment_for(deployed: Deployed, misuse: Misuse, folder: Path) -> dict[str, str]:
    mine = dict(misuse.environment)
    if "BRAID_HOME" in mine:
        mine["BRAID_HOME"] = str(folder / mine["BRAID_HOME"])
    return {**os.environ, "BRAID_HOME": str(deployed.home), "COLUMNS": "80", **mine}


def tried(
    misuse: Misuse, environment: Mapping[str, str], folder: Path, mug: str, port: int
) -> subprocess.CompletedProcess[str]:
    call = misuse.call.format(mug=mug, port=port)
    words = ["" if word == "_" else word for word in call.split()]
    return subprocess.run(
        [BRAID, *words],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], misuse: Misuse) -> None:
    assert done.returncode == misuse.status, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("braid: ")
    assert misuse.says in line
    assert "Traceback" not in line
    assert done.stdout == ""


def named(misuse: Misuse) -> str:
    return misuse.call.replace(" ", "-")[:50]


@pytest.mark.parametrize("misuse", [*ON_THE_COMMAND_LINE, *FILES, *NAMES, *PLACES], ids=named)
def test_a_wrong_call_is_one_sentence_and_changes_nothing(
    deployed: Deployed, misuse: Misuse, folder: Path, mug: str, taken_port: int
) -> None:
    before, began = files_at(folder), time.time()

    done = tried(misuse, environment_for(deployed, misuse, folder), folder, mug, taken_port)

    assert_one_sentence(done, misuse)
    assert files_at(folder) == before
    assert written_by_the_user(deployed, began) == []


@pytest.mark.parametrize("misuse", IN_AN_ACCOUNT, ids=named)
def test_so_is_one_about_an_account(
    deployed: Deployed, misuse: Misuse, folder: Path, mug: str, taken_port: int
) -> None:
    account = {
        **os.environ,
        **NO_AWS,
        "BRAID_HOME": str(folder / "nowhere"),
        "AWS_ENDPOINT_URL": deployed.aws.endpoint,
        "AWS_REGION": deployed.aws.region,
        "AWS_ACCESS_KEY_ID": deployed.aws.access_key_id,
        "AWS_SECRET_ACCESS_KEY": deployed.aws.secret_access_key,
        **misuse.environment,
    }

    assert_one_sentence(tried(misuse, account, folder, mug, taken_port), misuse)


def test_a_right_call_is_seen_to_change_something(deployed: Deployed, folder: Path, mug: str) -> None:
    began = time.time()

    done = deployed.braid("drop", str(folder / "mugs.txt"), "--wait")

    assert done.returncode == 0, done.stderr
    assert written_by_the_user(deployed, began) == ["s3:PutObject"]
    assert mug in done.stdout + done.stderr


def test_there_are_forty_and_more() -> None:
    assert len([*ON_THE_COMMAND_LINE, *FILES, *NAMES, *PLACES, *IN_AN_ACCOUNT]) >= 40


def test_a_reader_that_leaves_early_ends_it_quietly(deployed: Deployed, mug: str) -> None:
    command = f'"{BRAID}" show {mug} | head -n 1; echo "${{PIPESTATUS[0]}}"'
    environment = {**os.environ, "BRAID_HOME": str(deployed.home)}

    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, check=False
    )

    assert done.stderr == ""
    # All may have been written before `head` left.
    assert done.stdout.splitlines()[1] in ("141", "0")


@pytest.mark.parametrize(
    ("redirected", "says"), [(">&-", "standard output is closed"), (">/dev/full", "the disk is full")]
)
def test_output_that_can_go_nowhere_is_said(deployed: Deployed, mug: str, redirected: str, says: str) -> None:
    environment = {**os.environ, "BRAID_HOME": str(deployed.home)}

    done = subprocess.run(
        ["bash", "-c", f'"{BRAID}" status {mug} {redirected}'],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )

    assert done.returncode in (NOTHING, MISUSE)
    (line,) = done.stderr.splitlines()
    assert says in line


def test_an_interrupted_wait_says_that_processing_goes_on(deployed: Deployed, tmp_path: Path) -> None:
    shutil.copy(ROOT / "samples" / "talk.mp4", tmp_path / "quay.mp4")  # takes seconds to hear
    environment = {**os.environ, "BRAID_HOME": str(deployed.home), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [BRAID, "drop", "quay.mp4", "--wait"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell ignores Ctrl-C for what it starts in the background, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    known = set()
    while not any(asset_id.startswith("quay-") for asset_id in known):
        time.sleep(0.05)
        records = deployed.target.dynamodb.scan(TableName=deployed.target.assets_table)["Items"]
        known = {item["asset_id"]["S"] for item in records}

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "processing continues" in said.splitlines()[-1]
    assert "Traceback" not in said
    (outcome,) = deployed.wait([asset_id for asset_id in known if asset_id.startswith("quay-")])
    assert outcome.status == "SUCCEEDED"
