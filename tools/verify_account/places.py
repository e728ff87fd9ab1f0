"""Where a deployment is verified: in the account that the environment names, or in an embedded AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

__all__ = ["ENVIRONMENT_NAME", "Account", "Laptop", "Place", "StageError"]

_REPOSITORY = Path(__file__).resolve().parents[2]
_SECONDS = 3600
_LAST_LINES = 12
ENVIRONMENT_NAME = "verify"


class StageError(Exception):
    """A stage didn't go as it should; the message says what was expected and what came."""


class Place(Protocol):
    """A deployment's commands."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    def deploy(self, knobs: Mapping[str, str]) -> None:
        """Deploys everything with these knobs beside cdk.json's, or changes what is deployed."""

    def destroy(self) -> None:
        """Takes the deployment away, and what it leaves."""

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        """What a command of Braid prints about the deployment. Raises ``StageError`` for another status."""


@dataclass(frozen=True)
class Account:
    """The account and region of AWS_PROFILE and AWS_REGION."""

    name: str = field(default="an AWS account", init=False)

    def deploy(self, knobs: Mapping[str, str]) -> None:
        options = [part for name, value in knobs.items() for part in ("-c", f"{name}={value}")]
        self._cdk("deploy", "--all", "--require-approval", "never", *options)

    def destroy(self) -> None:
        self._cdk("destroy", "--all", "--force")
        self.braid("leftovers", f"braid-{ENVIRONMENT_NAME}", "--delete", "--yes")

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        of_stack = (
            () if arguments[0] in ("plan", "leftovers") else ("--stack", f"braid-{ENVIRONMENT_NAME}-pipeline")
        )
        return _said(["braid", *arguments, *of_stack], {}, allowed)

    def _cdk(self, *arguments: str) -> None:
        cdk = str(_REPOSITORY / "node_modules" / ".bin" / "cdk")
        _said([cdk, *arguments, "-c", f"environment_name={ENVIRONMENT_NAME}"], {}, (0,))


@dataclass(frozen=True)
class Laptop:
    """An embedded AWS of its own, in ``home`` and on ``port``."""

    home: Path
    port: int
    name: str = field(default="an embedded AWS on one machine", init=False)

    def deploy(self, knobs: Mapping[str, str]) -> None:
        options = [part for name, value in knobs.items() for part in ("--knob", f"{name}={value}")]
        self.braid("up", "--port", str(self.port), *options)

    def destroy(self) -> None:
        self.braid("down", "--purge")

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        return _said(["braid", *arguments], {"BRAID_HOME": str(self.home)}, allowed)


def _said(command: list[str], environment: Mapping[str, str], allowed: Sequence[int]) -> str:
    """Standard output of the command, run in the project's folder with this interpreter's commands first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        command,
        cwd=_REPOSITORY,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode not in allowed:
        said = "\n".join((done.stderr or done.stdout).splitlines()[-_LAST_LINES:])
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise StageError(f"`{shown}` ended with status {done.returncode}:\n{said}")
    return done.stdout
