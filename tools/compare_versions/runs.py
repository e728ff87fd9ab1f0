"""A version in a folder of its own, and its run over a plan in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tools.compare_versions.comparing import Store
from tools.compare_versions.selection import Drop

__all__ = ["RunError", "checked_out", "photo_of", "run", "stores"]

_SIDE = Path(__file__).resolve().parent / "side"


class RunError(Exception):
    """A version couldn't be set up or run; the message says where its output is."""


@contextlib.contextmanager
def checked_out(version: str, folder: Path) -> Iterator[Path]:
    """The folder of a version, set up: ``version`` itself if it is one, else a worktree of that commit."""
    if Path(version).is_dir():
        tree = Path(version).resolve()
        _call(["tools/setup.sh"], tree)
        yield tree
        return
    tree = folder.resolve()
    _call(["git", "worktree", "add", "--quiet", "--detach", str(tree), version], Path.cwd())
    try:
        _call(["tools/setup.sh"], tree)
        yield tree
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(tree)], check=False)


def photo_of(tree: Path, path: Path) -> list[Path]:
    """The photograph of a version that writes it instead of storing it; none where it can't."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = (
        "import sys, pathlib; from samples.photo import write_photo; write_photo(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run([_python(tree), "-c", line, str(path)], cwd=tree, check=False)
    return [path] if done.returncode == 0 and path.is_file() else []


def run(
    tree: Path,
    drops: Sequence[Drop],
    *,
    port: int,
    answers: Path,
    out: Path,
    fusion_truth: Mapping[str, Sequence[str]],
) -> float:
    """Runs the version in ``tree`` and leaves in ``out`` what it stored; returns the seconds that it took.

    Raises ``RunError``.
    """
    out.mkdir(parents=True, exist_ok=True)
    plan = {
        "port": port,
        "drops": [{**asdict(drop), "name": drop.name} for drop in drops],
        "fusion_truth": fusion_truth,
    }
    (out / "plan.json").write_text(json.dumps(plan, indent=1), "utf-8")
    answers.mkdir(parents=True, exist_ok=True)
    (out / "answers").symlink_to(answers.resolve())
    environment = {
        **os.environ,
        # First the version, so that nothing that is installed stands in for it; then what its launcher hosts.
        "PYTHONPATH": os.pathsep.join([str(tree), str(_SIDE.parents[1])]),
    }
    environment["BRAID_WRITER"] = "off"
    for variable in ("BRAID_LLM_URL", "BRAID_LLM_MODEL"):  # a model of the user's own can't be frozen
        environment.pop(variable, None)
    began = time.monotonic()
    command = [_python(tree), str(_SIDE / "run.py"), str(out / "plan.json"), str(out)]
    if subprocess.run(command, cwd=tree, env=environment, check=False).returncode != 0:
        raise RunError(f"the run in {tree} failed; what its services said is in {out / 'home/launcher.log'}")
    return time.monotonic() - began


def stores(out: Path) -> tuple[Store, Store]:
    """What a run left: the results bucket with the commands' outcomes, and the timelines of the truth."""
    outcomes = json.loads((out / "outcomes.json").read_text("utf-8"))
    index = json.loads((out / "objects" / "index.json").read_text("utf-8"))
    objects = {key: (out / "objects" / name).read_bytes() for key, name in index.items()}
    for name, outcome in outcomes.items():
        objects[f"outcomes/{name}.json"] = json.dumps(outcome).encode()
    uris = [outcome["result_uri"] for outcome in outcomes.values() if outcome.get("result_uri")]
    bucket = uris[0].split("/")[2] if uris else ""
    assets = {outcome["asset_id"]: name for name, outcome in outcomes.items()}
    truth = {f"truth/{path.name}": path.read_bytes() for path in sorted((out / "timelines").iterdir())}
    return Store(objects, assets, bucket), Store(truth, {})


def _python(tree: Path) -> str:
    return str(tree / ".venv" / "bin" / "python")


def _call(command: Sequence[str], folder: Path) -> None:
    if subprocess.run(command, cwd=folder, check=False, stdout=sys.stderr).returncode != 0:
        raise RunError(f"{' '.join(command)} failed in {folder}")
