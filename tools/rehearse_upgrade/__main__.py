"""``python -m tools.rehearse_upgrade OLD``: exits 0 if an upgrade from OLD keeps every promise, 1 if not.

OLD is a release that has goldens (0.2.0), a commit, or the folder of a working tree. It is deployed into an
embedded AWS of its own and used; then this working tree is deployed over it, as `braid up` does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import ClientError

from local import lifecycle
from local.deploy import DeployError
from local.launcher.ports import free_port
from tools.compare_versions.runs import RunError
from tools.rehearse_upgrade.deployed import Deployed, RehearsalError
from tools.rehearse_upgrade.earlier import RELEASES, deploy_earlier
from tools.rehearse_upgrade.promises import PROMISES
from tools.rehearse_upgrade.rehearsal import upgrade, use
from tools.verify_account.places import Laptop, StageError

_WAIT_SCALE = 0.2
_SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def main(arguments: Sequence[str]) -> int:
    """Prints what is seen, and every promise that isn't kept."""
    parser = argparse.ArgumentParser(prog="python -m tools.rehearse_upgrade", description=__doc__)
    parser.add_argument("old", help=f"one of {', '.join(RELEASES)}, a commit, or a working tree")
    parser.add_argument("--port", type=int, help="of the embedded AWS; default: a free one")
    given = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="rehearse-upgrade-"))
    status = 1
    try:
        status = _rehearse(given.old, folder / "home", given.port or free_port())
    except (DeployError, RehearsalError, RunError, StageError) as error:
        print(f"rehearse_upgrade: {error}", file=sys.stderr)
    finally:
        lifecycle.down(folder / "home")
        if status == 0:  # else somebody reads the logs in it
            shutil.rmtree(folder)
    return status


def _rehearse(old: str, home: Path, port: int) -> int:
    # What answers is the same for both versions, at once, and on every machine: quotes from the evidence.
    os.environ["BRAID_WRITER"] = "off"
    for variable in ("BRAID_LLM_URL", "BRAID_LLM_MODEL"):
        os.environ.pop(variable, None)
    aws = lifecycle.up(home, port, wait_scale=_WAIT_SCALE, parent_pid=os.getpid())
    print(f"deploying {old}", flush=True)
    deploy_earlier(old, aws, home.parent, _silent)
    samples = {name: _SAMPLES / name for name in ("talk.mp4", "portrait.jpg", "rental.pdf")}
    rehearsal = use(Laptop(home, port), Deployed(aws), samples, _tell)
    print("deploying this version over it", flush=True)
    upgrade(rehearsal, {})
    broken = 0
    for promise in PROMISES:
        try:
            _tell(f"{promise.name}: {promise.holds(rehearsal)}")
        except (ClientError, RehearsalError, StageError, LookupError, ValueError) as error:
            broken += 1
            _tell(f"NOT {promise.name}: {error!r}")
    print(f"{len(PROMISES) - broken} of {len(PROMISES)} promises are kept")
    return 1 if broken else 0


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


def _silent(_line: str) -> None:
    """Of a deployment its failure is told."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
