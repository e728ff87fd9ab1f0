"""Deploys CDK stacks into the embedded AWS with the real CDK command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from local import synthesis
from local.home import LocalAws
from local.host_knobs import VIDEO_BUCKET, VIDEO_REGION, host_context
from local.lifecycle import REPOSITORY, DiskFullError, client_environment

Progress = Callable[[str], None]
Outputs = dict[str, dict[str, str]]

_KEPT_FROM_USER = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# The layers' wheels come from the package index that the user configured, through the user's certificates.
_KEPT_FOR_THE_INSTALLER = re.compile(r"UV_.+|SSL_CERT_(FILE|DIR)|(https?|all|no)_proxy", re.IGNORECASE)
_SHOWN_ON_FAILURE = 25

_RESOURCE = re.compile(
    r"^(?P<stack>\S+) \|\s*(?P<done>\d+)(?:/\d+)? \|[^|]*"
    r"\| (?P<status>[A-Z_]+)\s*\| (?P<kind>\S+)\s*\| (?P<name>.*)$"
)
_BUNDLING = re.compile(r"^Bundling asset [^/]+/(?P<layer>[^/]+)/")
_PUBLISHING = re.compile(r"^\S+: start: Publishing (?P<name>.+?)(?: \([^)]*\))?$")
_NO_SPACE = re.compile(r"ENOSPC|No space left on device")
_NOISE = re.compile(
    r"^(b'|\s*$|\(node:|\(Use `node|versions published|will require node|To continue|bug fixes|More info)"
)


class DeployError(Exception):
    """The deployment failed; the message ends with what the CDK said last."""


def deploy(
    aws: LocalAws,
    *,
    home: Path,
    app_folder: Path = REPOSITORY,
    context: Mapping[str, str] | None = None,
    on_progress: Progress = lambda _line: None,
) -> Outputs:
    """Bootstraps the account if needed, deploys every stack of the app, and returns outputs by stack name.

    ``context`` adds to or overrides ``host_context``. ``on_progress`` gets one short line for every
    resource and step. The assembly is kept in ``home`` so that unchanged assets aren't built again; the
    full output is in ``home/deploy.log``. Raises ``DeployError``.
    """
    try:
        knobs_here = host_context()
    except ValueError as error:
        raise DeployError(str(error)) from error
    both = _SideBySide(on_progress)
    cdk = _cdk(home, aws)
    knobs = {**knobs_here, **(context or {})}
    assembly = home.resolve() / "cdk.out"
    with ThreadPoolExecutor() as threads:  # both take seconds and neither needs the other
        _make_video_bucket(aws)
        bootstrapped = threads.submit(_bootstrap, cdk, aws, both.of("bootstrap"))
        _synthesize(cdk, assembly, app_folder, knobs, both.of("synthesis"))
        bootstrapped.result()
    _forget_unused_assets(assembly)
    on_progress("deploying the stacks")
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "outputs.json"
        cdk.run(
            "deploy", "--all", "--app", str(assembly), "--require-approval", "never", "--method", "direct",
            "--progress", "events", "--outputs-file", str(written), folder=Path(folder),
            on_progress=on_progress,
        )  # fmt: skip
        outputs: Outputs = json.loads(written.read_text(encoding="utf-8")) if written.exists() else {}
    return outputs


def _synthesize(
    cdk: _Cdk, assembly: Path, app_folder: Path, knobs: Mapping[str, str], on_progress: Progress
) -> None:
    """Writes the templates and what they deploy, unless they stand there since nothing changed."""
    inputs = synthesis.inputs_of(assembly, app_folder, knobs, date.today())
    if synthesis.is_current(assembly, inputs):
        return
    synthesis.forget(assembly)
    on_progress("synthesizing the stacks")
    options = [part for name, value in knobs.items() for part in ("-c", f"{name}={value}")]
    cdk.run(
        "synth", "--quiet", "--output", str(assembly), *options, folder=app_folder, on_progress=on_progress
    )
    synthesis.remember(assembly, inputs)
    on_progress("")


def _make_video_bucket(aws: LocalAws) -> None:
    """The bucket that a user names in generation_video_bucket, where the video model is."""
    session = boto3.Session(aws.access_key_id, aws.secret_access_key, region_name=VIDEO_REGION)
    s3 = session.client("s3", endpoint_url=aws.endpoint)
    try:
        s3.create_bucket(Bucket=VIDEO_BUCKET, CreateBucketConfiguration={"LocationConstraint": VIDEO_REGION})
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise


def _forget_unused_assets(assembly: Path) -> None:
    """Deletes what no stack refers to any more: the CDK never does, and a layer is 50 MB a change."""
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in assembly.glob("*.assets.json")]
    used = {file["source"]["path"] for manifest in manifests for file in manifest["files"].values()}
    for asset in assembly.glob("asset.*"):
        if asset.name in used:
            continue
        if asset.is_dir():
            shutil.rmtree(asset)
        else:
            asset.unlink()


class _SideBySide:
    """One line of progress from tasks that run at once; a task that says nothing more has ended."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._lines: dict[str, str] = {}
        self._lock = threading.Lock()

    def of(self, task: str) -> Progress:
        """Where ``task`` tells how far it is."""

        def tell(line: str) -> None:
            with self._lock:
                self._lines[task] = line
                said = " · ".join(filter(None, self._lines.values()))
                if said:
                    self._on_progress(said)

        return tell


class _Cdk:
    """The CDK command line, aimed at one embedded AWS, with all that it says kept in a log."""

    def __init__(self, executable: Path, environment: dict[str, str], log: Path) -> None:
        self._executable = executable
        self._environment = environment
        self._log = log
        log.write_text("", encoding="utf-8")

    def run(self, *arguments: str, folder: Path, on_progress: Progress) -> None:
        command = [str(self._executable), *arguments, "--no-notices", "--no-color"]
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        said: list[str] = []
        try:
            with self._log.open("a", encoding="utf-8") as log:
                for raw in process.stdout or ():
                    log.write(raw)
                    line = raw.rstrip()
                    if _NOISE.match(line):
                        continue
                    said.append(line)
                    told = progress_line(line)
                    if told:
                        on_progress(told)
        finally:
            if process.poll() is None and sys.exc_info()[0] is not None:
                process.terminate()
            status = process.wait()
        if status != 0:
            if any(_NO_SPACE.search(line) for line in said):
                raise DiskFullError(self._log.parent)
            last = "\n".join(f"  {line}" for line in said[-_SHOWN_ON_FAILURE:])
            raise DeployError(f"`cdk {arguments[0]}` failed:\n{last}\n(all of it: {self._log})")


def progress_line(line: str) -> str | None:
    """What a person wants to read of one line of the CDK's output, or None.

    >>> progress_line("chain |  2/38 | 1:02:03 AM | CREATE_COMPLETE | AWS::SQS::Queue | Queue (Queue4A)")
    'deploying chain: 2 Queue'
    """
    if bundled := _BUNDLING.match(line):
        return f"building {bundled['layer']} (slow only the first time)"
    if published := _PUBLISHING.match(line):
        return f"uploading {published['name']}"
    resource = _RESOURCE.match(line)
    if resource is None:
        return line.strip() if line.startswith("❌") else None
    if not resource["status"].endswith(("_COMPLETE", "_FAILED")):
        return None
    name = resource["name"].split(" (")[0].strip()
    doing = (
        "bootstrapping the account" if resource["stack"] == "CDKToolkit" else f"deploying {resource['stack']}"
    )
    failed = " FAILED" if resource["status"].endswith("_FAILED") else ""
    return f"{doing}: {resource['done']} {name}{failed}"


def _cdk(home: Path, aws: LocalAws) -> _Cdk:
    executable = REPOSITORY / "node_modules" / ".bin" / "cdk"
    if not executable.exists():
        raise DeployError("the CDK command line isn't installed; run `make setup`")
    if shutil.which("node") is None:
        raise DeployError("Node.js isn't installed or not on the PATH; the CDK needs version 20 or newer")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_FROM_USER or _KEPT_FOR_THE_INSTALLER.fullmatch(name)
    }
    if any(name.lower().endswith("_proxy") for name in environment):
        # The embedded AWS is never asked through a proxy. Clients differ in the spelling that they prefer.
        given = [environment.pop(name, "") for name in ("no_proxy", "NO_PROXY")]
        direct = ",".join(filter(None, [*given, "127.0.0.1,localhost"]))
        environment |= {"no_proxy": direct, "NO_PROXY": direct}
    environment.update(client_environment(aws))
    environment.update(
        {
            # `python app.py` must mean the interpreter that has the CDK's packages.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}",
            # Keeps the CDK's account cache out of ~/.cdk, where it would outlive this account.
            "CDK_HOME": str(home.resolve() / "run" / "cdk"),
            "CDK_DISABLE_VERSION_CHECK": "1",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
            "NODE_NO_WARNINGS": "1",
            "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
            "PYTHONUTF8": "1",
        }
    )
    return _Cdk(executable, environment, home.resolve() / "deploy.log")


def _bootstrap(cdk: _Cdk, aws: LocalAws, on_progress: Progress) -> None:
    if _is_bootstrapped(aws):
        return
    on_progress("bootstrapping the account for the CDK")
    # In a folder without an app the CDK has nothing to synthesize first.
    with tempfile.TemporaryDirectory() as folder:
        place = f"aws://{aws.account_id}/{aws.region}"
        cdk.run("bootstrap", place, folder=Path(folder), on_progress=on_progress)
        on_progress("")


def _is_bootstrapped(aws: LocalAws) -> bool:
    # Without the user's proxies and profiles, of which one that doesn't exist here would be an error.
    nothing = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}
    session = boto3.Session(botocore_session=Session(session_vars=nothing))
    client = session.client(
        "cloudformation",
        endpoint_url=aws.endpoint,
        region_name=aws.region,
        aws_access_key_id=aws.access_key_id,
        aws_secret_access_key=aws.secret_access_key,
        config=Config(proxies={}),
    )
    try:
        stacks = client.describe_stacks(StackName="CDKToolkit")["Stacks"]
    except ClientError:
        return False  # CloudFormation's way to say that there is no such stack
    return bool(stacks[0]["StackStatus"].endswith("_COMPLETE"))
