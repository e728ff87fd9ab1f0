"""An earlier version in an embedded AWS: a release from its goldens, a commit as its own code deploys it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from local import deploy
from local.home import LocalAws
from tools.compare_versions.runs import RunError, checked_out

__all__ = ["RELEASES", "deploy_earlier"]

_HERE = Path(__file__).resolve().parent
_RELEASED = _HERE / "released"
RELEASES = tuple(
    sorted(
        path.name.removesuffix(".tar.xz")
        for path in (_HERE.parents[1] / "tests" / "goldens" / "code").glob("*.tar.xz")
    )
)


def deploy_earlier(version: str, aws: LocalAws, folder: Path, tell: Callable[[str], None]) -> None:
    """Deploys ``version``: one of ``RELEASES``, a commit, or a working tree's folder.

    ``folder`` keeps what that takes. Raises ``RunError`` or ``DeployError``.
    """
    home = folder / "earlier"
    if version in RELEASES:
        home.mkdir(parents=True, exist_ok=True)
        deploy.deploy(aws, home=home, app_folder=_RELEASED, context={"release": version}, on_progress=tell)
        return
    with checked_out(version, folder / "tree") as tree:
        command = [str(tree / ".venv" / "bin" / "python"), str(_HERE / "side" / "deploy_into.py")]
        command += [json.dumps(asdict(aws)), str(home.resolve())]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        if subprocess.run(command, cwd=tree, env=environment, check=False).returncode != 0:
            raise RunError(f"{version} can't be deployed; what the CDK said is in {home / 'deploy.log'}")
