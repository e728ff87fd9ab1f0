"""The image of a Processing job without Docker: the lines of its Dockerfile make the folder that is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from uv import find_uv_bin

from braid.domain.datasets.features import ObjectReport, SourceObject, list_lines, read_lines
from processing.features import Settings, make_features
from tests.contract.conftest import Storage

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = ROOT / "processing" / "Dockerfile"
SETTINGS = Settings(50 * 1024 * 1024, 3600, 20, 2_000_000, 50_000_000, Storage.results, "general", 40)


def instructions() -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions with what follows each; continued lines are one."""
    text = DOCKERFILE.read_text("utf-8").replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        if not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


@dataclass
class Image:
    """What the Dockerfile makes, below ``root`` instead of ``/``."""

    root: Path
    folder: Path
    python: Path
    environment: dict[str, str] = field(default_factory=dict)
    entry_point: tuple[str, ...] = ()

    def run(self, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs the entry point as a container of the image would, with nothing of this checkout."""
        assert self.entry_point[0] == "python3"
        command = [str(self.python), *self.entry_point[1:], *arguments]
        variables = {"PATH": os.defpath, "HOME": str(self.root), **self.environment, **environment}
        return subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True, timeout=300, check=False
        )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    root = tmp_path_factory.mktemp("image")
    uv = find_uv_bin()
    # Of the Python that runs the tests: the image's own may not be on this machine.
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(root / "venv")], check=True)
    made = Image(root, root, root / "venv" / "bin" / "python")
    for name, rest in instructions():
        if name == "WORKDIR":
            made.folder = root / rest.lstrip("/")
            made.folder.mkdir(parents=True)
        elif name == "COPY":
            copy(made.folder, *rest.split())
        elif name == "RUN":
            install(made, rest)
        elif name == "ENV":
            made.environment |= dict(pair.split("=", 1) for pair in rest.split())
        elif name == "ENTRYPOINT":
            made.entry_point = tuple(json.loads(rest))
        else:
            assert name == "FROM", f"this test doesn't know {name}"
    return made


def copy(folder: Path, *names: str) -> None:
    """As COPY does: a folder's content into the destination, files into it by their names."""
    *sources, destination = names
    for source in sources:
        found, to = ROOT / source, folder / destination
        if found.is_dir():
            shutil.copytree(found, to, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, to)


def install(made: Image, command: str) -> None:
    """The one RUN: pip's own arguments, with uv in its place, whose cache spares the download."""
    name, *arguments = command.split()
    assert (name, arguments[0]) == ("pip", "install")
    kept = [part for part in arguments[1:] if part != "--no-cache-dir"]
    told = [find_uv_bin(), "pip", "install", "-q", "--python", str(made.python), *kept]
    done = subprocess.run(told, cwd=made.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_entry_point_makes_the_features_that_the_steps_make(
    image: Image, storage: Storage, tmp_path: Path
) -> None:
    """A picture and a document, through the image's folder and its packages, against this checkout."""
    items = []
    for name in ("mug.bundle/mug.jpg", "mug.bundle/mug.md"):
        body = (ROOT / "samples" / name).read_bytes()
        source = storage.drop(f"inbox/general/image/{Path(name).name}", body).source
        items.append(SourceObject(source.bucket, source.key, source.version_id, len(body)))
    lists, reports = tmp_path / "lists", tmp_path / "reports"
    lists.mkdir()
    (lists / "part-1.jsonl").write_bytes(list_lines(items))
    expected = {}
    for item in items:
        report = make_features(item, SETTINGS, again=True)
        folder = f"features/{report.asset_id}/"
        expected |= {key: storage.result(key) for key in storage.keys(folder)}
        for key in storage.keys(folder):
            storage.s3.delete_object(Bucket=storage.results, Key=key)

    done = image.run(
        *("--lists", str(lists), "--reports", str(reports), "--message", str(tmp_path / "message")),
        environment=job_environment(storage),
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "message").read_text("utf-8") == "2 objects, 0 failed; the report names each"
    found = read_lines(ObjectReport, (reports / "part-1.jsonl").read_bytes(), source="report")
    assert [each.outcome for each in found] == ["made", "made"]
    made = {key: storage.result(key) for each in found for key in storage.keys(f"features/{each.asset_id}/")}
    assert made == expected


def job_environment(storage: Storage) -> dict[str, str]:
    """What SageMaker sets for the job: its settings, and a role's key."""
    key = storage.session.get_credentials()
    settings = {name.upper(): str(value) for name, value in vars(SETTINGS).items()}
    return settings | {
        "AWS_ENDPOINT_URL": storage.endpoint,
        "AWS_ACCESS_KEY_ID": key.access_key,
        "AWS_SECRET_ACCESS_KEY": key.secret_key,
        "AWS_DEFAULT_REGION": storage.session.region_name,
    }


def test_its_python_is_that_of_the_functions() -> None:
    version = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]["python_version"]
    (base,) = [rest for name, rest in instructions() if name == "FROM"]

    assert base.rpartition(":")[2].startswith(f"{version}-slim-")
